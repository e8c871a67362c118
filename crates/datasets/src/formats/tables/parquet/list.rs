//! Transcripts that are lists of structs: [`List`].

use parquet::errors::{ParquetError, Result};
use parquet::schema::types::{SchemaDescriptor, Type};

use crate::formats::tables::Field;
use crate::formats::tables::cell::{Cell, Said};
use crate::formats::tables::field::fold;

use super::column::Room;
use super::group::Opened;

/// The columns of a list of turns, by their places among all columns of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    pub(crate) text: Leaf,
    pub(crate) speaker: Option<Leaf>,
    pub(crate) start: Option<Leaf>,
    pub(crate) end: Option<Leaf>,
}

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf {
    pub(crate) place: usize,
    /// The level of definition from which on there is an element.
    element: i16,
}

impl List {
    /// The list of turns in the field at this place of the schema, if it is one.
    pub(crate) fn of(schema: &SchemaDescriptor, field: usize) -> Option<Self> {
        let mut leaves: Vec<(String, Leaf)> = Vec::new();
        for (place, column) in schema.columns().iter().enumerate() {
            if schema.get_column_root_idx(place) == field && column.max_rep_level() == 1 {
                let element = element_level(schema.get_column_root(place), column.path().parts())?;
                leaves.push((fold(column.name()), Leaf { place, element }));
            }
        }
        let named = |field: Field| {
            let mut names = field.headers().iter();
            names
                .find_map(|name| leaves.iter().find(|(leaf, _)| leaf == name))
                .map(|(_, leaf)| *leaf)
        };
        let person = || {
            leaves
                .iter()
                .find(|(leaf, _)| leaf == "name")
                .map(|(_, leaf)| *leaf)
        };
        let only = || match leaves.as_slice() {
            [(_, leaf)] => Some(*leaf),
            _ => None,
        };
        Some(Self {
            text: named(Field::Text).or_else(only)?,
            speaker: named(Field::Speaker).or_else(person),
            start: named(Field::Start),
            end: named(Field::End),
        })
    }

    /// Its columns.
    pub(crate) fn leaves(self) -> impl Iterator<Item = Leaf> {
        [Some(self.text), self.speaker, self.start, self.end]
            .into_iter()
            .flatten()
    }

    /// The turns of the next row; lines of text if turns are all that they are.
    pub(crate) fn next_cell(self, columns: &mut Opened, room: &mut Room) -> Result<Cell> {
        let texts = columns.list(self.text.place, self.text.element, room)?;
        let mut read = |leaf: Option<Leaf>| -> Result<Vec<Option<Cell>>> {
            let Some(leaf) = leaf else {
                return Ok(Vec::new());
            };
            let cells = columns.list(leaf.place, leaf.element, room)?;
            if cells.len() == texts.len() {
                Ok(cells)
            } else {
                Err(ParquetError::General(
                    "columns of one list differ in length".to_owned(),
                ))
            }
        };
        let (speakers, starts, ends) = (read(self.speaker)?, read(self.start)?, read(self.end)?);
        let (mut speakers, mut starts, mut ends) =
            (speakers.into_iter(), starts.into_iter(), ends.into_iter());
        let mut next = || {
            let cell = |cells: &mut std::vec::IntoIter<Option<Cell>>| {
                cells.next().flatten().unwrap_or_default()
            };
            (cell(&mut speakers), cell(&mut starts), cell(&mut ends))
        };
        let said = texts.into_iter().map(|text| {
            let (speaker, start, end) = next();
            Said {
                speaker,
                text: text.map_or_else(String::new, Cell::into_text),
                start,
                end,
            }
        });
        if self.speaker.is_none() {
            let lines: Vec<String> = said.map(|said| said.text).collect();
            return Ok(Cell::Text(lines.join("\n")));
        }
        Ok(Cell::Said(said.collect()))
    }
}

/// The level of definition of the only repeated group on the way from the root to a leaf.
fn element_level(root: &Type, path: &[String]) -> Option<i16> {
    use parquet::basic::Repetition;
    let (mut node, mut level) = (root, 0);
    for name in path.iter().skip(1).map(Some).chain([None]) {
        if node.get_basic_info().has_repetition() {
            match node.get_basic_info().repetition() {
                Repetition::REQUIRED => {}
                Repetition::OPTIONAL => level += 1,
                Repetition::REPEATED => return Some(level + 1),
            }
        }
        let name = name?;
        node = node
            .get_fields()
            .iter()
            .find(|field| field.name() == name)?;
    }
    None
}
