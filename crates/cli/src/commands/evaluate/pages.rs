//! The report with pictures: [`Pages`].

use std::path::Path;

use upturn::eval::{AtPrefix, Protocol, ReportBuilder, Runs};

use super::encoder_alone::{FINE_TUNED, GENERIC};
use super::learning::LearningReport;
use super::out_of_fold::{Method, OutOfFold};
use super::rivals::{Rivals, UNRANKED};
use super::segments::SegmentReport;
use crate::failure::Failure;

/// What a report is made of.
#[derive(Debug)]
pub(super) struct Pages<'a> {
    /// Where the calls are from.
    pub(super) data: &'a Path,
    /// Shares of the turns that were known.
    pub(super) prefixes: &'a [f64],
    /// What was said and measured.
    pub(super) out_of_fold: &'a OutOfFold,
    /// Other methods' predictions of the same calls.
    pub(super) rivals: Option<&'a Rivals>,
    /// Whether probabilities hold where calls are cut by a field.
    pub(super) segments: &'a [SegmentReport],
}

impl Pages<'_> {
    /// Writes the three forms of the report into a folder.
    ///
    /// # Errors
    ///
    /// Why it could not be made or written.
    pub(super) fn write(&self, folder: &Path, mut protocol: Protocol) -> Result<(), Failure> {
        let Some(builder) = self.methods()? else {
            return Ok(());
        };
        let OutOfFold {
            methods: _,
            not_compared,
            trust,
            retrieval,
            moved: _,
            map,
            learning,
        } = self.out_of_fold;
        let mut builder = builder.with_duel(FINE_TUNED, GENERIC);
        for trust in trust {
            builder = builder.with_trust(trust.clone());
        }
        for segments in self.segments {
            builder = builder.with_segments(segments.for_pages());
        }
        if let Some(found) = retrieval {
            builder = builder.with_retrieval(found.ours().clone());
            if found.fine_tuned.is_some() {
                builder = builder.with_generic_retrieval(found.generic.clone());
            }
        }
        for curve in learning.iter().flat_map(|report| &report.curves) {
            builder = builder.with_learning_curve(curve.curve.clone());
        }
        if let Some(map) = map {
            builder = builder.with_embedding_map(map.clone());
        }
        let notes = not_compared.iter().map(ToString::to_string);
        let recipes = learning.as_ref().and_then(LearningReport::recipes);
        protocol.notes.extend(notes.chain(recipes));
        builder.with_protocol(protocol).build()?.write(folder)?;
        Ok(())
    }

    /// Ours, what was fitted beside it, and what was read from a file.
    fn methods(&self) -> Result<Option<ReportBuilder>, Failure> {
        let methods = &self.out_of_fold.methods;
        methods_of(self.data, self.prefixes, methods, self.rivals)
    }
}

/// A report on what some methods said, ours first, and on the rivals of a file; none without ours.
///
/// # Errors
///
/// If the file lacks a prefix.
pub(super) fn methods_of(
    data: &Path,
    prefixes: &[f64],
    methods: &[Method],
    rivals: Option<&Rivals>,
) -> Result<Option<ReportBuilder>, Failure> {
    let mut methods = methods.iter();
    let Some(ours) = methods.next() else {
        return Ok(None);
    };
    let name = data.file_stem().unwrap_or(data.as_os_str());
    let ours_at = at(prefixes, &ours.at);
    let builder = ReportBuilder::new(name.to_string_lossy(), ours.name.as_str(), ours_at);
    let mut builder = builder.with_unranked(UNRANKED);
    for method in methods {
        builder = builder.with_baseline(method.name.as_str(), at(prefixes, &method.at));
    }
    let Some(rivals) = rivals else {
        return Ok(Some(builder));
    };
    for method in rivals.methods() {
        let said = prefixes.iter().map(|prefix| rivals.of(method, *prefix));
        let said: Vec<Runs> = said.collect::<Result<_, Failure>>()?;
        builder = builder.with_baseline(format!("{method} (file)"), at(prefixes, &said));
    }
    Ok(Some(builder))
}

fn at(prefixes: &[f64], said: &[Runs]) -> Vec<AtPrefix> {
    let one = |(prefix, runs): (&f64, &Runs)| AtPrefix {
        prefix: *prefix,
        runs: runs.clone(),
    };
    prefixes.iter().zip(said).map(one).collect()
}
