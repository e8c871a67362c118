//! What was measured of predictions made before: [`WrittenReport`].

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use upturn::{Conversation, ConversationId};

use super::provenance::Provenance;
use super::report::PrefixReport;
use super::rivals::Rivals;
use super::written::{Written, asked};
use super::{EvaluateArgs, pages, plan};
use crate::context::Context;
use crate::dataset::{Counts, Dataset, won};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::numbers::{count, share};

/// The answer of `evaluate --from`.
#[derive(Debug, Serialize)]
pub(super) struct WrittenReport<'a> {
    pub(super) corpus: &'static str,
    pub(super) data: &'a Path,
    /// The files.
    pub(super) from: &'a [PathBuf],
    pub(super) records: Counts,
    /// Each metric is a mean over these.
    pub(super) seeds: &'a [u64],
    pub(super) calls: usize,
    pub(super) won: usize,
    pub(super) prefixes: Vec<PrefixReport>,
    pub(super) provenance: Provenance,
}

impl fmt::Display for WrittenReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seeds: Vec<String> = self.seeds.iter().map(ToString::to_string).collect();
        writeln!(
            f,
            "{}: {} calls, {} won, nothing was trained: predictions made before, seeds {}",
            self.corpus,
            count(self.calls),
            share(self.won, self.calls),
            seeds.join(", ")
        )?;
        for prefix in &self.prefixes {
            write!(f, "{prefix}")?;
        }
        write!(
            f,
            "\nEach metric is the mean over the seeds. Intervals are of the choice of calls (bootstrap over accounts), not of folds or \
            seeds. A difference whose interval holds 0 speaks for neither."
        )
    }
}

impl EvaluateArgs {
    /// Reports on predictions that were made before.
    ///
    /// # Errors
    ///
    /// If the files are of other data, do not pair with `--compare`, or the report can't be written.
    pub(super) fn run_written(
        &self,
        dataset: &Dataset,
        context: &Context,
    ) -> Result<Exit, Failure> {
        let written = Written::read(&self.from)?;
        let labelled = plan::labelled(dataset)?;
        let methods = written.methods(&labelled)?;
        let asked: BTreeSet<ConversationId> = asked(&methods);
        let calls: Vec<&Conversation> = labelled
            .into_iter()
            .filter(|call| asked.contains(call.id()))
            .collect();
        let rivals = match &self.compare {
            Some(path) => Some(Rivals::read(path, written.seeds.clone(), Some(asked))?),
            None => None,
        };
        if let Some(rivals) = &rivals {
            rivals.check(&calls, &written.prefixes)?;
        }
        let prefixes = &written.prefixes;
        let report = WrittenReport {
            corpus: self.data.corpus.as_str(),
            data: &self.data.data,
            from: &self.from,
            records: dataset.counts,
            seeds: &written.seeds,
            calls: calls.len(),
            won: won(&calls),
            prefixes: PrefixReport::all(prefixes, &methods, rivals.as_ref())?,
            provenance: Provenance::of(None, &calls),
        };
        let pages = self.report.as_deref().map_or(Ok(()), |folder| {
            let protocol = self.protocol_of(written.seeds.clone(), &report.provenance);
            let made = pages::methods_of(&self.data.data, prefixes, &methods, rivals.as_ref())?;
            made.map_or(Ok(()), |builder| {
                Ok(builder.with_protocol(protocol).build()?.write(folder)?)
            })
        });
        context.printer.answer(&report.to_string(), &report)?;
        pages.map(|()| dataset.exit())
    }
}
