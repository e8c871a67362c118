//! A transcript as a JSON array of objects in one cell, read turn by turn without holding it twice: [`speak`].

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::{RejectReason, record};

use super::Field;
use super::cell::{Cell, Said};
use super::draft::Draft;
use super::field::fold;
use super::layout::Layout;
use super::moment::Times;

/// Adds the turns of a JSON array to a draft.
///
/// # Errors
///
/// Why it is none; nothing of the text is quoted.
pub(crate) fn speak(draft: &mut Draft, text: &str, layout: &Layout) -> Result<(), RejectReason> {
    let mut fault = None;
    let mut input = serde_json::Deserializer::from_str(text);
    let turns = Turns {
        draft,
        layout,
        fault: &mut fault,
    };
    let read = turns.deserialize(&mut input);
    match (fault, read) {
        (Some(fault), _) => Err(fault),
        (None, Err(error)) => Err(record::not_json(&error)),
        (None, Ok(())) => input.end().map_err(|_| RejectReason::WrongType {
            field: layout.header(Field::Transcript).to_owned(),
            expected: "one JSON array",
        }),
    }
}

/// The array. Its faults are kept aside, since the parser's own words on them quote the value.
struct Turns<'a> {
    draft: &'a mut Draft,
    layout: &'a Layout,
    fault: &'a mut Option<RejectReason>,
}

impl Turns<'_> {
    fn header(&self) -> &str {
        self.layout.header(Field::Transcript)
    }

    fn add(&mut self, at: usize, turn: Turn) -> Result<(), RejectReason> {
        let field = |name: &str| format!("{}[{at}].{name}", self.header());
        let is_not = |name: &str, expected| RejectReason::WrongType {
            field: field(name),
            expected,
        };
        let said = match turn {
            Turn::Other => {
                let field = format!("{}[{at}]", self.header());
                return Err(RejectReason::WrongType {
                    field,
                    expected: "an object",
                });
            }
            Turn::Object(parts) => parts,
        };
        let text = match said.text.cell {
            Some(Cell::Text(text)) => text,
            Some(_) => return Err(is_not("text", "a text")),
            None => {
                return Err(RejectReason::Missing {
                    field: field("text"),
                });
            }
        };
        let moment = |part: &Part, times: Times, name| {
            let cell = part.cell.as_ref().unwrap_or(&Cell::Nothing);
            let unit = times.unit.or(part.unit);
            Times { unit, ..times }
                .moment(cell)
                .map_err(|expected| is_not(name, expected))
        };
        let said = (
            moment(&said.start, self.layout.start, "start")?,
            moment(&said.end, self.layout.end, "end")?,
            said.speaker,
        );
        let (start, end, speaker) = said;
        self.draft.say(
            speaker.cell.unwrap_or_default().text().as_deref(),
            text,
            start,
            end,
        );
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Turns<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Turns<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut array: A) -> Result<(), A::Error> {
        let mut at = 0;
        while let Some(turn) = array.next_element_seed(Element)? {
            if let Err(fault) = self.add(at, turn) {
                *self.fault = Some(fault);
                return Err(A::Error::custom("a turn is broken"));
            }
            at += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        *self.fault = Some(RejectReason::WrongType {
            field: self.header().to_owned(),
            expected: "a JSON array",
        });
        Err(A::Error::custom("not an array"))
    }
}

/// An element of the array.
enum Turn {
    Object(Parts),
    Other,
}

/// What is taken of an object.
#[derive(Default)]
struct Parts {
    speaker: Part,
    text: Part,
    start: Part,
    end: Part,
}

/// The value of the best name that the object has for it.
#[derive(Default)]
struct Part {
    rank: usize,
    unit: Option<super::TimeUnit>,
    cell: Option<Cell>,
}

impl Parts {
    /// The part that a name means, unless a better name was there before.
    fn part(&mut self, name: &str) -> Option<&mut Part> {
        let known = [
            (Field::Speaker, &mut self.speaker),
            (Field::Text, &mut self.text),
            (Field::Start, &mut self.start),
            (Field::End, &mut self.end),
        ];
        let (rank, part) = known.into_iter().find_map(|(field, part)| {
            let rank = field.headers().iter().position(|header| *header == name);
            let person = || (field == Field::Speaker && name == "name").then_some(usize::MAX);
            Some((rank.or_else(person)?, part))
        })?;
        if part.cell.is_some() && part.rank <= rank {
            return None;
        }
        part.rank = rank;
        part.unit = Times::unit_of(name);
        Some(part)
    }
}

struct Element;

impl<'de> DeserializeSeed<'de> for Element {
    type Value = Turn;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Turn, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element {
    type Value = Turn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Turn, A::Error> {
        let mut parts = Parts::default();
        while let Some(name) = object.next_key::<String>()? {
            match parts.part(&fold(&name)) {
                Some(part) => part.cell = object.next_value_seed(Scalar)?,
                None => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Turn::Object(parts))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Turn, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Turn::Other)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Turn, E> {
        Ok(Turn::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Turn, E> {
        Ok(Turn::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Turn, E> {
        Ok(Turn::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Turn, E> {
        Ok(Turn::Other)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Turn, E> {
        Ok(Turn::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Turn, E> {
        Ok(Turn::Other)
    }
}

/// A value of an object: `None` if it is `null`, an empty transcript if it is no scalar.
struct Scalar;

impl<'de> DeserializeSeed<'de> for Scalar {
    type Value = Option<Cell>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Option<Cell>, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar {
    type Value = Option<Cell>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Option<Cell>, E> {
        Ok(Some(Cell::Flag(flag)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<Cell>, E> {
        Ok(Some(Cell::Whole(number)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<Cell>, E> {
        Ok(Some(
            i64::try_from(number).map_or_else(|_| Cell::Number(number as f64), Cell::Whole),
        ))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<Cell>, E> {
        Ok(Some(Cell::Number(number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Cell>, E> {
        Ok(Some(Cell::Text(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Option<Cell>, E> {
        Ok(Some(Cell::Text(text)))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Cell>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Option<Cell>, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some(Cell::Said(Vec::<Said>::new())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Option<Cell>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Some(Cell::Said(Vec::<Said>::new())))
    }
}
