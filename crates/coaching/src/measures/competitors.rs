//! Which competitors are named: [`Competitor`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

use super::place::{share_before, turns_with};
use crate::text::{Phrases, Said, words};

/// A competitor that the user watches for and that seller or buyer names.
///
/// - **Unit, range.** Turns, at least one; a share of the call's words from 0 up to but without 1.
/// - **What counts.** The name's words in this order, in any case. A name without letters and digits is never found.
///
/// Law: any language; no other name changes what is found of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Competitor {
    /// The name as the user wrote it.
    pub name: String,
    /// Who names it first.
    pub first_by: Speaker,
    /// Share of the words before that.
    pub first_at: f64,
    /// Turns that name it, rising.
    pub turns: Vec<TurnRange>,
}

/// The names that a user watches for.
#[derive(Debug)]
pub(crate) struct Watched {
    name: String,
    phrase: Phrases<()>,
}

impl Watched {
    pub(crate) fn new(name: &str) -> Self {
        // A star in a name is no wildcard: only its words are kept.
        let written = words(name).join(" ");
        Self {
            name: name.to_owned(),
            phrase: Phrases::new([(written.as_str(), ())]),
        }
    }

    fn find(&self, said: &[Said<'_>]) -> Option<Competitor> {
        let both = said.iter().filter(|said| said.counts());
        let turns = turns_with(both, |sentence| self.phrase.are_in(&sentence.words));
        let first = *turns.first()?;
        Some(Competitor {
            name: self.name.clone(),
            first_by: said.get(first.start)?.turn.speaker,
            first_at: share_before(said, first)?,
            turns,
        })
    }
}

/// Those named, in the order in which the user gave them; `None` if none was given.
pub(crate) fn named(watched: &[Watched], said: &[Said<'_>]) -> Option<Vec<Competitor>> {
    let named = || watched.iter().filter_map(|name| name.find(said)).collect();
    (!watched.is_empty()).then(named)
}
