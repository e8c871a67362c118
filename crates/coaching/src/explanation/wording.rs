//! How numbers and ranges are put in words.

use upturn_core::{Doubt, Interval, PartName, Prediction, TurnRange};

/// Below this a share of the logit is rounded away and not told.
pub(crate) const LEAST_LOGIT: f64 = 0.005;

/// `+0.41`.
pub(crate) fn logit(logit: f64) -> String {
    format!("{logit:+.2}")
}

/// `won` above zero, else `lost`.
pub(crate) fn side(logit: f64) -> &'static str {
    if logit > 0.0 { "won" } else { "lost" }
}

/// `0.62 [0.54, 0.70]`, or the number alone.
pub(crate) fn within(value: f64, interval: Option<Interval>) -> String {
    interval.map_or_else(
        || format!("{value:.2}"),
        |Interval { low, high }| format!("{value:.2} [{:.2}, {:.2}]", low.value(), high.value()),
    )
}

/// `11 of 15 nearest won`.
pub(crate) fn support(prediction: &Prediction) -> String {
    let support = prediction.support;
    if support.calls == 0 {
        return "no comparable call".to_owned();
    }
    format!("{} of {} nearest won", support.won, support.calls)
}

/// Why a prediction is unsure, in a few words.
pub(crate) const fn doubt(doubt: &Doubt) -> &'static str {
    match doubt {
        Doubt::NearTheLine => "too near to one half",
        Doubt::NeighboursDisagree { .. } => "the nearest calls lean to the other side",
        Doubt::NothingLikeIt { .. } => "no known call is much like it",
        _ => "of another doubt",
    }
}

/// `1 turn`, `24 turns`.
pub(crate) fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// `turns 5-8 speak`, `turn 5 speaks`.
pub(crate) fn speaks(turns: TurnRange) -> &'static str {
    if turns.len() > 1 { "speak" } else { "speaks" }
}

/// The first letter in upper case.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).collect()
}

/// A sentence without the stop at its end, to go on behind.
pub(crate) fn open_end(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// The name of a field or a measure as words: `talk share`.
pub(crate) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// The name of a part for people.
pub(crate) const fn part(name: PartName) -> &'static str {
    match name {
        PartName::BaseRate => "base rate",
        PartName::Words => "words",
        PartName::EncoderHead => "encoder head",
        PartName::Neighbours => "neighbours",
        PartName::Shape => "shape",
        PartName::Metadata => "metadata",
        PartName::Calibration => "calibration",
    }
}
