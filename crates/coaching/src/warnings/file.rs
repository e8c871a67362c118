//! The form of a file of rules, and from the form to the rules: [`read`].

use serde::Deserialize;
use toml::Spanned;

use super::comparison::Comparison;
use super::condition::{Condition, Subject};
use super::rule::{Rule, When};
use super::{RuleFault, RulesError};
use crate::written::{self, Names, filled};
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

type Faulty = written::Faulty<RuleFault>;

/// Reads all rules of a text.
pub(super) fn read(text: &str) -> Result<Vec<Rule>, RulesError> {
    written::read(text, |file: File| {
        let mut names = Names::of("rule");
        let rules = file.rule.into_iter();
        rules.map(|written| rule(written, &mut names)).collect()
    })
}

fn rule(written: Spanned<Written>, names: &mut Names) -> Result<Rule, Faulty> {
    let span = written.span();
    let written = written.into_inner();
    let name = names.take(written.name)?;
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
