//! One call beside the others, and what the rules warn of.

use serde::Serialize;
use upturn::coaching::{
    Judgement, LabelledCall, MeasureName, Measures, Reference, Standing, TooFew,
};
use upturn::{Conversation, ConversationId, Outcome};

use super::{Measured, NoCall};
use crate::cite_text::cite;
use crate::context::Context;
use crate::failure::Failure;
use crate::numbers::measured_value;
use crate::table::Table;

/// The answer, for programs.
#[derive(Serialize)]
struct Report<'a> {
    conversation: &'a ConversationId,
    outcome: Option<Outcome>,
    measures: &'a Measures,
    standings: Vec<Standing>,
    /// Measures with too few calls to compare with.
    not_compared: Vec<NotCompared>,
    #[serde(flatten)]
    judgement: Judgement,
}

#[derive(Serialize)]
struct NotCompared {
    measure: MeasureName,
    won: usize,
    lost: usize,
    least: usize,
}

impl From<TooFew> for NotCompared {
    fn from(
        TooFew {
            measure,
            least,
            won,
            lost,
        }: TooFew,
    ) -> Self {
        Self {
            measure,
            won,
            lost,
            least,
        }
    }
}

/// Prints the call of this id.
pub(super) fn print(all: &Measured<'_>, id: &str, context: &Context) -> Result<(), Failure> {
    let mut calls = all.calls.iter();
    let (call, measures) = calls
        .find(|(call, _)| call.id().as_str() == id)
        .ok_or_else(|| NoCall { id: id.to_owned() })?;
    let report = report(all, call, measures);
    context.printer.answer(&text(&report), &report)
}

fn report<'a>(all: &Measured<'_>, call: &'a Conversation, measures: &'a Measures) -> Report<'a> {
    // Its own account would be compared with itself.
    let is_other = |other: &LabelledCall<'_>| other.group != call.group();
    let mut reference = Reference::default().with_least(all.least);
    reference.extend(all.labelled().into_iter().filter(is_other));
    let (mut standings, mut not_compared) = (Vec::new(), Vec::new());
    for name in MeasureName::ALL {
        match reference.standing(*name, measures, call.metadata()) {
            Ok(standing) => standings.extend(standing),
            Err(few) => not_compared.push(few.into()),
        }
    }
    Report {
        conversation: call.id(),
        outcome: call.outcome(),
        measures,
        standings,
        not_compared,
        judgement: all.rules.judge(measures, call.metadata()),
    }
}

fn text(report: &Report<'_>) -> String {
    let outcome = report.outcome.map_or("open", Outcome::as_str);
    let head = format!(
        "{} ({outcome}, {} turns)",
        report.conversation, report.measures.turns
    );
    let parts = [
        Some(head),
        standings(&report.standings),
        not_compared(report),
        Some(warnings(&report.judgement)),
        unjudged(&report.judgement),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// Each measure with its quantile among won and among lost calls.
fn standings(standings: &[Standing]) -> Option<String> {
    if standings.is_empty() {
        return None;
    }
    let mut table = Table::new([
        "measure",
        "value",
        "won below",
        "lost below",
        "compared with",
    ]);
    for standing in standings {
        let wider = if standing.is_widened() {
            " (wider)"
        } else {
            ""
        };
        let [won, lost] = [standing.won.spread.calls, standing.lost.spread.calls];
        table.row([
            standing.measure.to_string(),
            measured_value(standing.measure, standing.value),
            standing.won.quantile.to_string(),
            standing.lost.quantile.to_string(),
            format!("{won} won, {lost} lost: {}{wider}", standing.scope),
        ]);
    }
    Some(format!(
        "each value, and the shares of won and of lost calls below it with 95 % intervals\n\n{table}"
    ))
}

/// Each measure that can't be compared, with its value.
fn not_compared(report: &Report<'_>) -> Option<String> {
    let least = report.not_compared.first()?.least;
    let mut table = Table::new(["measure", "value"]);
    for NotCompared { measure, .. } in &report.not_compared {
        let known = report.measures.value(*measure);
        let known = known.map_or_else(|| "-".to_owned(), |it| measured_value(*measure, it));
        table.row([measure.to_string(), known]);
    }
    Some(format!(
        "not compared, for want of {least} won and {least} lost calls\n\n{table}"
    ))
}

fn warnings(judgement: &Judgement) -> String {
    if judgement.warnings.is_empty() {
        return "no warning".to_owned();
    }
    let mut lines = Vec::new();
    for warning in &judgement.warnings {
        lines.push(format!("warning {}: {}", warning.rule, warning.says));
        let cites = warning.evidence.iter();
        lines.extend(cites.map(|cited| format!("  {}", cite(cited))));
        lines.extend(warning.advice.as_ref().map(|advice| format!("  {advice}")));
    }
    lines.join("\n")
}

fn unjudged(judgement: &Judgement) -> Option<String> {
    let named: Vec<_> = judgement
        .unjudged
        .iter()
        .map(|rule| format!("{} needs {}", rule.rule, rule.missing.join(", ")))
        .collect();
    (!named.is_empty()).then(|| format!("not judged: {}", named.join("; ")))
}
