//! Who speaks how much: [`Talk`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::Speaker;

use crate::text::Said;

/// Words by side, and the talk share: a side's words by those of seller and buyer together.
///
/// - **Unit, range.** Words; shares from 0 to 1 that sum to 1.
/// - **`None`.** Neither side has said a word.
/// - **Source.** The talk-to-listen ratio of conversation software, in words instead of seconds, which transcripts often
///   lack. A word is one of Unicode's (UAX 29) with a letter or digit.
///
/// Law: the order of the turns makes no difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Talk {
    /// Words of the seller.
    pub seller_words: usize,
    /// Words of the buyer.
    pub buyer_words: usize,
    /// Words of anybody else.
    pub other_words: usize,
    /// The seller's share.
    pub seller_share: Option<f64>,
    /// The buyer's share.
    pub buyer_share: Option<f64>,
}

impl Talk {
    pub(crate) fn of(said: &[Said<'_>]) -> Self {
        let by = |speaker: Speaker| words(said.iter().filter(|said| said.is_by(speaker)));
        let (seller_words, buyer_words) = (by(Speaker::Seller), by(Speaker::Buyer));
        let both = seller_words + buyer_words;
        let share = |words: usize| (both > 0).then(|| words as f64 / both as f64);
        Self {
            seller_words,
            buyer_words,
            other_words: by(Speaker::Other),
            seller_share: share(seller_words),
            buyer_share: share(buyer_words),
        }
    }
}

/// Words of all these turns.
pub(super) fn words<'a, 'b: 'a>(said: impl IntoIterator<Item = &'a Said<'b>>) -> usize {
    said.into_iter().map(|said| said.words).sum()
}
