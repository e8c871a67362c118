//! From one record to one line, or to the reason why not: [`Steps`].

use std::collections::BTreeSet;

use upturn_core::{Conversation, Date, Speaker, Turn};

use super::feed::Item;
use super::place::Place;
use super::unmatched::NoDeal;
use super::veil::{Veil, Veiled};
use super::{IngestError, IngestSettings};
use crate::{
    CallKeys, CallOrder, Cleaner, CleaningCounts, Crm, Joined, Label, Record, Redacted,
    RedactionCounts, RedactionKind, RejectReason, Source, Transcript, crm, cut_after_outcome,
    roles,
};

/// What is done with every record, the same for all.
pub(super) struct Steps<'a> {
    settings: &'a IngestSettings,
    /// The day that counts as today.
    as_of: Date,
    cleaner: Option<Cleaner>,
    pub(super) veil: Veil,
}

/// A record after all steps that look at nothing but itself.
pub(super) struct Prepared {
    pub(super) place: Veiled<Place>,
    pub(super) notes: Notes,
    pub(super) content: Result<Box<Call>, Aside>,
}

/// A call that may be written.
pub(super) struct Call {
    pub(super) redacted: Redacted,
    /// Keys of the buyer's people who are named, each once; keyed hashes while personal data are redacted.
    pub(super) people: Vec<String>,
    /// Its canonical form.
    pub(super) line: Vec<u8>,
}

/// Why a record is set aside.
pub(super) struct Aside {
    pub(super) id: Veiled<String>,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

/// What is counted about a record.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) format: Option<&'static str>,
    pub(super) cleaning: CleaningCounts,
    pub(super) roles: Option<&'static str>,
    pub(super) joined: Option<&'static str>,
    pub(super) found: Option<Found>,
    pub(super) order: Option<&'static str>,
    pub(super) turns_cut: u64,
}

/// What looking a record up in the CRM came to.
pub(super) struct Found {
    /// Number of its deal, or why there is none.
    pub(super) deal: Result<usize, NoDeal>,
    /// Number of its row in the tables of calls.
    pub(super) row: Option<usize>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(settings: &'a IngestSettings, as_of: Date) -> Result<Self, IngestError> {
        Ok(Self {
            settings,
            as_of,
            cleaner: settings.cleaning.clone().map(Cleaner::new),
            veil: Veil::new(settings)?,
        })
    }

    /// Takes what was read of a source through all steps.
    pub(super) fn prepare(&self, source: &Source, number: usize, item: Item) -> Prepared {
        let path = source.path.display().to_string();
        match item {
            Item::Record(format, record) => {
                let place = Place::new(number, path, record.place, record.counted);
                let mut prepared = self.record(self.veil.place(place), *record, source);
                prepared.notes.format = Some(format.as_str());
                prepared
            }
            Item::Unread { reason, message } => {
                let place = self.veil.place(Place::whole(number, path));
                let message = self.veil.message(&message, &place);
                Prepared {
                    place,
                    notes: Notes::default(),
                    content: Err(Aside::nameless(reason, &message)),
                }
            }
        }
    }

    fn record(&self, place: Veiled<Place>, record: Record, source: &Source) -> Prepared {
        let mut notes = Notes::default();
        let content = match record.content {
            Ok(transcript) => self.call(transcript, source, place.shown.record, &mut notes),
            Err(reason) => Err(self.broken(reason, &place)),
        };
        Prepared {
            place,
            notes,
            content: content.map(Box::new),
        }
    }

    fn broken(&self, reason: RejectReason, place: &Veiled<Place>) -> Aside {
        let reason = if self.veil.hides() {
            reason.without_words()
        } else {
            reason
        };
        let message = self.veil.message(&reason.to_string(), place);
        Aside::nameless("broken", &message)
    }

    fn call(
        &self,
        mut transcript: Transcript,
        source: &Source,
        number: u64,
        notes: &mut Notes,
    ) -> Result<Call, Aside> {
        if transcript.id.trim().is_empty() {
            transcript.id = format!("{}-{number}", source.id);
        }
        if let Some(cleaner) = &self.cleaner {
            notes.cleaning = cleaner.clean(&mut transcript);
        }
        let (id, people) = (transcript.id.clone(), people(&transcript));
        let call = self.conversation(transcript, notes);
        let written = call.and_then(|(call, buyers)| self.written(call, buyers, &people));
        written.map_err(|(reason, message)| Aside {
            id: self.veil.id(&id, &people, Some(source)),
            reason,
            message,
        })
    }

    /// Finds the sides, the buyer's people and the deal, labels, and cuts.
    fn conversation(
        &self,
        mut transcript: Transcript,
        notes: &mut Notes,
    ) -> Result<(Conversation, BTreeSet<String>), Why> {
        let roles = self.settings.roles.assign(&transcript);
        let roles = roles.map_err(|why| ("roles-undecided", why.as_str().to_owned()))?;
        notes.roles = Some(roles.rule.as_str());
        let rule = roles.rule.as_str().into();
        transcript
            .metadata
            .extra
            .insert("roles_by".to_owned(), rule);
        for (party, side) in transcript.parties.iter_mut().zip(&roles.sides) {
            party.side = Some(*side);
        }
        let buyers = crm::people(&transcript, self.settings.crm.as_ref());
        self.join(&mut transcript, notes)?;
        let conversation = transcript.into_conversation(&roles.sides);
        let conversation = conversation.map_err(|law| ("broken", law.to_string()))?;
        two_sides(&conversation).map_err(|reason| ("one-side", reason.to_string()))?;
        let cut = cut_after_outcome(conversation);
        notes.turns_cut = cut.turns_cut as u64;
        notes.order = Some(order(cut.order));
        let call = cut.content;
        let call = call.map_err(|why| ("after-outcome", why.to_string()))?;
        Ok((call, buyers))
    }

    /// Finds the deal, fills in what was known of it, and labels the call.
    fn join(&self, transcript: &mut Transcript, notes: &mut Notes) -> Result<(), Why> {
        let Some(crm) = &self.settings.crm else {
            return Ok(());
        };
        let keys = CallKeys::of(transcript);
        let joined = crm.join(&keys);
        notes.joined = Some(joined_by(&joined));
        notes.found = Some(Found {
            deal: self.number(crm, &joined),
            row: crm.call_row(&keys),
        });
        let Joined::Matched(found) = joined else {
            return Ok(());
        };
        crm.apply(&found, &mut transcript.metadata);
        if let (None, Some(rules)) = (transcript.outcome, self.settings.label_rules()) {
            let label = rules.label(found.deal, found.day, self.as_of);
            set_label(transcript, label)?;
        }
        Ok(())
    }

    fn number(&self, crm: &Crm, joined: &Joined<'_>) -> Result<usize, NoDeal> {
        match joined {
            Joined::Matched(found) => crm.number_of(found.deal).ok_or_else(NoDeal::default),
            Joined::Unmatched { reason } => Err(NoDeal {
                reason: reason.as_str(),
                message: reason.to_string(),
                candidates: Vec::new(),
            }),
            Joined::Ambiguous { candidates, reason } => Err(NoDeal {
                reason: reason.as_str(),
                message: reason.to_string(),
                candidates: candidates
                    .iter()
                    .take(NoDeal::MOST_CANDIDATES)
                    .map(|deal| self.veil.id(&deal.id, &[], None).shown)
                    .collect(),
            }),
        }
    }

    fn written(
        &self,
        conversation: Conversation,
        buyers: BTreeSet<String>,
        people: &[String],
    ) -> Result<Call, Why> {
        let redacted = match self.veil.redactor() {
            Some(redactor) => redactor
                .redact(&conversation, people)
                .map_err(|why| ("broken", why.to_string()))?,
            None => Redacted {
                conversation,
                counts: RedactionCounts::default(),
                pseudonyms: Vec::new(),
            },
        };
        let line = serde_json::to_vec(&redacted.conversation);
        let line = line.map_err(|why| ("broken", why.to_string()))?;
        let key = self.settings.redaction.as_ref();
        let key = key.and_then(|options| options.key.as_ref());
        let hidden = |person: String| match key {
            Some(key) => key.pseudonym(&RedactionKind::Person, &person),
            None => person,
        };
        Ok(Call {
            redacted,
            people: buyers.into_iter().map(hidden).collect(),
            line,
        })
    }
}

/// The reason and the message of what is set aside.
type Why = (&'static str, String);

impl Aside {
    /// Of a record whose id is not known.
    pub(super) fn nameless(reason: &'static str, message: &str) -> Self {
        Self::of_written("", reason, message)
    }

    /// Of a call that was redacted, its id included.
    pub(super) fn of_written(id: &str, reason: &'static str, message: &str) -> Self {
        Self {
            id: Veiled::plain(id.to_owned()),
            reason,
            message: message.to_owned(),
        }
    }
}

const fn joined_by(joined: &Joined<'_>) -> &'static str {
    match joined {
        Joined::Matched(found) => found.rule.as_str(),
        Joined::Unmatched { .. } => "unmatched",
        Joined::Ambiguous { .. } => "ambiguous",
    }
}

fn set_label(transcript: &mut Transcript, label: Label) -> Result<(), Why> {
    if let Label::Refused { reason } = label {
        return Err(("label-refused", reason.as_str().to_owned()));
    }
    transcript.outcome = label.outcome();
    let known: Option<Date> = label.known();
    transcript.metadata.outcome_date = transcript.metadata.outcome_date.or(known);
    Ok(())
}

/// Names of those who took part, as far as the source gives them.
fn people(transcript: &Transcript) -> Vec<String> {
    let parties = transcript.parties.iter();
    let named = parties.filter(|party| roles::is_name(&party.label) || party.name.is_some());
    named
        .map(|party| party.name.clone().unwrap_or_else(|| party.label.clone()))
        .collect()
}

/// Both sides must say something, or there is nothing to learn.
fn two_sides(conversation: &Conversation) -> Result<(), RejectReason> {
    for side in [Speaker::Seller, Speaker::Buyer] {
        let says = |turn: &Turn| turn.speaker == side && !turn.text.trim().is_empty();
        if !conversation.turns().iter().any(says) {
            return Err(RejectReason::OneSide { missing: side });
        }
    }
    Ok(())
}

const fn order(order: CallOrder) -> &'static str {
    match order {
        CallOrder::Before => "before-its-outcome",
        CallOrder::SameDay => "on-the-day-of-its-outcome",
        CallOrder::Unknown => "days-unknown",
        CallOrder::After => "after-its-outcome",
    }
}
