//! What two filters admit: [`Filter::both`].

use super::Filter;

impl Filter {
    /// The filter that admits what both admit; none where no document can meet both.
    #[must_use]
    pub fn both(&self, right: &Self) -> Option<Self> {
        // In full, so that a new condition stops the build.
        let Self {
            kind,
            outcome,
            labelled,
            conversations,
            accounts,
            reps,
            stages,
            industries,
            languages,
            without_conversations,
            without_accounts,
            since,
            before,
            amount_from,
            amount_to,
        } = self;
        if contradict(*kind, right.kind) || contradict(*outcome, right.outcome) {
            return None;
        }
        Some(Self {
            kind: kind.or(right.kind),
            outcome: outcome.or(right.outcome),
            labelled: *labelled || right.labelled,
            conversations: common(conversations, &right.conversations)?,
            accounts: common(accounts, &right.accounts)?,
            reps: common(reps, &right.reps)?,
            stages: common(stages, &right.stages)?,
            industries: common(industries, &right.industries)?,
            languages: common(languages, &right.languages)?,
            without_conversations: [without_conversations, &*right.without_conversations].concat(),
            without_accounts: [without_accounts, &*right.without_accounts].concat(),
            since: (*since).max(right.since),
            before: [*before, right.before].into_iter().flatten().min(),
            amount_from: pick(*amount_from, right.amount_from, f64::max),
            amount_to: pick(*amount_to, right.amount_to, f64::min),
        })
    }
}

/// Whether two different things are asked for.
fn contradict<T: PartialEq>(left: Option<T>, right: Option<T>) -> bool {
    left.zip(right).is_some_and(|(left, right)| left != right)
}

/// The words on both lists, where an empty list is any word; none where there is no such word.
fn common<T: PartialEq + Clone>(left: &[T], right: &[T]) -> Option<Vec<T>> {
    if left.is_empty() || right.is_empty() {
        return Some([left, right].concat());
    }
    let common = left.iter().filter(|word| right.contains(word));
    let common: Vec<T> = common.cloned().collect();
    (!common.is_empty()).then_some(common)
}

fn pick(left: Option<f64>, right: Option<f64>, of_two: fn(f64, f64) -> f64) -> Option<f64> {
    [left, right].into_iter().flatten().reduce(of_two)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::doors::{calls, questions};
    use crate::{Conversation, Document, Moment, TurnRange};

    /// A call and a moment of it.
    fn documents(call: &Conversation) -> [Document; 2] {
        let moment = Moment {
            conversation: call.id().clone(),
            turns: TurnRange { start: 0, end: 2 },
            text: String::new(),
        };
        let moments = [moment];
        let [moment] = &moments;
        [
            Document::from_moment(call, moment),
            Document::from_call(call, &moments),
        ]
    }

    #[test]
    fn both_admits_what_each_admits() {
        let documents: Vec<_> = calls().iter().flat_map(documents).collect();
        let filters = questions().into_iter().map(|question| question.filter);
        // After 13 questions the filters come again.
        let filters: Vec<Filter> = filters.take(13).collect();
        let pairs = filters
            .iter()
            .flat_map(|left| filters.iter().map(move |right| (left, right)));
        for (left, right) in pairs {
            let joined = left.both(right);
            for metadata in documents.iter().map(|document| &document.metadata) {
                let expected = left.admits(metadata) && right.admits(metadata);
                let admitted = joined
                    .as_ref()
                    .is_some_and(|joined| joined.admits(metadata));
                assert_eq!(admitted, expected, "{left:?} and {right:?} of {metadata:?}");
            }
        }
    }
}
