//! Records of one source that are prepared together: [`Batch`].

use std::io;

use super::place::Place;
use crate::{Record, Records};

/// Records of a batch at most.
const RECORDS: usize = 256;

/// Bytes of text after which a batch is full.
const BYTES: usize = 4 << 20;

/// Some records, and how the reading of them ended.
pub(super) struct Batch {
    pub(super) records: Vec<(Place, Record)>,
    pub(super) end: End,
}

/// What comes after a batch.
pub(super) enum End {
    /// Another one, perhaps.
    More,
    /// Nothing.
    Source,
    /// The stream broke: the rest of the source can't be read.
    Broken(io::Error),
}

impl Batch {
    /// Reads until the batch is full, `limit` records are read, or the source ends.
    pub(super) fn read(records: &mut dyn Records, source: &str, limit: u64) -> Self {
        let mut batch = Self {
            records: Vec::new(),
            end: End::More,
        };
        let mut bytes = 0;
        while batch.records.len() < RECORDS && (batch.records.len() as u64) < limit && bytes < BYTES
        {
            match records.next_record() {
                Ok(Some(record)) => {
                    bytes += size(&record);
                    let place = Place::new(source, record.place, record.counted);
                    batch.records.push((place, record));
                }
                Ok(None) => {
                    batch.end = End::Source;
                    break;
                }
                Err(error) => {
                    batch.end = End::Broken(error);
                    break;
                }
            }
        }
        batch
    }
}

fn size(record: &Record) -> usize {
    let Ok(transcript) = &record.content else {
        return 0;
    };
    transcript
        .utterances
        .iter()
        .map(|said| said.text.len())
        .sum()
}
