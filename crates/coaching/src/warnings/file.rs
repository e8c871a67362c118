//! The form of a file of rules, and from the form to the rules: [`read`].

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::comparison::Comparison;
use super::condition::{Condition, Subject};
use super::rule::{Rule, When};
use super::{RuleFault, RulesError};
use crate::{MeasureKind, MeasureName};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Spanned<String>,
    says: Spanned<String>,
    advice: Option<String>,
    #[serde(default)]
    when: When,
    #[serde(default)]
    all: Vec<Spanned<WrittenCondition>>,
    #[serde(default)]
    any: Vec<Spanned<WrittenCondition>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCondition {
    measure: Option<MeasureName>,
    metadata: Option<String>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    above: Option<f64>,
    below: Option<f64>,
    is: Option<bool>,
    equals: Option<String>,
}

/// A fault and where it stands in the text.
type Faulty = (Range<usize>, RuleFault);

/// Reads all rules of a text.
pub(super) fn read(text: &str) -> Result<Vec<Rule>, RulesError> {
    let file: File = toml::from_str(text).map_err(|error| {
        let what = error.message().lines().collect::<Vec<_>>().join(", ");
        fault(text, error.span().unwrap_or(0..0), RuleFault::Form { what })
    })?;
    let mut names = BTreeSet::new();
    file.rule
        .into_iter()
        .map(|written| rule(written, &mut names))
        .collect::<Result<_, Faulty>>()
        .map_err(|(span, what)| fault(text, span, what))
}

fn rule(written: Spanned<Written>, names: &mut BTreeSet<String>) -> Result<Rule, Faulty> {
    let span = written.span();
    let written = written.into_inner();
    let name_span = written.name.span();
    let name = filled(written.name, "name")?;
    if !names.insert(name.clone()) {
        return Err((name_span, RuleFault::Twice));
    }
    if written.all.is_empty() && written.any.is_empty() {
        return Err((span, RuleFault::NoCondition));
    }
    Ok(Rule {
        name,
        says: filled(written.says, "says")?,
        advice: written.advice,
        when: written.when,
        all: conditions(written.all)?,
        any: conditions(written.any)?,
    })
}

fn filled(text: Spanned<String>, key: &'static str) -> Result<String, Faulty> {
    let span = text.span();
    let text = text.into_inner();
    if text.trim().is_empty() {
        Err((span, RuleFault::Empty { key }))
    } else {
        Ok(text)
    }
}

fn conditions(written: Vec<Spanned<WrittenCondition>>) -> Result<Vec<Condition>, Faulty> {
    written.into_iter().map(condition).collect()
}

fn condition(written: Spanned<WrittenCondition>) -> Result<Condition, Faulty> {
    let span = written.span();
    from_written(written.into_inner()).map_err(|fault| (span, fault))
}

fn from_written(written: WrittenCondition) -> Result<Condition, RuleFault> {
    let subject = match (written.measure, written.metadata) {
        (Some(name), None) => Subject::Measure(name),
        (None, Some(field)) if !field.trim().is_empty() => Subject::Metadata(field),
        _ => return Err(RuleFault::Subject),
    };
    let given = [
        written.at_least.map(Comparison::AtLeast),
        written.at_most.map(Comparison::AtMost),
        written.above.map(Comparison::Above),
        written.below.map(Comparison::Below),
        written.is.map(Comparison::Is),
        written.equals.map(Comparison::Equals),
    ];
    let mut given: Vec<_> = given.into_iter().flatten().collect();
    let (Some(comparison), true) = (given.pop(), given.is_empty()) else {
        let got = given.len() + usize::from(!given.is_empty());
        return Err(RuleFault::Comparisons { got });
    };
    let limits = [
        written.at_least,
        written.at_most,
        written.above,
        written.below,
    ];
    if limits.iter().flatten().any(|limit| !limit.is_finite()) {
        return Err(RuleFault::NotFinite);
    }
    if let Subject::Measure(name) = subject {
        check_kind(name, &comparison)?;
    }
    Ok(Condition {
        subject,
        comparison,
    })
}

/// A measure is compared by what it is.
fn check_kind(measure: MeasureName, comparison: &Comparison) -> Result<(), RuleFault> {
    let is_number = measure.kind() == MeasureKind::Number;
    let fits = match comparison {
        Comparison::Is(_) => !is_number,
        Comparison::Equals(_) => false,
        Comparison::AtLeast(_)
        | Comparison::AtMost(_)
        | Comparison::Above(_)
        | Comparison::Below(_) => is_number,
    };
    if fits {
        return Ok(());
    }
    let (is, expected) = if is_number {
        ("a number", "`at_least`, `at_most`, `above` or `below`")
    } else {
        ("yes or no", "`is = true` or `is = false`")
    };
    Err(RuleFault::Kind {
        measure,
        is,
        expected,
    })
}

/// Line and column of a fault, both from 1, the column in characters.
fn fault(text: &str, span: Range<usize>, fault: RuleFault) -> RulesError {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    RulesError {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        fault,
    }
}
