//! Whether the calls that are found came out as the one asked about: [`RetrievalReport`].

use std::fmt;

use rayon::prelude::*;
use serde::Serialize;
use upturn::eval::{Bootstrap, RankedQuery, RetrievalQuality};
use upturn::predict::Neighbours;
use upturn::training::Monitor;
use upturn::{Cause, Conversation, EncodedMoment, MomentEncoder, Prefix, Retriever};

use super::fold::Answers;
use crate::held_out::{CHUNK, HeldOut};
use crate::numbers::{count, interval, measure, signed, signed_interval};
use crate::table::Table;

/// Lists of comparable calls, by encoder.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RetrievalReport {
    /// Those of the encoder as it was before.
    pub(super) generic: RetrievalQuality,
    /// Those of the fine-tuned encoders.
    pub(super) fine_tuned: Option<RetrievalQuality>,
}

/// Asks for the training calls nearest to each whole call of `test`, as a prediction does: none of the same account, each
/// call by its nearest moment.
pub(super) fn ask(
    held_out: &HeldOut<'_>,
    (moments, retriever): (&dyn MomentEncoder, &dyn Retriever),
    train: &[&Conversation],
    test: &[&Conversation],
) -> Result<Vec<RankedQuery>, Cause> {
    let neighbours = &held_out.config.predictor.neighbours;
    let voters = Neighbours::new(neighbours.clone(), 0.5);
    held_out
        .progress
        .stage("looking for comparable calls", test.len() as u64);
    let mut lists = Vec::with_capacity(test.len());
    for chunk in test.chunks(CHUNK) {
        let whole: Vec<Prefix<'_>> = chunk.iter().map(|call| call.whole()).collect();
        let encoded = held_out.encode(moments, &whole)?;
        let one = |(prefix, encoded): (&Prefix<'_>, &Vec<EncodedMoment>)| {
            let won = prefix.conversation().outcome();
            let found = voters
                .vote(*prefix, encoded, retriever)
                .map_err(Cause::new)?;
            let alike = found.evidence.iter();
            Ok(RankedQuery {
                group: prefix.conversation().group().to_owned(),
                same_outcome: alike.map(|near| Some(near.outcome) == won).collect(),
                base_rate: base_rate(prefix.conversation(), train, neighbours.only_earlier),
                same_situation: None,
            })
        };
        let found: Result<Vec<RankedQuery>, Cause> =
            whole.par_iter().zip(&encoded).map(one).collect();
        lists.extend(found?);
        held_out.progress.advance(chunk.len());
    }
    Ok(lists)
}

/// The share of the calls that could have been found which came out as this one; 0 if there are none.
fn base_rate(call: &Conversation, train: &[&Conversation], only_earlier: bool) -> f64 {
    let date = |call: &Conversation| call.metadata().date;
    let is_earlier = |other: &Conversation| {
        date(other)
            .zip(date(call))
            .is_some_and(|(other, own)| other < own)
    };
    let found = train.iter().filter(|other| {
        other.group() != call.group()
            && other.outcome().is_some()
            && (!only_earlier || is_earlier(other))
    });
    let (all, alike) = found.fold((0usize, 0usize), |(all, alike), other| {
        let same = other.outcome() == call.outcome();
        (all + 1, alike + usize::from(same))
    });
    alike as f64 / all.max(1) as f64
}

impl RetrievalReport {
    /// Measures the lists by their first `k`; none where no list was asked for or nothing was found.
    pub(super) fn of(answers: &[Answers], k: usize) -> Option<Self> {
        let measured = |list: fn(&Answers) -> Option<&RankedQuery>| {
            let lists: Vec<RankedQuery> = answers.iter().filter_map(list).cloned().collect();
            // Its only error is that nothing was found.
            RetrievalQuality::of(&lists, k, &Bootstrap::default()).ok()
        };
        Some(Self {
            generic: measured(|call| call.generic.as_ref())?,
            fine_tuned: measured(|call| call.fine_tuned.as_ref()),
        })
    }

    /// That of the product's encoder.
    pub(super) fn ours(&self) -> &RetrievalQuality {
        self.fine_tuned.as_ref().unwrap_or(&self.generic)
    }
}

impl fmt::Display for RetrievalReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new([
            "encoder",
            "same outcome",
            "95 % interval",
            "by lot",
            "above it",
            "95 % interval",
        ]);
        let tuned = self.fine_tuned.as_ref().map(|found| ("fine-tuned", found));
        for (name, found) in tuned.into_iter().chain([("generic", &self.generic)]) {
            table.row([
                name.to_owned(),
                measure(Some(found.precision.value)),
                interval(&found.precision),
                measure(Some(found.base_rate)),
                signed(found.above_base_rate.value),
                signed_interval(&found.above_base_rate),
            ]);
        }
        let ours = self.ours();
        write!(
            f,
            "Share of the {} most comparable training calls that came out as the held-out call did ({} whole calls asked)\n\n\
             {table}\n",
            ours.k,
            count(ours.answered)
        )
    }
}

#[cfg(test)]
mod tests {
    use upturn::{ConversationId, Metadata, Outcome, Speaker, Turn};

    use super::*;

    fn call(id: &str, account: &str, won: Option<bool>) -> Conversation {
        let turns = vec![Turn::new(Speaker::Buyer, "yes")];
        let outcome = won.map(|won| if won { Outcome::Won } else { Outcome::Lost });
        Conversation::new(ConversationId::new(id).unwrap(), turns)
            .unwrap()
            .with_outcome(outcome)
            .with_metadata(Metadata {
                account: Some(account.to_owned()),
                ..Metadata::default()
            })
    }

    #[test]
    fn the_base_rate_is_of_labelled_calls_of_other_accounts() {
        let train = [
            call("a", "one", Some(true)),
            call("b", "one", Some(false)),
            call("c", "two", Some(true)),
            call("d", "three", Some(false)),
            call("e", "three", Some(true)),
            call("f", "four", None),
        ];
        let train: Vec<&Conversation> = train.iter().collect();
        let asked = call("q", "one", Some(true));
        assert!((base_rate(&asked, &train, false) - 2.0 / 3.0).abs() < 1e-12);
        // Without a date nothing is known to be earlier.
        assert!(base_rate(&asked, &train, true).abs() < 1e-12);
    }
}
