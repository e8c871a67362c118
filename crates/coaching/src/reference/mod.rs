//! How won and lost calls of the same kind measure: [`Reference`], and where a call stands among them: [`Standing`].

mod distribution;
mod scope;
mod standing;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use upturn_core::{Metadata, Outcome};

use crate::{LabelledCall, MeasureName, Measures};

use distribution::Distribution;
pub use scope::Scope;
pub use standing::{Among, Spread, Standing, TooFew};

/// Won and lost values of a measure.
type Sides = [Distribution; 2];

/// The measures of labelled calls, by stage and trade.
///
/// A call is compared with won and with lost calls of its own stage and trade. Where one of the two has fewer than
/// [`least`](Self::with_least) calls in which the measure is known, both are taken from the next wider group: the stage,
/// then the trade, then all calls; the answer names the group. Where all calls are too few, there is no answer.
///
/// Mind: whole calls say little of a call that has just begun. To compare a live call after 20 turns, fill a reference with
/// the first 20 turns of labelled calls. A call that is itself in the reference is compared with itself, too.
///
/// ```
/// use upturn_coaching::{LabelledCall, MeasureName, Meter, Reference};
/// use upturn_core::{Conversation, ConversationId, Outcome, Speaker, Turn};
///
/// let meter = Meter::default();
/// let mut reference = Reference::default().with_least(2);
/// for (id, text, outcome) in [
///     ("a", "Shall we?", Outcome::Won),
///     ("b", "How? Why?", Outcome::Won),
///     ("c", "Buy it.", Outcome::Lost),
///     ("d", "Now.", Outcome::Lost),
/// ] {
///     let turns = vec![Turn::new(Speaker::Seller, text)];
///     let call = Conversation::new(ConversationId::new(id)?, turns)?.with_outcome(Some(outcome));
///     let measures = meter.measure(call.whole());
///     reference.extend(LabelledCall::new(&call, &measures));
/// }
/// let call = Conversation::new(ConversationId::new("e")?, vec![Turn::new(Speaker::Seller, "Ok?")])?;
/// let measures = meter.measure(call.whole());
/// let standing = reference.standing(MeasureName::SellerQuestions, &measures, call.metadata())?;
/// assert_eq!(standing.map(|it| (it.won.spread.median, it.lost.spread.median)), Some((1.5, 0.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Reference {
    least: usize,
    scopes: BTreeMap<Scope, BTreeMap<MeasureName, Sides>>,
}

impl Default for Reference {
    fn default() -> Self {
        Self {
            least: Self::LEAST,
            scopes: BTreeMap::new(),
        }
    }
}

impl Reference {
    /// Least number of won, and of lost, calls to compare with. With 30 independent calls the interval of a quantile at the
    /// median is 0.34 wide; with fewer it says hardly more than high or low.
    pub const LEAST: usize = 30;

    /// Compares with at least so many won and so many lost calls. [`LEAST`](Self::LEAST) by default, 1 at the least.
    #[must_use]
    pub fn with_least(mut self, calls: usize) -> Self {
        self.least = calls.max(1);
        self
    }

    /// The least number.
    pub const fn least(&self) -> usize {
        self.least
    }

    /// Where the call stands with a measure; `None` if the measure is `None` in it.
    ///
    /// # Errors
    ///
    /// [`TooFew`] if not even all calls together are enough.
    pub fn standing(
        &self,
        name: MeasureName,
        measures: &Measures,
        metadata: &Metadata,
    ) -> Result<Option<Standing>, TooFew> {
        let Some(value) = measures.value(name) else {
            return Ok(None);
        };
        let scopes = Scope::widening(metadata);
        let sides = |scope: &Scope| self.scopes.get(scope)?.get(&name);
        let enough = |sides: &&Sides| sides.iter().all(|side| side.calls() >= self.least);
        let found = scopes
            .iter()
            .find_map(|scope| Some((scope, sides(scope).filter(enough)?)));
        let Some((scope, [lost, won])) = found else {
            return Err(TooFew::new(name, self.least, sides(&Scope::default())));
        };
        Ok(lost
            .among(value)
            .zip(won.among(value))
            .map(|(lost, won)| Standing {
                measure: name,
                value,
                wanted: scopes.first().cloned().unwrap_or_default(),
                scope: scope.clone(),
                won,
                lost,
            }))
    }

    /// How a measure is spread over the calls of one kind and outcome, however few; `None` if it is known in none.
    pub fn spread(&self, name: MeasureName, scope: &Scope, outcome: Outcome) -> Option<Spread> {
        let [lost, won] = self.scopes.get(scope)?.get(&name)?;
        match outcome {
            Outcome::Won => won.spread(),
            Outcome::Lost => lost.spread(),
        }
    }

    /// Keeps the measures of a labelled call in every group it belongs to.
    fn add(&mut self, call: &LabelledCall<'_>) {
        for scope in Scope::widening(call.metadata) {
            let measures = self.scopes.entry(scope).or_default();
            for name in MeasureName::ALL {
                if let Some(value) = call.measures.value(*name) {
                    let [lost, won] = measures.entry(*name).or_default();
                    match call.outcome {
                        Outcome::Won => won.add(value, call.group),
                        Outcome::Lost => lost.add(value, call.group),
                    }
                }
            }
        }
    }
}

impl<'a> Extend<LabelledCall<'a>> for Reference {
    fn extend<T: IntoIterator<Item = LabelledCall<'a>>>(&mut self, calls: T) {
        for call in calls {
            self.add(&call);
        }
    }
}
