//! From one record to one line, or to the reason why not: [`Steps`].

use upturn_core::{Conversation, Date, Speaker, Turn};

use super::place::Place;
use super::{IngestError, IngestSettings};
use crate::{
    CallKeys, CallOrder, Cleaner, CleaningCounts, Joined, Label, Record, Redacted, RedactionCounts,
    Redactor, RejectReason, Transcript, cut_after_outcome, roles,
};

/// What is done with every record, the same for all.
pub(super) struct Steps<'a> {
    settings: &'a IngestSettings,
    cleaner: Option<Cleaner>,
    redactor: Option<Redactor>,
}

/// A record after all steps that look at nothing but itself.
pub(super) struct Prepared {
    pub(super) place: Place,
    pub(super) notes: Notes,
    pub(super) content: Result<Box<Call>, Aside>,
}

/// A call that may be written.
pub(super) struct Call {
    pub(super) redacted: Redacted,
    /// Its canonical form.
    pub(super) line: Vec<u8>,
}

/// Why a record is set aside.
pub(super) struct Aside {
    pub(super) id: String,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

/// What is counted about a record.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) cleaning: CleaningCounts,
    pub(super) roles: Option<&'static str>,
    pub(super) joined: Option<&'static str>,
    pub(super) order: Option<&'static str>,
    pub(super) turns_cut: u64,
}

impl<'a> Steps<'a> {
    pub(super) fn new(settings: &'a IngestSettings) -> Result<Self, IngestError> {
        let redactor = settings.redaction.clone().map(Redactor::new);
        Ok(Self {
            settings,
            cleaner: settings.cleaning.clone().map(Cleaner::new),
            redactor: redactor.transpose()?,
        })
    }

    /// Takes a record through all steps.
    pub(super) fn prepare(&self, place: Place, record: Record, source_id: &str) -> Prepared {
        let mut notes = Notes::default();
        let content = match record.content {
            Ok(transcript) => self.call(transcript, source_id, place.record, &mut notes),
            Err(reason) => Err(Aside::broken("", &reason)),
        };
        Prepared {
            place,
            notes,
            content: content.map(Box::new),
        }
    }

    fn call(
        &self,
        mut transcript: Transcript,
        source_id: &str,
        number: u64,
        notes: &mut Notes,
    ) -> Result<Call, Aside> {
        if transcript.id.trim().is_empty() {
            transcript.id = format!("{source_id}-{number}");
        }
        let id = transcript.id.clone();
        if let Some(cleaner) = &self.cleaner {
            notes.cleaning = cleaner.clean(&mut transcript);
        }
        let roles = self.settings.roles.assign(&transcript);
        let roles = roles.map_err(|why| Aside::new(&id, "roles-undecided", why.as_str()))?;
        notes.roles = Some(roles.rule.as_str());
        let rule = roles.rule.as_str().into();
        transcript
            .metadata
            .extra
            .insert("roles_by".to_owned(), rule);
        self.join(&mut transcript, &roles.sides, notes)?;
        let people = people(&transcript);
        let conversation = transcript.into_conversation(&roles.sides);
        let conversation = conversation.map_err(|law| Aside::broken(&id, &law.into()))?;
        two_sides(&conversation)
            .map_err(|reason| Aside::new(&id, "one-side", &reason.to_string()))?;
        let cut = cut_after_outcome(conversation);
        notes.turns_cut = cut.turns_cut as u64;
        notes.order = Some(order(cut.order));
        let cut = cut.content;
        let conversation = cut.map_err(|why| Aside::new(&id, "after-outcome", &why.to_string()))?;
        self.written(conversation, &people, &id)
    }

    /// Finds the deal, fills in what was known of it, and labels the call.
    fn join(
        &self,
        transcript: &mut Transcript,
        sides: &[Speaker],
        notes: &mut Notes,
    ) -> Result<(), Aside> {
        let Some(crm) = &self.settings.crm else {
            return Ok(());
        };
        for (party, side) in transcript.parties.iter_mut().zip(sides) {
            party.side = Some(*side);
        }
        let found = match crm.join(&CallKeys::of(transcript)) {
            Joined::Matched(found) => found,
            Joined::Unmatched { .. } => {
                notes.joined = Some("unmatched");
                return Ok(());
            }
            Joined::Ambiguous { .. } => {
                notes.joined = Some("ambiguous");
                return Ok(());
            }
        };
        notes.joined = Some(found.rule.as_str());
        crm.apply(&found, &mut transcript.metadata);
        if let (None, Some(rules)) = (transcript.outcome, self.settings.label_rules()) {
            let label = rules.label(found.deal, found.day, self.settings.as_of);
            set_label(transcript, label)?;
        }
        Ok(())
    }

    fn written(
        &self,
        conversation: Conversation,
        people: &[String],
        id: &str,
    ) -> Result<Call, Aside> {
        let redacted = match &self.redactor {
            Some(redactor) => redactor
                .redact(&conversation, people)
                .map_err(|why| Aside::new(id, "broken", &why.to_string()))?,
            None => Redacted {
                conversation,
                counts: RedactionCounts::default(),
                pseudonyms: Vec::new(),
            },
        };
        let line = serde_json::to_vec(&redacted.conversation);
        let line = line.map_err(|why| Aside::new(id, "broken", &why.to_string()))?;
        Ok(Call { redacted, line })
    }
}

impl Aside {
    pub(super) fn new(id: &str, reason: &'static str, message: &str) -> Self {
        Self {
            id: id.to_owned(),
            reason,
            message: message.to_owned(),
        }
    }

    fn broken(id: &str, reason: &RejectReason) -> Self {
        Self::new(id, "broken", &reason.to_string())
    }
}

fn set_label(transcript: &mut Transcript, label: Label) -> Result<(), Aside> {
    if let Label::Refused { reason } = label {
        return Err(Aside::new(&transcript.id, "label-refused", reason.as_str()));
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
