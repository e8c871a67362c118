//! What was said: the rows of `full_dialog.csv`, gathered by dialogue.

use std::collections::HashMap;
use std::path::Path;

use upturn_core::{Speaker, Turn};

use super::{CORPUS, rejected};
use crate::table::{Row, Table};
use crate::{DatasetError, Quoted, RejectReason, Rejected};

/// All dialogues in order of first appearance.
pub(super) struct Sentences {
    pub(super) dialogues: Vec<Dialogue>,
    /// Rows that do not say which dialogue they belong to.
    pub(super) homeless: Vec<Rejected>,
}

pub(super) struct Dialogue {
    pub(super) id: String,
    /// Line of its first sentence.
    pub(super) line: u64,
    pub(super) turns: Vec<Turn>,
    /// Its first broken row.
    pub(super) broken: Option<(u64, RejectReason)>,
}

impl Sentences {
    /// Rows of one dialogue need not stand together.
    pub(super) fn read(path: &Path, limit: usize) -> Result<Self, DatasetError> {
        let mut table = Table::open(path, Some(CORPUS), ["B2", "B4", "Unit"], limit)?;
        let mut places = HashMap::new();
        let (mut dialogues, mut homeless) = (Vec::<Dialogue>::new(), Vec::new());
        while let Some(Row { line, cells }) = table.next_row()? {
            let [id, role, text] = cells;
            let id = match id {
                Ok(id) if !id.trim().is_empty() => id,
                Ok(_) => {
                    let field = "B2".to_owned();
                    homeless.push(rejected(path, line, RejectReason::Missing { field }));
                    continue;
                }
                Err(reason) => {
                    homeless.push(rejected(path, line, reason));
                    continue;
                }
            };
            let place = *places.entry(id.to_owned()).or_insert(dialogues.len());
            if place == dialogues.len() {
                dialogues.push(Dialogue::new(id, line));
            }
            if let Some(dialogue) = dialogues.get_mut(place) {
                dialogue.add(line, turn(role, text));
            }
        }
        Ok(Self {
            dialogues,
            homeless,
        })
    }
}

impl Dialogue {
    fn new(id: &str, line: u64) -> Self {
        Self {
            id: id.to_owned(),
            line,
            turns: Vec::new(),
            broken: None,
        }
    }

    fn add(&mut self, line: u64, turn: Result<Turn, RejectReason>) {
        match turn {
            Ok(turn) => self.turns.push(turn),
            Err(reason) if self.broken.is_none() => self.broken = Some((line, reason)),
            Err(_) => {}
        }
    }
}

fn turn(
    role: Result<&str, RejectReason>,
    text: Result<&str, RejectReason>,
) -> Result<Turn, RejectReason> {
    let speaker = speaker(role?)?;
    Ok(Turn::new(speaker, text?))
}

/// `0` is the persuader, `1` the persuadee.
pub(super) fn speaker(role: &str) -> Result<Speaker, RejectReason> {
    match role {
        "0" => Ok(Speaker::Seller),
        "1" => Ok(Speaker::Buyer),
        _ => Err(RejectReason::UnknownWord {
            field: "B4".to_owned(),
            got: Quoted::new(role),
            allowed: &["0", "1"],
        }),
    }
}
