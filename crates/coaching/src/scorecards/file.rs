//! The form of a rubric, and from the form to its questions: [`read`].

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::question::{Band, Question, Subject};
use super::{KnownNames, RubricError, RubricFault};
use crate::MeasureName;
use crate::warnings::{Limits, When, check_kind};
use crate::written::{self, Names, filled};

/// What a question gives at most, unless it says otherwise.
const POINTS: f64 = 1.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    question: Vec<Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Spanned<String>,
    asks: Spanned<String>,
    advice: Option<String>,
    points: Option<Spanned<f64>>,
    #[serde(default)]
    when: When,
    measure: Option<MeasureName>,
    metadata: Option<Spanned<String>>,
    rule: Option<Spanned<String>>,
    tracker: Option<Spanned<String>>,
    #[serde(default)]
    bands: Vec<Spanned<WrittenBand>>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    above: Option<f64>,
    below: Option<f64>,
    is: Option<bool>,
    equals: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBand {
    points: Option<Spanned<f64>>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    above: Option<f64>,
    below: Option<f64>,
    is: Option<bool>,
    equals: Option<String>,
}

type Faulty = written::Faulty<RubricFault>;

/// Reads all questions of a text, which name nothing that is not known.
pub(super) fn read(text: &str, known: &KnownNames) -> Result<Vec<Question>, RubricError> {
    written::read(text, |file: File| {
        if file.question.is_empty() {
            return Err((0..0, RubricFault::NoQuestion));
        }
        let mut names = Names::of("question");
        let questions = file.question.into_iter();
        questions
            .map(|written| question(written, &mut names, known))
            .collect()
    })
}

fn question(
    written: Spanned<Written>,
    names: &mut Names,
    known: &KnownNames,
) -> Result<Question, Faulty> {
    let span = written.span();
    let mut written = written.into_inner();
    let most = points(written.points.take(), POINTS)?;
    check_names(&written, known)?;
    let subject = subject(&mut written, &span)?;
    let limits = Limits {
        at_least: written.at_least,
        at_most: written.at_most,
        above: written.above,
        below: written.below,
        is: written.is,
        equals: written.equals,
    };
    let bands = match (limits.count(), written.bands.is_empty()) {
        (0, true) => subject.usual(most).ok_or((span, RubricFault::Bands))?,
        (_, true) => vec![full_band(limits, most, &subject).map_err(|fault| (span, fault))?],
        (0, false) => bands(written.bands, most, &subject)?,
        (_, false) => return Err((span, RubricFault::Bands)),
    };
    Ok(Question {
        name: names.take(written.name)?,
        asks: filled(written.asks, "asks")?,
        advice: written.advice,
        most,
        when: written.when,
        subject,
        bands,
    })
}

/// Whether there is what is asked for by name; a blank name is another fault.
fn check_names(written: &Written, known: &KnownNames) -> Result<(), Faulty> {
    let named = |name: &Option<Spanned<String>>,
                 check: &dyn Fn(&str) -> Result<(), RubricFault>| {
        let name = name
            .as_ref()
            .filter(|name| !name.get_ref().trim().is_empty());
        name.map_or(Ok(()), |name| {
            check(name.get_ref()).map_err(|fault| (name.span(), fault))
        })
    };
    named(&written.rule, &|name| known.rule(name))?;
    named(&written.tracker, &|name| known.tracker(name))
}

/// The one thing that is looked at.
fn subject(written: &mut Written, span: &Range<usize>) -> Result<Subject, Faulty> {
    let named = |name: Option<Spanned<String>>, key, of: fn(String) -> Subject| {
        let name = name.map(|name| filled::<RubricFault>(name, key));
        name.map(|name| name.map(of))
    };
    let given = [
        written.measure.map(|name| Ok(Subject::Measure(name))),
        named(written.metadata.take(), "metadata", Subject::Metadata),
        named(written.rule.take(), "rule", Subject::Rule),
        named(written.tracker.take(), "tracker", Subject::Tracker),
    ];
    let mut given: Vec<_> = given.into_iter().flatten().collect();
    match (given.pop(), given.len()) {
        (Some(subject), 0) => subject,
        (last, others) => {
            let got = others + usize::from(last.is_some());
            Err((span.clone(), RubricFault::Subject { got }))
        }
    }
}

fn bands(
    written: Vec<Spanned<WrittenBand>>,
    most: f64,
    subject: &Subject,
) -> Result<Vec<Band>, Faulty> {
    let band = |written: Spanned<WrittenBand>| {
        let span = written.span();
        let written = written.into_inner();
        let limits = Limits {
            at_least: written.at_least,
            at_most: written.at_most,
            above: written.above,
            below: written.below,
            is: written.is,
            equals: written.equals,
        };
        let full = full_band(limits, most, subject).map_err(|fault| (span, fault))?;
        Ok(Band {
            points: given_points(written.points, most)?,
            ..full
        })
    };
    written.into_iter().map(band).collect()
}

/// A band that gives all points.
fn full_band(limits: Limits, most: f64, subject: &Subject) -> Result<Band, RubricFault> {
    let comparison = limits.comparison("band")?;
    if let Some(kind) = subject.kind() {
        check_kind(subject.name(), kind, &comparison)?;
    }
    Ok(Band {
        comparison,
        points: most,
    })
}

/// Points of a question.
fn points(written: Option<Spanned<f64>>, otherwise: f64) -> Result<f64, Faulty> {
    let span = written.as_ref().map(Spanned::span).unwrap_or_default();
    let points = written.map_or(otherwise, Spanned::into_inner);
    let expected = "above 0";
    (points > 0.0 && points.is_finite())
        .then_some(points)
        .ok_or((span, RubricFault::Points { expected }))
}

/// Points of a band, at most those of its question.
fn given_points(written: Option<Spanned<f64>>, most: f64) -> Result<f64, Faulty> {
    let span = written.as_ref().map(Spanned::span).unwrap_or_default();
    let points = written.map_or(most, Spanned::into_inner);
    let expected = "from 0 to the `points` of the question, which are 1 if it doesn't say";
    (0.0..=most)
        .contains(&points)
        .then_some(points)
        .ok_or((span, RubricFault::Points { expected }))
}
