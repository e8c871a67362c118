//! A call in the making: [`Draft`].

use std::collections::HashMap;

use serde_json::Value;
use upturn_core::{Metadata, Outcome};

use crate::{RejectReason, Transcript, Utterance};

use super::Field;
use super::cell::{Cell, Row};
use super::layout::Layout;
use super::moment::Moment;
use super::{amount, day};

/// A transcript to which rows and turns are added.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    transcript: Transcript,
    parties: HashMap<String, usize>,
    /// Times that are no offsets yet, with the place of their utterance.
    instants: Vec<(usize, Option<i64>, Option<i64>)>,
    extras: Vec<Extra>,
}

/// What a column without a field said so far.
#[derive(Debug, Clone, Default)]
enum Extra {
    #[default]
    Nothing,
    Same(Cell),
    Varied,
}

impl Draft {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            transcript: Transcript {
                id: id.to_owned(),
                ..Transcript::default()
            },
            ..Self::default()
        }
    }

    /// Whether nothing was said yet.
    pub(crate) fn is_silent(&self) -> bool {
        self.transcript.utterances.is_empty()
    }

    /// Adds what somebody said.
    pub(crate) fn say(
        &mut self,
        label: Option<&str>,
        text: String,
        start: Option<Moment>,
        end: Option<Moment>,
    ) {
        let party = label.map(|label| self.party(label));
        let place = self.transcript.utterances.len();
        let (start_ms, started) = parts(start);
        let (end_ms, ended) = parts(end);
        if started.is_some() || ended.is_some() {
            self.instants.push((place, started, ended));
        }
        self.transcript.utterances.push(Utterance {
            party,
            text,
            start_ms,
            end_ms,
        });
    }

    /// Adds a line to what was said last.
    pub(crate) fn say_more(&mut self, line: &str) {
        if let Some(last) = self.transcript.utterances.last_mut() {
            last.text.push('\n');
            last.text.push_str(line);
        }
    }

    /// The same as [`Transcript::party`], in a time that does not grow with their number.
    fn party(&mut self, label: &str) -> usize {
        if let Some(place) = self.parties.get(label) {
            return *place;
        }
        let place = self.transcript.parties.len();
        self.transcript.parties.push(crate::Party::new(label));
        self.parties.insert(label.to_owned(), place);
        place
    }

    /// Takes in what a row says of the whole call.
    ///
    /// # Errors
    ///
    /// A value that cannot be read, or an outcome that contradicts an earlier row.
    pub(crate) fn note(&mut self, row: &mut Row, layout: &Layout) -> Result<(), RejectReason> {
        self.note_outcome(row, layout)?;
        self.note_texts(row, layout);
        self.note_days_and_amount(row, layout)?;
        self.extras.resize_with(layout.extras.len(), Extra::default);
        for (extra, (place, _)) in self.extras.iter_mut().zip(&layout.extras) {
            extra.take_in(row.take(*place));
        }
        Ok(())
    }

    fn note_outcome(&mut self, row: &Row, layout: &Layout) -> Result<(), RejectReason> {
        let Some(place) = layout.place(Field::Outcome) else {
            return Ok(());
        };
        let header = layout.header(Field::Outcome);
        let known: Option<Outcome> = layout.words.outcome(row.cell(place), header)?;
        if self.transcript.outcome.is_some() && known.is_some() && self.transcript.outcome != known
        {
            return Err(RejectReason::Contradiction {
                field: header.to_owned(),
            });
        }
        self.transcript.outcome = self.transcript.outcome.or(known);
        Ok(())
    }

    fn note_texts(&mut self, row: &Row, layout: &Layout) {
        let text = |field| {
            let cell = layout.place(field).map(|place| row.cell(place))?;
            cell.text().map(std::borrow::Cow::into_owned)
        };
        let metadata: &mut Metadata = &mut self.transcript.metadata;
        for (field, known) in [
            (Field::Account, &mut metadata.account),
            (Field::Rep, &mut metadata.rep),
            (Field::Stage, &mut metadata.stage),
            (Field::Industry, &mut metadata.industry),
            (Field::Language, &mut metadata.language),
            (Field::Source, &mut metadata.source),
        ] {
            if known.is_none() {
                *known = text(field);
            }
        }
        if !metadata.extra.contains_key("deal")
            && let Some(deal) = text(Field::Deal)
        {
            metadata
                .extra
                .insert("deal".to_owned(), Value::String(deal));
        }
    }

    fn note_days_and_amount(&mut self, row: &Row, layout: &Layout) -> Result<(), RejectReason> {
        let is_not = |field| {
            move |expected| RejectReason::WrongType {
                field: layout.header(field).to_owned(),
                expected,
            }
        };
        let metadata = &mut self.transcript.metadata;
        let days = [
            (Field::Date, &mut metadata.date),
            (Field::OutcomeDate, &mut metadata.outcome_date),
        ];
        for (field, known) in days {
            if let (None, Some(place)) = (&known, layout.place(field)) {
                *known = day_of(row.cell(place), layout).map_err(is_not(field))?;
            }
        }
        if let (None, Some(place)) = (metadata.amount, layout.place(Field::Amount)) {
            metadata.amount = amount::amount(row.cell(place)).map_err(is_not(Field::Amount))?;
        }
        Ok(())
    }

    /// The transcript, with all times counted from the first moment that is told.
    pub(crate) fn finish(mut self, layout: &Layout) -> Transcript {
        self.count_from_the_first();
        for (extra, (_, name)) in self.extras.into_iter().zip(&layout.extras) {
            if let Extra::Same(cell) = extra
                && let Some(value) = cell.into_json()
            {
                self.transcript.metadata.extra.insert(name.clone(), value);
            }
        }
        self.transcript
    }

    fn count_from_the_first(&mut self) {
        let told = self
            .instants
            .iter()
            .flat_map(|(_, start, end)| [*start, *end])
            .flatten();
        let Some(first) = told.min() else {
            return;
        };
        let since = |instant: i64| instant.abs_diff(first);
        for (place, start, end) in &self.instants {
            if let Some(said) = self.transcript.utterances.get_mut(*place) {
                said.start_ms = start.map(since).or(said.start_ms);
                said.end_ms = end.map(since).or(said.end_ms);
            }
        }
    }
}

impl Extra {
    /// Blank cells say nothing, so they contradict nothing.
    fn take_in(&mut self, cell: Cell) {
        match self {
            _ if cell.is_blank() => {}
            Self::Nothing => *self = Self::Same(cell),
            Self::Same(known) if *known != cell => *self = Self::Varied,
            Self::Same(_) | Self::Varied => {}
        }
    }
}

/// An offset and an instant, of which a moment is one.
fn parts(moment: Option<Moment>) -> (Option<u64>, Option<i64>) {
    match moment {
        None => (None, None),
        Some(Moment::Offset(offset)) => (Some(offset), None),
        Some(Moment::Instant(instant)) => (None, Some(instant)),
    }
}

/// The day of a cell; `Ok(None)` if it is blank.
fn day_of(cell: &Cell, layout: &Layout) -> Result<Option<upturn_core::Date>, &'static str> {
    match cell {
        Cell::Day(day) => Ok(Some(*day)),
        Cell::Instant(instant) => Ok(day::instant_day(*instant)),
        Cell::Nothing
        | Cell::Text(_)
        | Cell::Whole(_)
        | Cell::Number(_)
        | Cell::Flag(_)
        | Cell::Said(_) => {
            let text = cell.text();
            text.map(|text| day::day(&text, layout.dates)).transpose()
        }
    }
}
