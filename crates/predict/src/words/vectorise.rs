//! Texts as sparse unit vectors over the terms they have in common: [`vectorise`].

use std::collections::HashMap;

use upturn_core::{ConversationId, Prefix};

use super::{WordsExample, norm, tf};
use crate::shelf::Shelf;
use crate::solver::SparseRow;
use crate::tokens::{lines, terms};
use crate::{PredictError, Room};

/// Terms with their idf, and rows over them.
pub(super) type Vectorised<'a> = (Vec<(String, f64)>, Shelf<'a, (u32, f64)>);

/// The terms with their idf in order of the alphabet, and each example's unit vector over them.
pub(super) fn vectorise<'a>(
    examples: &[WordsExample<'_>],
    min_conversations: usize,
    room: Room<'a>,
) -> Result<Vectorised<'a>, PredictError> {
    let mut interned: HashMap<String, u32> = HashMap::new();
    let mut bags = Shelf::new(room.share(2));
    let mut frequencies = Frequencies::default();
    for example in examples {
        let bag = bag(example.prefix, &mut interned);
        frequencies.count(example.prefix.id(), &bag);
        bags.push(bag)?;
    }
    let mut kept: Vec<(String, u32)> = interned
        .into_iter()
        .filter(|&(_, id)| at(&frequencies.conversations_with, id) >= min_conversations)
        .collect();
    kept.sort_unstable();
    let with = &frequencies.examples_with;
    let idf = |id| (((1 + examples.len()) as f64) / ((1 + at(with, id)) as f64)).ln() + 1.0;
    let columns: HashMap<u32, (u32, f64)> = (0..)
        .zip(&kept)
        .map(|(column, &(_, id))| (id, (column, idf(id))))
        .collect();
    let mut rows = Shelf::new(room.share(2));
    let mut pushed = Ok(());
    bags.each(|bag| {
        if pushed.is_ok() {
            pushed = rows.push(unit_row(bag, &columns));
        }
    })?;
    pushed?;
    let vocabulary = kept.into_iter().map(|(text, id)| (text, idf(id))).collect();
    Ok((vocabulary, rows))
}

fn at(counts: &[usize], id: u32) -> usize {
    counts.get(id as usize).copied().unwrap_or_default()
}

/// How often each term occurs; new terms get the next free number.
fn bag(prefix: Prefix<'_>, interned: &mut HashMap<String, u32>) -> Vec<(u32, u32)> {
    let mut ids = Vec::new();
    terms(&lines(prefix), |term| {
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

/// In how many examples, and in how many conversations, each term occurs.
#[derive(Default)]
struct Frequencies {
    examples_with: Vec<usize>,
    conversations_with: Vec<usize>,
    /// The number of the conversation that had a term last, from 1.
    last_with: Vec<usize>,
    conversation: Option<ConversationId>,
    conversations: usize,
}

impl Frequencies {
    /// Counts the terms of an example; those of one conversation follow each other.
    fn count(&mut self, conversation: &ConversationId, bag: &[(u32, u32)]) {
        if self.conversation.as_ref() != Some(conversation) {
            self.conversation = Some(conversation.clone());
            self.conversations += 1;
        }
        for &(id, _) in bag {
            let id = id as usize;
            for counts in [
                &mut self.examples_with,
                &mut self.conversations_with,
                &mut self.last_with,
            ] {
                counts.resize(counts.len().max(id + 1), 0);
            }
            add_one(&mut self.examples_with, id);
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

fn unit_row(bag: &[(u32, u32)], columns: &HashMap<u32, (u32, f64)>) -> SparseRow {
    let mut row: SparseRow = bag
        .iter()
        .filter_map(|(id, times)| {
            let &(column, idf) = columns.get(id)?;
            Some((column, tf(*times as usize) * idf))
        })
        .collect();
    row.sort_unstable_by_key(|&(column, _)| column);
    let norm = norm(row.iter().map(|&(_, value)| value));
    for (_, value) in &mut row {
        *value /= norm;
    }
    row
}
