//! All calls: how measures are spread over won and lost ones, and what the rules are worth.

use serde::Serialize;
use upturn::coaching::{
    Judgement, MeasureKind, MeasureName, Measures, Reference, RuleLift, Scope, Spread,
};
use upturn::{ConversationId, Outcome};

use super::Measured;
use crate::context::Context;
use crate::dataset::Counts;
use crate::failure::Failure;
use crate::numbers::{count, percent};
use crate::table::Table;

/// One call, for programs.
#[derive(Serialize)]
#[serde(tag = "type", rename = "call")]
struct CallLine<'a> {
    conversation: &'a ConversationId,
    outcome: Option<Outcome>,
    measures: &'a Measures,
    #[serde(flatten)]
    judgement: Judgement,
}

/// The last line, for programs.
#[derive(Serialize)]
#[serde(tag = "type", rename = "summary")]
struct Summary {
    #[serde(flatten)]
    counts: Counts,
    won: usize,
    lost: usize,
    measures: Vec<Sides>,
    rules: Vec<RuleLift>,
}

/// A measure over won and lost calls.
#[derive(Serialize)]
struct Sides {
    measure: MeasureName,
    unit: &'static str,
    won: Option<Spread>,
    lost: Option<Spread>,
}

/// Prints all calls for programs, and the summary.
pub(super) fn print(all: &Measured<'_>, counts: Counts, context: &Context) -> Result<(), Failure> {
    if context.printer.is_json() {
        for (call, measures) in &all.calls {
            let line = CallLine {
                conversation: call.id(),
                outcome: call.outcome(),
                measures,
                judgement: all.rules.judge(measures, call.metadata()),
            };
            context.printer.answer("", line)?;
        }
    }
    let summary = summary(all, counts);
    context.printer.answer(&text(&summary), summary)
}

fn summary(all: &Measured<'_>, counts: Counts) -> Summary {
    let calls = all.labelled();
    let of = |outcome| calls.iter().filter(|call| call.outcome == outcome).count();
    let mut reference = Reference::default();
    reference.extend(calls.iter().copied());
    let spread = |name, outcome| reference.spread(name, &Scope::default(), outcome);
    let sides = |name: &MeasureName| Sides {
        measure: *name,
        unit: name.unit(),
        won: spread(*name, Outcome::Won),
        lost: spread(*name, Outcome::Lost),
    };
    Summary {
        counts,
        won: of(Outcome::Won),
        lost: of(Outcome::Lost),
        measures: MeasureName::ALL.iter().map(sides).collect(),
        rules: all.rules.lift(&calls),
    }
}

fn text(summary: &Summary) -> String {
    let mut measures = Table::new(["measure", "unit", "won calls", "", "lost calls", ""]);
    for sides in &summary.measures {
        let calls = |side: Option<Spread>| side.map_or("-".to_owned(), |it| count(it.calls));
        let spread = |side| spread(sides.measure, side);
        measures.row([
            sides.measure.to_string(),
            sides.unit.to_owned(),
            calls(sides.won),
            spread(sides.won),
            calls(sides.lost),
            spread(sides.lost),
        ]);
    }
    let mut rules = Table::new([
        "rule",
        "judged",
        "held",
        "lost where it held",
        "lost of all",
        "lift",
    ]);
    for rule in &summary.rules {
        let few = format!("- (below {} calls)", RuleLift::LEAST_HITS);
        rules.row([
            rule.rule.clone(),
            count(rule.judged),
            count(rule.hits),
            crate::numbers::share(rule.lost_hits, rule.hits),
            crate::numbers::share(rule.lost, rule.judged),
            rule.lift.map_or(few, |lift| lift.to_string()),
        ]);
    }
    format!(
        "{} won and {} lost calls: median [quarter, three quarters], or the share of yes\n\n{measures}\n\n\
        rules: lift is how much more often calls were lost where the rule held, with its 95 % interval\n\n{rules}",
        count(summary.won),
        count(summary.lost),
    )
}

fn spread(name: MeasureName, side: Option<Spread>) -> String {
    let Some(spread) = side else {
        return "-".to_owned();
    };
    match name.kind() {
        MeasureKind::YesNo => percent(spread.mean),
        MeasureKind::Number => {
            let Spread {
                median, p25, p75, ..
            } = spread;
            format!("{median:.2} [{p25:.2}, {p75:.2}]")
        }
    }
}
