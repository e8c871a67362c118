//! What takes measures: [`Meter`].

use std::sync::Arc;

use upturn_acts::is_english;
use upturn_core::{Prefix, Speaker};

use super::competitors::{Watched, named};
use super::objections::raised;
use super::{
    Decision, Hesitation, Interactivity, LastOffers, Measures, Monologue, NextStep,
    ObjectionDetector, Patience, Pricing, Questions, Sentiment, Silence, Talk, WordObjections,
};
use crate::text::Said;

/// Takes the measures of calls, live or finished.
///
/// ```
/// use upturn_coaching::Meter;
/// use upturn_core::{Conversation, ConversationId, Speaker, Turn};
///
/// let call = Conversation::new(
///     ConversationId::new("c1")?,
///     vec![
///         Turn::new(Speaker::Seller, "How do you plan routes today?"),
///         Turn::new(Speaker::Buyer, "By hand. But Routely is too expensive for us."),
///         Turn::new(Speaker::Seller, "I see. Shall we look at the cost of planning by hand on Tuesday?"),
///         Turn::new(Speaker::Buyer, "Sure, that works."),
///     ],
/// )?;
/// let measures = Meter::default().with_competitors(["Routely"]).measure(call.whole());
///
/// assert_eq!(measures.questions.map(|asked| asked.seller.open), Some(1));
/// assert_eq!(measures.competitors.map(|named| named.len()), Some(1));
/// assert_eq!(measures.next_step.map(|step| step.agreements.len()), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Meter {
    competitors: Arc<[Watched]>,
    objections: Arc<dyn ObjectionDetector>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            competitors: Arc::new([]),
            objections: Arc::new(WordObjections),
        }
    }
}

impl Meter {
    /// Watches for these names. None by default.
    #[must_use]
    pub fn with_competitors<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.competitors = names.into_iter().map(Watched::new).collect();
        self
    }

    /// Finds objections so. [`WordObjections`] by default.
    #[must_use]
    pub fn with_objections(mut self, detector: Arc<dyn ObjectionDetector>) -> Self {
        self.objections = detector;
        self
    }

    /// Measures what is known.
    ///
    /// What needs words is `None` where `metadata.language` names a language other than English; where it names none,
    /// English is assumed.
    pub fn measure(&self, prefix: Prefix<'_>) -> Measures {
        let said = &Said::all(prefix.turns());
        let language = prefix.conversation().metadata().language.as_deref();
        let english = is_english(language);
        let hesitation = |side| english.then(|| Hesitation::of(said, side));
        let reads = self.objections.reads(language);
        Measures {
            turns: said.len(),
            finished: prefix.is_finished(),
            talk: Talk::of(said),
            seller_monologue: Monologue::longest(said, Speaker::Seller),
            buyer_monologue: Monologue::longest(said, Speaker::Buyer),
            interactivity: Interactivity::of(said),
            patience: Patience::of(said),
            silence: Silence::of(said),
            competitors: named(&self.competitors, said),
            questions: english.then(|| Questions::of(said)),
            seller_hesitation: hesitation(Speaker::Seller),
            buyer_hesitation: hesitation(Speaker::Buyer),
            buyer_sentiment: english.then(|| Sentiment::of(said)).flatten(),
            next_step: english.then(|| NextStep::of(said)),
            pricing: english.then(|| Pricing::of(said)),
            offers: LastOffers::of(prefix),
            decision: english.then(|| Decision::of(said)),
            objections: reads.then(|| raised(&*self.objections, said, prefix.is_finished())),
        }
    }
}
