//! The form of a file of rules, and from the form to the rules: [`read`].

use serde::Deserialize;
use toml::Spanned;

use super::comparison::{Limits, check_kind};
use super::condition::{Condition, Subject};
use super::rule::{Rule, When};
use super::{RuleFault, RulesError};
use crate::MeasureName;
use crate::written::{self, Names, filled};

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
    let limits = Limits {
        at_least: written.at_least,
        at_most: written.at_most,
        above: written.above,
        below: written.below,
        is: written.is,
        equals: written.equals,
    };
    let comparison = limits.comparison("condition")?;
    if let Subject::Measure(name) = &subject {
        check_kind(name.as_str(), name.kind(), &comparison)?;
    }
    Ok(Condition {
        subject,
        comparison,
    })
}
