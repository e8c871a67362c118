//! Measures that are more usual among the calls of one outcome: [`telling`].

use upturn_core::Outcome;

use super::wording::{capital, counted, spaced};
use super::{About, CitedSentence, ExplanationParts, Reason, Register};
use crate::{Among, Estimate, MeasureKind, Standing};

/// Most of them told.
const MOST: usize = 4;

/// Those whose place among won calls is another than among lost calls beyond both intervals, the widest apart first.
pub(super) fn telling(parts: &ExplanationParts<'_>, register: &mut Register<'_>) -> Vec<Reason> {
    let mut telling: Vec<&Standing> = parts.standings.iter().filter(|it| is_apart(it)).collect();
    telling.sort_by(|a, b| gap(b).total_cmp(&gap(a)));
    let told = telling.into_iter().take(MOST);
    told.filter_map(|standing| {
        let turns = parts.measures.evidence(standing.measure);
        Some(Reason {
            about: About::Standing {
                measure: standing.measure,
            },
            logit: None,
            sentence: CitedSentence::new(words(standing), register.ranges(&turns))?,
        })
    })
    .collect()
}

fn gap(standing: &Standing) -> f64 {
    (standing.won.quantile.value - standing.lost.quantile.value).abs()
}

fn is_apart(Standing { won, lost, .. }: &Standing) -> bool {
    won.quantile.low > lost.quantile.high || lost.quantile.low > won.quantile.high
}

/// The side among whose calls the value lies nearer to the middle.
pub(crate) fn more_usual(Standing { won, lost, .. }: &Standing) -> Outcome {
    let off = |among: &Among| (among.quantile.value - 0.5).abs();
    if off(won) < off(lost) {
        Outcome::Won
    } else {
        Outcome::Lost
    }
}

fn words(standing: &Standing) -> String {
    let usual = more_usual(standing).as_str();
    let Standing {
        measure,
        won,
        lost,
        scope,
        ..
    } = standing;
    let name = capital(&spaced(measure.as_str()));
    let value = value(standing);
    if measure.kind() == MeasureKind::YesNo {
        let share = |among: &Among| format!("{:.0} %", 100.0 * among.spread.mean);
        return format!(
            "{name}: {value}; it is yes in {} of {} and {} of {} ({scope}), which makes it more usual among {usual} calls.",
            share(won),
            counted(won.spread.calls, "won call"),
            share(lost),
            counted(lost.spread.calls, "lost call"),
        );
    }
    format!(
        "{name} is {value}: above {} of {} and {} of {} ({scope}), which is more usual among {usual} calls.",
        shares(won.quantile),
        counted(won.spread.calls, "won call"),
        shares(lost.quantile),
        counted(lost.spread.calls, "lost call"),
    )
}

fn shares(Estimate { value, low, high }: Estimate) -> String {
    let percent = |share: f64| format!("{:.0}", 100.0 * share);
    format!("{} % [{}, {}]", percent(value), percent(low), percent(high))
}

/// The value with its unit.
pub(super) fn value(Standing { measure, value, .. }: &Standing) -> String {
    match measure.kind() {
        MeasureKind::YesNo => if *value > 0.0 { "yes" } else { "no" }.to_owned(),
        MeasureKind::Number => measure.with_unit(*value),
    }
}
