//! Why, most first: [`reasons`].

use upturn_core::{Outcome, Part, PartName, TurnRange};
use upturn_predict::MetadataColumns;

use super::standings::telling;
use super::wording::{LEAST_LOGIT, capital, counted, open_end, side, spaced, speaks};
use super::words::sentence_of_words;
use super::worth::{Weighed, weighed};
use super::{About, CitedSentence, EvidenceId, ExplanationParts, Reason, Register};
use crate::warnings::known;
use crate::{LastOffer, LastOffers, Moved};

/// Most moments told.
const MOMENTS: usize = 4;
/// Most comparable calls cited for their vote.
const VOTERS: usize = 3;

/// All reasons: those with a logit by its absolute value, then warnings, then measures.
pub(super) fn reasons(parts: &ExplanationParts<'_>, register: &mut Register<'_>) -> Vec<Reason> {
    let summands = parts.prediction.parts.iter();
    let mut reasons: Vec<Reason> = summands
        .filter_map(|part| of_part(*part, parts, register))
        .collect();
    let moments = parts.moved.most(MOMENTS).into_iter();
    reasons.extend(moments.filter_map(|moved| of_moment(moved, register)));
    reasons.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let warnings = weighed(parts);
    reasons.extend(warnings.iter().filter_map(|it| of_warning(it, register)));
    reasons.extend(telling(parts, register));
    reasons
}

fn weight(reason: &Reason) -> f64 {
    reason.logit.map_or(0.0, f64::abs)
}

fn reason(about: About, logit: Option<f64>, sentence: Option<CitedSentence>) -> Option<Reason> {
    sentence.map(|sentence| Reason {
        about,
        logit,
        sentence,
    })
}

fn of_part(
    part: Part,
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> Option<Reason> {
    let Part { name, logit } = part;
    if logit.abs() < LEAST_LOGIT {
        return None;
    }
    let own = register.part(name, logit);
    let told = |what: &str| format!("{what} for {}.", side(logit));
    let (text, evidence) = match name {
        PartName::BaseRate => (
            told("The starting point, how often calls are won at all, speaks"),
            Vec::new(),
        ),
        PartName::Words => sentence_of_words(logit, parts, register),
        PartName::EncoderHead => (
            told("What the encoder reads in the turns speaks"),
            register.whole().into_iter().collect(),
        ),
        PartName::Neighbours => of_neighbours(logit, parts, register),
        PartName::Shape => of_shape(logit, parts, register),
        PartName::Metadata => of_metadata(logit, parts, register),
        PartName::Calibration => (
            told("Calibration on calls that the model had not seen speaks"),
            Vec::new(),
        ),
    };
    let evidence = std::iter::once(own).chain(evidence);
    reason(
        About::Part { name },
        Some(logit),
        CitedSentence::new(text, evidence),
    )
}

fn of_neighbours(
    share: f64,
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> (String, Vec<EvidenceId>) {
    let support = parts.prediction.support;
    if support.calls == 0 {
        let text = format!("That no comparable call voted speaks for {}.", side(share));
        return (text, Vec::new());
    }
    let won = match support.won {
        1 => "1 was".to_owned(),
        won => format!("{won} were"),
    };
    let nearest = counted(support.calls, "call");
    let text = format!(
        "Of the {nearest} most like it, {won} won{}; nearer calls weigh more, and that speaks for {}.",
        usual(&parts.prediction.parts),
        side(share)
    );
    let wanted = if share > 0.0 {
        Outcome::Won
    } else {
        Outcome::Lost
    };
    let near = parts.prediction.evidence.iter();
    let cited = near
        .filter(|near| near.outcome == wanted)
        .take(VOTERS)
        .filter_map(|near| register.there(&near.id, Some(near.outcome), near.turns, &near.text))
        .collect();
    (text, cited)
}

/// `, and 53 % of all calls are`: a vote is held against it; nothing where no part says so.
fn usual(parts: &[Part]) -> String {
    let base = parts.iter().find(|part| part.name == PartName::BaseRate);
    base.map_or_else(String::new, |base| {
        let share = 1.0 / (1.0 + (-base.logit).exp());
        format!(", and {:.0} % of all calls are", 100.0 * share)
    })
}

/// How long the call is and who speaks how much, what was agreed, what the buyer holds against it, and what was offered.
fn of_shape(
    share: f64,
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> (String, Vec<EvidenceId>) {
    let measures = parts.measures;
    let whole = register.whole();
    let how = "How long the call is and who speaks how much";
    let Some((step, objections)) = measures
        .next_step
        .as_ref()
        .zip(measures.objections.as_ref())
    else {
        let text = format!("{how} speaks for {}.", side(share));
        return (text, whole.into_iter().collect());
    };
    let last = LastOffers::among(parts.offers);
    let text = format!(
        "{how}, with {} agreed and {}{}, speaks for {}.",
        counted(step.agreements.len(), "step"),
        counted(objections.len(), "objection"),
        last_offers(last),
        side(share)
    );
    let agreed = step.agreements.iter().map(|agreed| agreed.turns);
    let offered = [last.buyer, last.seller].into_iter().flatten();
    let mut turns: Vec<TurnRange> = agreed
        .chain(objections.iter().map(|raised| raised.turns))
        .chain(offered.map(|offer| offer.turns))
        .collect();
    turns.sort_unstable();
    turns.dedup();
    let cited = register.ranges(&turns);
    (text, whole.into_iter().chain(cited).collect())
}

/// `, 75 % of the amount as the buyer's last offer`; nothing of nobody.
fn last_offers(LastOffers { buyer, seller }: LastOffers) -> String {
    let share = |offer: LastOffer| format!("{:.0} %", 100.0 * offer.share);
    match (buyer.map(share), seller.map(share)) {
        (Some(buyer), Some(seller)) => {
            format!(
                ", {buyer} of the amount as the buyer's last offer and {seller} as the seller's"
            )
        }
        (Some(buyer), None) => format!(", {buyer} of the amount as the buyer's last offer"),
        (None, Some(seller)) => format!(", {seller} of the amount as the seller's last offer"),
        (None, None) => String::new(),
    }
}

/// What is known of the deal, field by field.
fn of_metadata(
    share: f64,
    parts: &ExplanationParts<'_>,
    register: &mut Register<'_>,
) -> (String, Vec<EvidenceId>) {
    let metadata = parts.prefix.conversation().metadata();
    let fields = MetadataColumns::FIELDS.into_iter();
    let fields: Vec<(&str, String)> = fields
        .filter_map(|field| Some((field, known(metadata, field)?.to_string())))
        .collect();
    if fields.is_empty() {
        let text = format!(
            "That nothing is known of the deal besides what is said speaks for {}.",
            side(share)
        );
        return (text, Vec::new());
    }
    let names: Vec<String> = fields.iter().map(|(field, _)| spaced(field)).collect();
    let text = format!(
        "What is known of the deal besides what is said ({}) speaks for {}.",
        names.join(", "),
        side(share)
    );
    let cited = fields.iter();
    let cited = cited.map(|(field, value)| register.metadata(field, value));
    (text, cited.collect())
}

fn of_moment(Moved { turns, logit }: Moved, register: &mut Register<'_>) -> Option<Reason> {
    let id = register.here(turns)?;
    let text = format!(
        "{} {} for {}: without {} the model's logit would be {:.2} {}.",
        capital(&turns.to_string()),
        speaks(turns),
        side(logit),
        if turns.len() > 1 { "them" } else { "it" },
        logit.abs(),
        if logit > 0.0 { "lower" } else { "higher" },
    );
    reason(
        About::Moment { turns },
        Some(logit),
        CitedSentence::new(text, [id]),
    )
}

fn of_warning(weighed: &Weighed<'_>, register: &mut Register<'_>) -> Option<Reason> {
    let warning = weighed.warning;
    let mut evidence = Vec::new();
    let mut values = Vec::new();
    for cite in &warning.evidence {
        evidence.extend(register.cite(cite));
        values.push(format!("{}: {}", spaced(&cite.about), cite.value));
    }
    let says = capital(open_end(&warning.says));
    let text = format!("{says} ({}).{}", values.join(", "), weighed.told());
    let rule = warning.rule.clone();
    reason(
        About::Warning { rule },
        None,
        CitedSentence::new(text, evidence),
    )
}
