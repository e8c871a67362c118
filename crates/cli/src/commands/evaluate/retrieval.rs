//! Whether the calls that are found came out as the one asked about: [`RetrievalReport`].

use std::collections::HashMap;
use std::fmt;

use rayon::prelude::*;
use serde::Serialize;
use upturn::eval::{Bootstrap, Estimate, RankedQuery, RetrievalQuality, SameSituation};
use upturn::predict::Neighbours;
use upturn::training::Monitor;
use upturn::{
    Cause, Conversation, ConversationId, EncodedMoment, Evidence, MomentEncoder, Prefix, Retriever,
};

use super::fold::Answers;
use super::situation::Situation;
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

/// The training calls of a fold, to be looked for.
#[derive(Debug)]
pub(super) struct Lists<'a> {
    held_out: &'a HeldOut<'a>,
    train: &'a [&'a Conversation],
    situation: Option<&'a Situation>,
    /// The situation of each training call that has one.
    situations: HashMap<&'a ConversationId, String>,
}

impl<'a> Lists<'a> {
    /// Looks for calls of `train`; of the same situation only where it is known what names it.
    pub(super) fn new(
        held_out: &'a HeldOut<'a>,
        train: &'a [&'a Conversation],
        situation: Option<&'a Situation>,
    ) -> Self {
        let of = |call: &&'a Conversation| Some((call.id(), situation?.value(call)?));
        Self {
            held_out,
            train,
            situation,
            situations: train.iter().filter_map(of).collect(),
        }
    }

    /// The training calls nearest to each whole call of `test`, as a prediction finds them: none of the same account, each
    /// call by its nearest moment.
    pub(super) fn nearest(
        &self,
        moments: &dyn MomentEncoder,
        retriever: &dyn Retriever,
        test: &[&Conversation],
    ) -> Result<Vec<RankedQuery>, Cause> {
        let HeldOut {
            config, progress, ..
        } = *self.held_out;
        let voters = Neighbours::new(config.predictor.neighbours.clone(), 0.5);
        progress.stage("looking for comparable calls", test.len() as u64);
        let mut lists = Vec::with_capacity(test.len());
        for chunk in test.chunks(CHUNK) {
            let whole: Vec<Prefix<'_>> = chunk.iter().map(|call| call.whole()).collect();
            let encoded = self.held_out.encode(moments, &whole)?;
            let one = |(prefix, encoded): (&Prefix<'_>, &Vec<EncodedMoment>)| {
                let found = voters.vote(*prefix, encoded, retriever);
                let found = found.map_err(Cause::new)?;
                Ok(self.list(prefix.conversation(), &found.evidence))
            };
            let found: Result<Vec<RankedQuery>, Cause> =
                whole.par_iter().zip(&encoded).map(one).collect();
            lists.extend(found?);
            progress.advance(chunk.len());
        }
        Ok(lists)
    }

    fn list(&self, call: &Conversation, found: &[Evidence]) -> RankedQuery {
        let only_earlier = self.held_out.config.predictor.neighbours.only_earlier;
        let candidates = candidates(call, self.train, only_earlier);
        let same = |near: &Evidence| Some(near.outcome) == call.outcome();
        RankedQuery {
            group: call.group().to_owned(),
            same_outcome: found.iter().map(same).collect(),
            base_rate: base_rate(call, &candidates),
            same_situation: self.same_situation(call, &candidates, found),
        }
    }

    /// None where the call has no situation, or no call that could have been found has the same.
    fn same_situation(
        &self,
        call: &Conversation,
        candidates: &[&Conversation],
        found: &[Evidence],
    ) -> Option<SameSituation> {
        let own = self.situation?.value(call)?;
        let same = |id: &ConversationId| self.situations.get(id) == Some(&own);
        let alike = candidates.iter().filter(|other| same(other.id())).count();
        (alike > 0).then(|| SameSituation {
            found: found.iter().map(|near| same(&near.id)).collect(),
            alike,
            candidates: candidates.len(),
        })
    }
}

/// The calls that could have been found: labelled, of other accounts, and where that is asked for, earlier.
fn candidates<'c>(
    call: &Conversation,
    train: &[&'c Conversation],
    only_earlier: bool,
) -> Vec<&'c Conversation> {
    let date = |call: &Conversation| call.metadata().date;
    let is_earlier = |other: &Conversation| {
        date(other)
            .zip(date(call))
            .is_some_and(|(other, own)| other < own)
    };
    let could_be = |other: &&&Conversation| {
        other.group() != call.group()
            && other.outcome().is_some()
            && (!only_earlier || is_earlier(other))
    };
    train.iter().filter(could_be).copied().collect()
}

/// The share of the calls that could have been found which came out as this one; 0 if there are none.
fn base_rate(call: &Conversation, candidates: &[&Conversation]) -> f64 {
    let same = |other: &&&Conversation| other.outcome() == call.outcome();
    let alike = candidates.iter().filter(same).count();
    alike as f64 / candidates.len().max(1) as f64
}

impl RetrievalReport {
    /// Measures the lists by their first `k`; none where no list was asked for or nothing was found.
    pub(super) fn of(answers: &[Answers], k: usize, situation: Option<&Situation>) -> Option<Self> {
        let measured = |list: fn(&Answers) -> Option<&RankedQuery>| {
            let lists: Vec<RankedQuery> = answers.iter().filter_map(list).cloned().collect();
            // Its only error is that nothing was found.
            let found = RetrievalQuality::of(&lists, k, &Bootstrap::default()).ok()?;
            Some(match situation {
                Some(situation) => found.with_situation(situation.name()),
                None => found,
            })
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

    /// Each with the name of its encoder.
    fn encoders(&self) -> impl Iterator<Item = (&'static str, &RetrievalQuality)> {
        let tuned = self.fine_tuned.as_ref().map(|found| ("fine-tuned", found));
        tuned.into_iter().chain([("generic", &self.generic)])
    }

    fn outcomes(&self) -> Table<6> {
        let mut table = Table::new([
            "encoder",
            "same outcome",
            "95 % interval",
            "by lot",
            "above it",
            "95 % interval",
        ]);
        for (name, found) in self.encoders() {
            let RetrievalQuality {
                precision,
                base_rate,
                above_base_rate,
                ..
            } = found;
            table.row(beside_lot(name, precision, *base_rate, above_base_rate));
        }
        table
    }

    /// None where no call names its situation.
    fn write_ranks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(ours) = &self.ours().situation else {
            return Ok(());
        };
        let mut table = Table::new([
            "encoder",
            "1 / rank",
            "95 % interval",
            "by lot",
            "above it",
            "95 % interval",
        ]);
        let mut medians = Vec::new();
        for (encoder, found) in self.encoders() {
            let Some(ranks) = &found.situation else {
                continue;
            };
            let (ours, above) = (&ranks.mean_reciprocal_rank, &ranks.above_lot);
            table.row(beside_lot(encoder, ours, ranks.by_lot, above));
            let median = ranks.median_rank.map(|rank| rank.to_string());
            let median = median.unwrap_or_else(|| "beyond the list".to_owned());
            medians.push(format!("{median} ({encoder})"));
        }
        write!(
            f,
            "\nRank of the first training call with the same `{}` ({} whole calls have one of another account to find)\n\n\
             {table}\n\nMedian rank: {}. 1 / rank counts 0 where none is among the {} nearest.\n",
            ours.situation,
            count(ours.queries),
            medians.join(", "),
            self.ours().k,
        )
    }
}

/// A measure, the same of a draw by lot, and the difference.
fn beside_lot(name: &str, measured: &Estimate, by_lot: f64, above: &Estimate) -> [String; 6] {
    [
        name.to_owned(),
        measure(Some(measured.value)),
        interval(measured),
        measure(Some(by_lot)),
        signed(above.value),
        signed_interval(above),
    ]
}

impl fmt::Display for RetrievalReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ours = self.ours();
        writeln!(
            f,
            "Share of the {} most comparable training calls that came out as the held-out call did ({} whole calls asked)\n\n{}",
            ours.k,
            count(ours.answered),
            self.outcomes()
        )?;
        self.write_ranks(f)
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
        let of = |only_earlier| base_rate(&asked, &candidates(&asked, &train, only_earlier));
        assert!((of(false) - 2.0 / 3.0).abs() < 1e-12);
        // Without a date nothing is known to be earlier.
        assert!(of(true).abs() < 1e-12);
    }
}
