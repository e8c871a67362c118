//! All records of a reader: [`drain`].

use std::collections::HashSet;

use upturn_datasets::{Record, Records, Transcript};

/// What a reader yielded.
#[derive(Debug, PartialEq)]
pub struct Drained {
    pub records: Vec<Record>,
    /// Whether the stream ended with an error.
    pub broke: bool,
}

impl Drained {
    pub fn sound(&self) -> usize {
        let sound = self.records.iter().filter(|record| record.content.is_ok());
        sound.count()
    }
}

/// Reads to the end. Laws: there is one, it stays the end, and every transcript keeps its own.
pub fn drain(reader: &mut dyn Records, bytes: usize) -> Drained {
    let mut records = Vec::new();
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                if let Ok(transcript) = &record.content {
                    check(transcript);
                }
                records.push(record);
                assert!(records.len() <= 2 * bytes + 2, "more records than bytes");
            }
            Ok(None) => {
                let again = reader.next_record();
                assert!(matches!(again, Ok(None)), "something after the end");
                return Drained {
                    records,
                    broke: false,
                };
            }
            Err(_) => {
                return Drained {
                    records,
                    broke: true,
                };
            }
        }
    }
}

fn check(transcript: &Transcript) {
    let parties = transcript.parties.len();
    let said = &transcript.utterances;
    assert!(!said.is_empty(), "nothing is said");
    assert!(
        said.iter()
            .filter_map(|said| said.party)
            .all(|party| party < parties),
        "a party that is not there"
    );
    let mut labels = HashSet::new();
    assert!(
        transcript
            .parties
            .iter()
            .all(|party| labels.insert(&party.label)),
        "two parties of one label"
    );
}
