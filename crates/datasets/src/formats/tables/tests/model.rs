//! Invented calls and what must be read of them, made without the code that is tested.

use proptest::prelude::*;
use serde_json::json;
use upturn_core::Outcome;

use crate::formats::tables::RowCounts;
use crate::{Party, Record, Records, Transcript, Utterance};

/// A call as a table may hold it.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) turns: Vec<Turn>,
    pub(super) outcome: Option<bool>,
    pub(super) account: Option<String>,
    pub(super) mood: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Turn {
    pub(super) speaker: Option<String>,
    pub(super) text: String,
    pub(super) start: Option<u32>,
}

impl Call {
    /// What is to be read of it.
    pub(super) fn expected(&self) -> Transcript {
        let mut expected = Transcript {
            id: self.id.clone(),
            outcome: self
                .outcome
                .map(|won| if won { Outcome::Won } else { Outcome::Lost }),
            ..Transcript::default()
        };
        expected.metadata.account = self.account.clone();
        if let Some(mood) = &self.mood {
            expected.metadata.extra.insert("mood".into(), json!(mood));
        }
        for turn in &self.turns {
            let party = turn.speaker.as_ref().map(|label| {
                let known = expected
                    .parties
                    .iter()
                    .position(|party| party.label == *label);
                known.unwrap_or_else(|| {
                    expected.parties.push(Party::new(label));
                    expected.parties.len() - 1
                })
            });
            let (text, start_ms) = (turn.text.clone(), turn.start.map(u64::from));
            expected.utterances.push(Utterance {
                party,
                text,
                start_ms,
                end_ms: None,
            });
        }
        expected
    }
}

/// Calls with unique ids whose texts hold what tables stumble over.
pub(super) fn calls(text: &'static str) -> impl Strategy<Value = Vec<Call>> {
    let turn = (
        prop::option::of("[A-C][a-z]{0,3}"),
        text,
        prop::option::of(any::<u32>()),
    )
        .prop_map(|(speaker, text, start)| Turn {
            speaker,
            text,
            start,
        });
    let word = || prop::option::of("[a-z\",;]{1,5}[a-z]");
    let call = (
        "[a-z]{1,4}",
        prop::collection::vec(turn, 1..6),
        any::<Option<bool>>(),
        word(),
        word(),
    );
    prop::collection::vec(call, 0..6).prop_map(|calls| {
        let numbered = calls.into_iter().enumerate();
        numbered
            .map(|(n, (id, turns, outcome, account, mood))| Call {
                id: format!("{id}-{n}"),
                turns,
                outcome,
                account,
                mood,
            })
            .collect()
    })
}

/// All records of a reader.
pub(super) fn all(records: &mut impl Records) -> Vec<Record> {
    std::iter::from_fn(|| records.next_record().unwrap()).collect()
}

/// The transcripts of records of which none was rejected.
pub(super) fn transcripts(records: &mut impl Records) -> Vec<Transcript> {
    all(records)
        .into_iter()
        .map(|record| record.content.unwrap())
        .collect()
}

/// No row is lost, and of each call in the shape of turns there are as many utterances as rows.
pub(super) fn balanced(counts: RowCounts) -> bool {
    counts.read == counts.used + counts.rejected
}
