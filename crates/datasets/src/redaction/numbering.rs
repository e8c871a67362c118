//! Which number a person, an address or a card has within a call: [`Numbering`].

use std::collections::HashMap;

use super::RedactionKind;

/// Gives the same number to the same value of a kind, and the next one to a new value.
#[derive(Default)]
pub(crate) struct Numbering {
    highest: HashMap<String, u32>,
    known: HashMap<(RedactionKind, String), u32>,
    /// Values as they are spelt, the first ones: most of a call's places spell a few names.
    spelt: Vec<(RedactionKind, String, u32)>,
}

/// Most spellings that are looked through.
const MOST_SPELT: usize = 16;

impl Numbering {
    /// Never gives this number or a lower one: it stands in the text already.
    pub(crate) fn reserve(&mut self, kind: &str, number: u32) {
        match self.highest.get_mut(kind) {
            Some(highest) => *highest = number.max(*highest),
            None => {
                self.highest.insert(kind.to_owned(), number);
            }
        }
    }

    /// The number of a value, by what `identity` says is the same in all its spellings.
    pub(crate) fn number(
        &mut self,
        kind: &RedactionKind,
        spelt: &str,
        identity: impl FnOnce() -> String,
    ) -> u32 {
        let is_this = |(of, value, _): &&(RedactionKind, String, u32)| value == spelt && of == kind;
        if let Some((.., number)) = self.spelt.iter().find(is_this) {
            return *number;
        }
        let number = self.by_identity(kind, identity());
        if self.spelt.len() < MOST_SPELT {
            self.spelt.push((kind.clone(), spelt.to_owned(), number));
        }
        number
    }

    fn by_identity(&mut self, kind: &RedactionKind, identity: String) -> u32 {
        let highest = self.highest.entry(kind.as_str().to_owned()).or_default();
        *self
            .known
            .entry((kind.clone(), identity))
            .or_insert_with(|| {
                *highest += 1;
                *highest
            })
    }
}
