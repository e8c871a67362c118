//! What reports may say of files, ids and reasons while personal data are redacted: [`Veil`].
//!
//! File names and ids often hold names (`Zoom Jane Doe.vtt`). Of a call that is written, its people are known, and its id is
//! searched for them; of a record that is set aside they may not be known, so its file is told by number and by a keyed
//! hash, whatever its name.

use upturn_core::{Conversation, ConversationId, Speaker, Turn};

use super::IngestSettings;
use super::place::Place;
use crate::{MetadataRedaction, PseudonymKey, RedactionError, RedactionKind, Redactor, Source};

/// Hides what may be personal. Without redaction it hides nothing.
#[derive(Debug)]
pub(super) struct Veil {
    redactor: Option<Redactor>,
    /// The key by which paths are hashed; none if they are shown.
    paths: Option<PseudonymKey>,
}

/// What stands in a report, and what it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Veiled<T> {
    pub(super) shown: T,
    /// Pairs of what is shown and what was hidden, for the key file.
    pub(super) hidden: Vec<(String, String)>,
}

impl Veil {
    /// # Errors
    ///
    /// Those of [`Redactor::new`].
    pub(super) fn new(settings: &IngestSettings) -> Result<Self, RedactionError> {
        let redaction = settings.redaction.as_ref();
        let hides_paths = |metadata| metadata == MetadataRedaction::Pseudonym;
        let paths = redaction.filter(|options| hides_paths(options.metadata));
        Ok(Self {
            redactor: redaction.cloned().map(Redactor::new).transpose()?,
            paths: paths.and_then(|options| options.key.clone()),
        })
    }

    pub(super) const fn redactor(&self) -> Option<&Redactor> {
        self.redactor.as_ref()
    }

    /// The place without the name of its file.
    pub(super) fn place(&self, mut place: Place) -> Veiled<Place> {
        let Some(key) = &self.paths else {
            return Veiled::plain(place);
        };
        let file = key.pseudonym(&RedactionKind::Custom("FILE".into()), &place.source);
        let path = std::mem::replace(&mut place.source, file.clone());
        Veiled {
            shown: place,
            hidden: vec![(file, path)],
        }
    }

    /// An id of a source, as it is unless something personal is found in it or it is the name of a file.
    pub(super) fn id(
        &self,
        id: &str,
        people: &[String],
        source: Option<&Source>,
    ) -> Veiled<String> {
        let is_file = source.is_some_and(|source| id.starts_with(&source.id));
        let shown = match (&self.paths, &self.redactor) {
            (Some(key), _) if is_file => key.pseudonym(&RedactionKind::Id, id),
            (_, Some(redactor)) => redacted(redactor, id, people),
            (_, None) => id.to_owned(),
        };
        let is_hidden = shown != id;
        Veiled {
            hidden: if is_hidden {
                vec![(shown.clone(), id.to_owned())]
            } else {
                Vec::new()
            },
            shown,
        }
    }

    /// A text that may quote words of the input or the path of a file.
    pub(super) fn message(&self, text: &str, place: &Veiled<Place>) -> String {
        let mut text = text.to_owned();
        for (shown, path) in &place.hidden {
            text = text.replace(path.as_str(), shown);
        }
        let Some(redactor) = &self.redactor else {
            return text;
        };
        let call = call("message", &text);
        let redacted = call.and_then(|call| redactor.redact(&call, &[]).ok());
        let turns = redacted.map(|redacted| redacted.conversation.turns().to_vec());
        let turn = turns.and_then(|turns| turns.into_iter().next());
        turn.map_or_else(String::new, |turn| turn.text)
    }

    /// Whether anything is hidden.
    pub(super) const fn hides(&self) -> bool {
        self.redactor.is_some()
    }
}

impl<T> Veiled<T> {
    /// Nothing is hidden.
    pub(super) const fn plain(shown: T) -> Self {
        Self {
            shown,
            hidden: Vec::new(),
        }
    }
}

/// The id as a redacted call has it; none of an id that no call may have, which says nothing anyway.
fn redacted(redactor: &Redactor, id: &str, people: &[String]) -> String {
    let redacted = call(id, "-").and_then(|call| redactor.redact(&call, people).ok());
    redacted.map_or_else(String::new, |redacted| {
        redacted.conversation.id().as_str().to_owned()
    })
}

/// A call of this id in which this is said.
fn call(id: &str, said: &str) -> Option<Conversation> {
    let id = ConversationId::new(id).ok()?;
    Conversation::new(id, vec![Turn::new(Speaker::Other, said)]).ok()
}

#[cfg(test)]
mod tests {
    use upturn_core::Date;

    use super::*;
    use crate::{Counted, RedactionOptions, SourceKind};

    fn settings() -> IngestSettings {
        let key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
        IngestSettings::new(Date::constant(2026, 11, 22), key)
    }

    fn place() -> Place {
        Place::new(3, "calls/Jane Doe.vtt".to_owned(), 7, Counted::Lines)
    }

    #[test]
    fn a_file_is_told_by_number_and_hash_and_the_key_file_gets_its_name() {
        let veil = Veil::new(&settings()).unwrap();
        let veiled = veil.place(place());
        let shown = &veiled.shown;
        assert_eq!((shown.file, shown.record, shown.unit), (3, 7, "line"));
        assert!(shown.source.starts_with("file-"), "{}", shown.source);
        assert_eq!(
            veiled.hidden,
            [(shown.source.clone(), "calls/Jane Doe.vtt".to_owned())]
        );
        let message = veil.message(
            "failed to open `calls/Jane Doe.vtt`, ask jane@example.com",
            &veiled,
        );
        assert_eq!(
            message,
            format!("failed to open `{}`, ask [EMAIL_1]", shown.source)
        );
    }

    #[test]
    fn an_id_is_hidden_if_it_names_a_person_or_the_file() {
        let veil = Veil::new(&settings()).unwrap();
        let people = ["Jane Doe".to_owned()];
        let source = Source {
            path: "calls/Mara.vtt".into(),
            id: "Mara".to_owned(),
            kind: SourceKind::File,
        };
        let shown = |id: &str| veil.id(id, &people, Some(&source)).shown;
        assert_eq!(shown("7101"), "7101");
        for personal in ["call-jane-doe", "Mara", "Mara-1", "jane@example.com"] {
            let veiled = veil.id(personal, &people, Some(&source));
            assert!(veiled.shown.starts_with("id-"), "{personal}");
            assert_eq!(veiled.hidden, [(veiled.shown.clone(), personal.to_owned())]);
        }
    }

    #[test]
    fn without_redaction_nothing_is_hidden_and_with_kept_metadata_no_path() {
        let mut settings = settings();
        let key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
        let keep = RedactionOptions::default()
            .with_key(key)
            .with_metadata(MetadataRedaction::Keep);
        settings.redaction = Some(keep);
        let veil = Veil::new(&settings).unwrap();
        assert_eq!(veil.place(place()), Veiled::plain(place()));
        assert!(
            veil.id("jane@example.com", &[], None)
                .shown
                .starts_with("id-")
        );
        settings.redaction = None;
        let veil = Veil::new(&settings).unwrap();
        assert_eq!(veil.place(place()), Veiled::plain(place()));
        assert_eq!(
            veil.id("jane@example.com", &[], None).shown,
            "jane@example.com"
        );
        assert!(!veil.hides());
    }
}
