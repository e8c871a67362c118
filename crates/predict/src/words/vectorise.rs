//! Texts as sparse unit vectors over the terms they have in common: [`Vectoriser`].

use std::collections::HashMap;

use foldhash::fast::FixedState;
use upturn_core::ConversationId;

use super::{norm, tf};
use crate::shelf::Shelf;
use crate::solver::SparseRow;
use crate::tokens::terms;
use crate::{PredictError, Room};

/// Texts as vectors.
pub(super) struct Vectorised<'a> {
    /// Terms with their idf, in order of the alphabet.
    pub(super) vocabulary: Vec<(String, f64)>,
    /// Each text's unit vector over them.
    pub(super) rows: Shelf<'a, (u32, f64)>,
    /// How long these vectors were before, together; that of a text without known terms is 0.
    pub(super) length: f64,
}

/// Numbers of terms and how often each occurs.
type Bag = Vec<(u32, u32)>;

/// Takes texts one after another, those of one conversation side by side.
pub(super) struct Vectoriser<'a> {
    room: Room<'a>,
    interned: HashMap<String, u32, FixedState>,
    bags: Shelf<'a, (u32, u32)>,
    frequencies: Frequencies,
}

impl<'a> Vectoriser<'a> {
    /// Without any text yet; what it keeps of each takes no more than `room` in memory.
    pub(super) fn new(room: Room<'a>) -> Self {
        Self {
            room,
            interned: HashMap::default(),
            bags: Shelf::new(room.share(2)),
            frequencies: Frequencies::default(),
        }
    }

    /// Takes a text whose repetitions count.
    pub(super) fn push(
        &mut self,
        conversation: &ConversationId,
        lines: &[Vec<String>],
    ) -> Result<(), PredictError> {
        let bag = self.bag(lines);
        self.keep(conversation, bag)
    }

    /// Takes a text in which each term counts once.
    pub(super) fn push_once(
        &mut self,
        conversation: &ConversationId,
        lines: &[Vec<String>],
    ) -> Result<(), PredictError> {
        let mut bag = self.bag(lines);
        for (_, times) in &mut bag {
            *times = 1;
        }
        self.keep(conversation, bag)
    }

    fn keep(&mut self, conversation: &ConversationId, bag: Bag) -> Result<(), PredictError> {
        self.frequencies.count(conversation, &bag);
        self.bags.push(bag)
    }

    /// How often each term occurs; new terms get the next free number.
    fn bag(&mut self, lines: &[Vec<String>]) -> Bag {
        let interned = &mut self.interned;
        let mut ids = Vec::new();
        terms(lines, |term| {
            if let Some(&id) = interned.get(term) {
                ids.push(id);
            } else if let Ok(id) = u32::try_from(interned.len()) {
                interned.insert(term.to_owned(), id);
                ids.push(id);
            }
        });
        ids.sort_unstable();
        ids.chunk_by(PartialEq::eq)
            .filter_map(|same| Some((*same.first()?, u32::try_from(same.len()).ok()?)))
            .collect()
    }

    /// The vectors over the terms that occur in at least `min_conversations` conversations.
    pub(super) fn finish(self, min_conversations: usize) -> Result<Vectorised<'a>, PredictError> {
        let frequencies = &self.frequencies;
        let mut kept: Vec<(String, u32)> = self
            .interned
            .into_iter()
            .filter(|&(_, id)| at(&frequencies.conversations_with, id) >= min_conversations)
            .collect();
        kept.sort_unstable();
        let (texts, with) = (self.bags.len(), &frequencies.texts_with);
        let idf = |id| (((1 + texts) as f64) / ((1 + at(with, id)) as f64)).ln() + 1.0;
        let mut columns = vec![None; frequencies.texts_with.len()];
        for (column, &(_, id)) in (0..).zip(&kept) {
            if let Some(of_id) = columns.get_mut(id as usize) {
                *of_id = Some((column, idf(id)));
            }
        }
        let mut rows = Shelf::new(self.room.share(2));
        let (mut pushed, mut length) = (Ok(()), 0.0);
        self.bags.each(|bag| {
            if pushed.is_ok() {
                let (row, before) = unit_row(bag, &columns);
                length += before;
                pushed = rows.push(row);
            }
        })?;
        pushed?;
        let vocabulary = kept.into_iter().map(|(text, id)| (text, idf(id))).collect();
        Ok(Vectorised {
            vocabulary,
            rows,
            length,
        })
    }
}

fn at(counts: &[usize], id: u32) -> usize {
    counts.get(id as usize).copied().unwrap_or_default()
}

/// In how many texts, and in how many conversations, each term occurs.
#[derive(Default)]
struct Frequencies {
    texts_with: Vec<usize>,
    conversations_with: Vec<usize>,
    /// The number of the conversation that had a term last, from 1.
    last_with: Vec<usize>,
    conversation: Option<ConversationId>,
    conversations: usize,
}

impl Frequencies {
    /// Counts the terms of a text; those of one conversation follow each other.
    fn count(&mut self, conversation: &ConversationId, bag: &[(u32, u32)]) {
        if self.conversation.as_ref() != Some(conversation) {
            self.conversation = Some(conversation.clone());
            self.conversations += 1;
        }
        for &(id, _) in bag {
            let id = id as usize;
            for counts in [
                &mut self.texts_with,
                &mut self.conversations_with,
                &mut self.last_with,
            ] {
                counts.resize(counts.len().max(id + 1), 0);
            }
            add_one(&mut self.texts_with, id);
            if self.last_with.get(id) != Some(&self.conversations) {
                add_one(&mut self.conversations_with, id);
            }
            if let Some(last) = self.last_with.get_mut(id) {
                *last = self.conversations;
            }
        }
    }
}

fn add_one(counts: &mut [usize], id: usize) {
    if let Some(count) = counts.get_mut(id) {
        *count += 1;
    }
}

/// A text's vector over the terms that have a column, of length 1, and how long it was before.
fn unit_row(bag: &[(u32, u32)], columns: &[Option<(u32, f64)>]) -> (SparseRow, f64) {
    let mut row: SparseRow = bag
        .iter()
        .filter_map(|(id, times)| {
            let (column, idf) = (*columns.get(*id as usize)?)?;
            Some((column, tf(*times as usize) * idf))
        })
        .collect();
    row.sort_unstable_by_key(|&(column, _)| column);
    let norm = norm(row.iter().map(|&(_, value)| value));
    for (_, value) in &mut row {
        *value /= norm;
    }
    let length = if row.is_empty() { 0.0 } else { norm };
    (row, length)
}
