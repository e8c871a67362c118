//! The form of a file of trackers, and from the form to their descriptions: [`read`].

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use upturn_core::{Probability, Speaker};

use super::{TrackerConfig, TrackerFault, TrackersConfig, TrackersError};
use crate::text::words;
use crate::written::{self, Names, filled};

/// From which probability on a sentence is a hit, unless the file says otherwise.
const AT_LEAST: f64 = 0.5;
/// Which share of the sentences is expected to match, unless the file says otherwise.
const RATE: f64 = 0.1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    tracker: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Spanned<String>,
    side: Option<Spanned<Speaker>>,
    examples: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    counter_examples: Vec<Spanned<String>>,
    at_least: Option<Spanned<f64>>,
    rate: Option<Spanned<f64>>,
}

type Faulty = written::Faulty<TrackerFault>;

/// Reads all trackers of a text; where some names are known, only those may be given.
pub(super) fn read(text: &str, known: &[&'static str]) -> Result<TrackersConfig, TrackersError> {
    written::read(text, |file: File| {
        let mut names = Names::of("tracker");
        let trackers = file.tracker.into_iter();
        let trackers = trackers.map(|written| {
            is_known(&written.name, known)?;
            tracker(written, &mut names)
        });
        Ok(TrackersConfig {
            trackers: trackers.collect::<Result<_, Faulty>>()?,
        })
    })
}

fn is_known(name: &Spanned<String>, known: &[&'static str]) -> Result<(), Faulty> {
    if known.is_empty() || known.contains(&name.get_ref().as_str()) {
        return Ok(());
    }
    let known = known.to_vec();
    Err((name.span(), TrackerFault::Kind { known }))
}

fn tracker(written: Written, names: &mut Names) -> Result<TrackerConfig, Faulty> {
    let name = names.take(written.name)?;
    let span = written.examples.span();
    let mut seen = BTreeSet::new();
    let examples = sentences(written.examples.into_inner(), &mut seen, "examples")?;
    enough(examples.len(), span)?;
    Ok(TrackerConfig {
        name,
        side: written.side.as_ref().map(side).transpose()?,
        examples,
        counter_examples: sentences(written.counter_examples, &mut seen, "counter_examples")?,
        at_least: chance(written.at_least, "at_least", AT_LEAST)?,
        rate: chance(written.rate, "rate", RATE)?,
    })
}

/// Sentences that are not blank, of which no two have the same words.
fn sentences(
    written: Vec<Spanned<String>>,
    seen: &mut BTreeSet<Vec<String>>,
    key: &'static str,
) -> Result<Vec<String>, Faulty> {
    let sentence = |text: Spanned<String>| {
        let span = text.span();
        let text = filled(text, key)?;
        if seen.insert(words(&text)) {
            Ok(text)
        } else {
            Err((span, TrackerFault::Repeated))
        }
    };
    written.into_iter().map(sentence).collect()
}

fn enough(got: usize, span: Range<usize>) -> Result<(), Faulty> {
    let least = TrackerConfig::LEAST_EXAMPLES;
    if got < least {
        return Err((span, TrackerFault::TooFewExamples { least, got }));
    }
    Ok(())
}

fn side(written: &Spanned<Speaker>) -> Result<Speaker, Faulty> {
    match *written.get_ref() {
        Speaker::Other => Err((written.span(), TrackerFault::Side)),
        side @ (Speaker::Seller | Speaker::Buyer) => Ok(side),
    }
}

fn chance(
    written: Option<Spanned<f64>>,
    key: &'static str,
    otherwise: f64,
) -> Result<Probability, Faulty> {
    let span = written.as_ref().map(Spanned::span).unwrap_or_default();
    let value = written.map_or(otherwise, Spanned::into_inner);
    Probability::new(value)
        .ok()
        .filter(|it| 0.0 < it.value() && it.value() < 1.0)
        .ok_or((span, TrackerFault::Range { key }))
}
