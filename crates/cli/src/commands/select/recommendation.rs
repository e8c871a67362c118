//! Which encoder to take, in one sentence: [`recommend`].

use serde::Serialize;
use upturn::eval::{Bootstrap, Finding, Metric, compare, estimate};

use super::contest::{Mode, Tried};
use crate::failure::Failure;

/// What decides: the score of the probability itself, which a good order alone does not make good.
const DECIDES: Metric = Metric::Brier;

/// The advice, and whether the calls show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Recommendation {
    pub(super) encoder: String,
    pub(super) mode: Mode,
    /// Whether it is shown to be better than every other; else it is the fastest of those that may be the best.
    pub(super) shown: bool,
    pub(super) sentence: String,
}

/// The best where it is shown to be better than all others, else the fastest of those that are not shown to be worse than
/// the best.
///
/// None without anything to choose from.
///
/// # Errors
///
/// That of the comparison, if the candidates speak of different calls.
pub(super) fn recommend(tried: &[Tried<'_>]) -> Result<Option<Recommendation>, Failure> {
    let bootstrap = Bootstrap::default();
    let score = |one: &Tried<'_>| {
        let measured = estimate(DECIDES, &one.predictions, &bootstrap);
        measured.map_or(f64::INFINITY, |measured| measured.value)
    };
    let Some((best, _)) = tried
        .iter()
        .map(|one| (one, score(one)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
    else {
        return Ok(None);
    };
    // Those that may be as good as the best; it is one of them.
    let (mut equal, mut too_few_accounts) = (vec![best], false);
    for other in tried.iter().filter(|other| !std::ptr::eq(*other, best)) {
        let found = compare(DECIDES, &best.predictions, &other.predictions, &bootstrap)?;
        let finding = found.map(|found| found.verdict(DECIDES, other.encoder).finding);
        too_few_accounts |= finding == Some(Finding::TooFewGroups);
        if finding != Some(Finding::Better) {
            equal.push(other);
        }
    }
    Ok(Some(if equal.len() == 1 {
        shown(best, tried.len() - 1)
    } else {
        not_shown(&equal, too_few_accounts)
    }))
}

fn shown(best: &Tried<'_>, others: usize) -> Recommendation {
    let of = |best: &Tried<'_>, sentence: String| Recommendation {
        encoder: best.encoder.to_owned(),
        mode: best.mode,
        shown: true,
        sentence,
    };
    let sentence = if others == 0 {
        format!("there is nothing to choose: {best} was the only one")
    } else {
        format!(
            "take {best}: its {} is better than that of each of the others, and no interval of a paired difference includes \
             zero",
            DECIDES.name()
        )
    };
    of(best, sentence)
}

/// Of equals the fastest; of an encoder frozen and fine-tuned, which are equally fast, the frozen one.
fn not_shown(equal: &[&Tried<'_>], too_few_accounts: bool) -> Recommendation {
    let seconds = |one: &Tried<'_>| one.cost.seconds_per_thousand_tokens;
    let tuned = |one: &Tried<'_>| one.mode == Mode::FineTuned;
    // Never empty: the best is among them.
    let fastest = equal.iter().min_by(|a, b| {
        let by_time = seconds(a).total_cmp(&seconds(b));
        by_time.then(tuned(a).cmp(&tuned(b)))
    });
    let (encoder, mode, time) = fastest.map_or((String::new(), Mode::Frozen, 0.0), |fastest| {
        (fastest.encoder.to_owned(), fastest.mode, seconds(fastest))
    });
    let names: Vec<String> = equal.iter().map(ToString::to_string).collect();
    let why = if too_few_accounts {
        "the calls are of too few accounts".to_owned()
    } else {
        let score = DECIDES.name();
        format!("no interval of a paired difference in the {score} leaves out zero")
    };
    Recommendation {
        sentence: format!(
            "not shown which is best of {}: {why}; take the fastest, `{encoder}` ({mode}, {time:.3} s for a thousand tokens)",
            names.join(", "),
        ),
        encoder,
        mode,
        shown: false,
    }
}

#[cfg(test)]
mod tests;
