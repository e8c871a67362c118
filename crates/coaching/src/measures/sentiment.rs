//! How the buyer's words feel: [`Sentiment`].

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};
use vader_sentimental::SentimentIntensityAnalyzer;

use crate::text::Said;

static VADER: LazyLock<SentimentIntensityAnalyzer<'static>> =
    LazyLock::new(SentimentIntensityAnalyzer::new);

/// VADER's compound sentiment of the buyer's turns.
///
/// - **Unit, range.** From -1 (negative) to 1 (positive); 0 where no word of the lexicon stands. Each turn counts by its
///   words.
/// - **`None`.** The buyer has said nothing, or the call is in another language than English.
/// - **Source.** Hutto and Gilbert 2014, "VADER: A parsimonious rule-based model for sentiment analysis of social media
///   text", by the crate `vader-sentimental`. Rounded to four digits, as the original prints it: what the crate sums in the
///   order of a hash table differs only beyond; where two of its eight idioms stand within five words, which one counts is
///   left to that order.
/// - **Mind.** A lexicon knows neither irony nor trade: "we have a problem to solve" is negative to it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sentiment {
    /// Mean over the buyer's words.
    pub mean: f64,
    /// Mean of the later half of the buyer's turns less that of the earlier, -2 to 2; `None` with a single turn. Of an odd
    /// number the middle one belongs to the later half.
    pub trend: Option<f64>,
    /// The most negative turn; of several the first.
    pub lowest: TurnRange,
    /// The most positive turn; of several the first.
    pub highest: TurnRange,
}

struct Felt {
    compound: f64,
    words: f64,
    range: TurnRange,
}

impl Sentiment {
    pub(crate) fn of(said: &[Said<'_>]) -> Option<Self> {
        let felt: Vec<_> = said
            .iter()
            .filter(|said| said.is_by(Speaker::Buyer) && said.words > 0)
            .map(|said| Felt {
                compound: compound(&said.turn.text),
                words: said.words as f64,
                range: said.range(),
            })
            .collect();
        let (earlier, later) = felt.split_at(felt.len() / 2);
        let extreme = |better: fn(f64, f64) -> bool| {
            felt.iter().reduce(|most, next| {
                if better(next.compound, most.compound) {
                    next
                } else {
                    most
                }
            })
        };
        Some(Self {
            mean: mean(&felt)?,
            trend: mean(later)
                .zip(mean(earlier))
                .map(|(late, early)| late - early),
            lowest: extreme(|next, most| next < most)?.range,
            highest: extreme(|next, most| next > most)?.range,
        })
    }
}

fn compound(text: &str) -> f64 {
    let felt = VADER.polarity_scores(text);
    // The crate (0.1.3) counts emphasis without a word that feels as negative (`Hello!` is -0.29); the original does not.
    if felt.pos <= 0.0 && felt.neg <= 0.0 {
        return 0.0;
    }
    (felt.compound * 1e4).round() / 1e4
}

fn mean(felt: &[Felt]) -> Option<f64> {
    let words: f64 = felt.iter().map(|felt| felt.words).sum();
    let sum: f64 = felt.iter().map(|felt| felt.compound * felt.words).sum();
    (words > 0.0).then(|| sum / words)
}

#[cfg(test)]
mod tests {
    use super::compound;

    /// Python 3.11.7, vaderSentiment 3.3.2, `SentimentIntensityAnalyzer().polarity_scores(text)["compound"]`.
    #[test]
    fn compounds_are_those_of_the_original() {
        for (text, expected) in [
            ("VADER is smart, handsome, and funny.", 0.8316),
            (
                "The plot was good, but the characters are uncompelling and the dialog is not great.",
                -0.7042,
            ),
            ("Not bad at all", 0.431),
            ("We meet on Tuesday.", 0.0),
            ("At what time?? On Tuesday!!!", 0.0),
        ] {
            assert!(
                (compound(text) - expected).abs() < 2e-4,
                "{text}: {}",
                compound(text)
            );
        }
    }
}
