//! Takes personal data out of a conversation: [`Redactor`], [`Redacted`], [`Pseudonym`].

use std::collections::HashMap;
use std::fmt;

use upturn_core::{Conversation, Metadata};

use super::names::{People, in_metadata};
use super::numbering::Numbering;
use super::parts::Parts;
use super::placeholder::Placeholder;
use super::rules::Rules;
use super::search::Search;
use super::span::Span;
use super::{
    MetadataRedaction, PseudonymKey, RedactionCounts, RedactionError, RedactionKind,
    RedactionOptions, placeholder,
};

/// Takes personal data out of conversations. Built once, used for all of them, by several threads if need be.
///
/// # Laws
///
/// - **Idempotent.** What is redacted stays as it is when it is redacted again.
/// - **Restorable.** With [`Redacted::pseudonyms`] kept in a key file, the conversation comes back byte for byte.
/// - **Consistent.** The same person, address or number has the same placeholder in every turn of a call.
/// - **Gone.** What was found in one place is gone from all of the conversation; a name that is a common word too
///   (`Will`) stays where it reads as that word.
/// - **Unique ids stay unique**, but for a chance of 2⁻⁹⁶.
///
/// ```
/// use upturn_core::{Conversation, ConversationId, Speaker, Turn};
/// use upturn_datasets::{PseudonymKey, RedactionOptions, Redactor};
///
/// let key = PseudonymKey::new(*b"thirty-two bytes that I keep ...")?;
/// let redactor = Redactor::new(RedactionOptions::default().with_key(key))?;
/// let turn = Turn::new(Speaker::Buyer, "Jane Doe, 415-555-0132. Jane's mail is jane@example.com");
/// let call = Conversation::new(ConversationId::new("c1")?, vec![turn])?;
/// let redacted = redactor.redact(&call, &["Jane Doe".to_owned()])?;
/// let text = &redacted.conversation.turns()[0].text;
/// assert_eq!(text, "[PERSON_1], [PHONE_1]. [PERSON_1]'s mail is [EMAIL_1]");
/// assert_eq!(redacted.counts.to_string(), "PERSON 2, EMAIL 1, PHONE 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Redactor {
    rules: Rules,
    key: PseudonymKey,
    metadata: MetadataRedaction,
    name_fields: Vec<String>,
}

/// A conversation without the personal data that was found in it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Redacted {
    /// The conversation with placeholders.
    pub conversation: Conversation,
    /// How many places were replaced.
    pub counts: RedactionCounts,
    /// What was replaced, in the order of the places: whole fields, the turns, the other texts. Personal data.
    pub pseudonyms: Vec<Pseudonym>,
}

/// What stands for what in one place.
///
/// `Debug` shows the length of the original, never the text.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pseudonym {
    /// What stands there now: `[PERSON_1]`, or a keyed hash for a whole field.
    pub pseudonym: String,
    /// What stood there.
    pub original: String,
    /// What kind of data it is.
    pub kind: RedactionKind,
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pseudonym")
            .field("pseudonym", &self.pseudonym)
            .field("chars", &self.original.chars().count())
            .finish_non_exhaustive()
    }
}

impl Redactor {
    /// A redactor with all its rules ready.
    ///
    /// # Errors
    ///
    /// [`RedactionError::NoKey`], [`RedactionError::PatternName`] or [`RedactionError::Pattern`].
    pub fn new(options: RedactionOptions) -> Result<Self, RedactionError> {
        let rules = Rules::new(&options)?;
        Ok(Self {
            rules,
            key: options.key.ok_or(RedactionError::NoKey)?,
            metadata: options.metadata,
            name_fields: options.name_fields,
        })
    }

    /// The conversation without personal data. `people` are the names of those who took part; names in the metadata
    /// are known anyway.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Names`] if there are millions of names.
    pub fn redact(
        &self,
        conversation: &Conversation,
        people: &[String],
    ) -> Result<Redacted, RedactionError> {
        self.redact_owned(conversation.clone(), people)
    }

    /// The same of a conversation that is needed no more: what stays as it is, is not copied.
    ///
    /// # Errors
    ///
    /// Those of [`redact`](Self::redact).
    pub fn redact_owned(
        &self,
        conversation: Conversation,
        people: &[String],
    ) -> Result<Redacted, RedactionError> {
        let mut parts = Parts::of(conversation);
        let mut known = self.people(&parts, people);
        let found = self.found(&mut parts, &mut known)?;
        let mut record = Record::default();
        self.hash_fields(&mut parts, &found, &mut record);
        let mut texts = parts.texts(self.changes_metadata());
        record.reserve(texts.iter().map(|text| text.as_str()));
        for (place, text) in texts.iter_mut().enumerate() {
            let spans = found.of(place, text);
            if !spans.is_empty() {
                **text = record.replaced(text, spans, &known);
            }
        }
        Ok(Redacted {
            conversation: parts.into_conversation()?,
            counts: record.counts,
            pseudonyms: record.pseudonyms,
        })
    }

    fn changes_metadata(&self) -> bool {
        self.metadata == MetadataRedaction::Pseudonym
    }

    /// What is found in each turn, the other texts, the id and the names of fields.
    fn found(&self, parts: &mut Parts, people: &mut People) -> Result<Found, RedactionError> {
        let mut keys = vec![parts.id.clone()];
        if self.changes_metadata() {
            keys.extend(parts.keys().map(str::to_owned));
        }
        let count = parts.turns.len();
        let texts = parts.texts(self.changes_metadata());
        let all = texts
            .iter()
            .map(|text| text.as_str())
            .chain(keys.iter().map(String::as_str));
        let all: Vec<&str> = all.collect();
        let mut turns = Search::run(&self.rules, &all, people)?;
        let others = turns.split_off(count.min(turns.len()));
        let others = all.into_iter().skip(count).zip(others);
        let others = others.filter(|(_, spans)| !spans.is_empty());
        Ok(Found {
            others: others
                .map(|(text, spans)| (text.to_owned(), spans))
                .collect(),
            turns,
        })
    }

    fn people(&self, parts: &Parts, people: &[String]) -> People {
        let mut known = People::default();
        let named = in_metadata(&parts.metadata, &self.name_fields);
        people.iter().chain(&named).for_each(|name| known.add(name));
        known
    }

    /// Replaces rep and account, and the id and the names of fields if anything is found in them.
    fn hash_fields(&self, parts: &mut Parts, found: &Found, record: &mut Record) {
        if found.has(&parts.id) {
            parts.id = record.hashed(&self.key, RedactionKind::Id, std::mem::take(&mut parts.id));
        }
        if !self.changes_metadata() {
            return;
        }
        let Metadata { rep, account, .. } = &mut parts.metadata;
        for (field, kind) in [(rep, RedactionKind::Rep), (account, RedactionKind::Account)] {
            if let Some(value) = field.take() {
                *field = Some(record.hashed(&self.key, kind, value));
            }
        }
        parts.rename_keys(&mut |key| {
            if found.has(&key) {
                record.hashed(&self.key, RedactionKind::Key, key)
            } else {
                key
            }
        });
    }

    /// The spans of a text that stands by itself.
    #[cfg(test)]
    pub(crate) fn spans(
        &self,
        text: &str,
        people: &mut People,
    ) -> Result<Vec<Span>, RedactionError> {
        let mut spans = Search::run(&self.rules, &[text], people)?;
        Ok(spans.pop().unwrap_or_default())
    }
}

/// The spans of all texts.
struct Found {
    /// Of each turn.
    turns: Vec<Vec<Span>>,
    /// Of the others that have any, by their content: where fields are renamed, these change places.
    others: HashMap<String, Vec<Span>>,
}

impl Found {
    /// The spans of the text at a place of [`Parts::texts`].
    fn of(&self, place: usize, text: &str) -> &[Span] {
        let spans = self.turns.get(place).or_else(|| self.others.get(text));
        spans.map_or(&[], Vec::as_slice)
    }

    /// Whether anything is found in the id or the name of a field.
    fn has(&self, text: &str) -> bool {
        self.others.contains_key(text)
    }
}

/// What was replaced so far in a conversation.
#[derive(Default)]
struct Record {
    numbering: Numbering,
    counts: RedactionCounts,
    pseudonyms: Vec<Pseudonym>,
}

impl Record {
    /// Numbers that stand in the texts already are not given again.
    fn reserve<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let places = texts.flat_map(placeholder::all);
        for place in places.filter(Placeholder::is_reserved) {
            self.numbering.reserve(place.kind, place.number);
        }
    }

    /// The text with placeholders where the spans are.
    fn replaced(&mut self, text: &str, spans: &[Span], people: &People) -> String {
        let mut new = String::with_capacity(text.len());
        let mut at = 0;
        for span in spans {
            new.push_str(text.get(at..span.start).unwrap_or_default());
            let original = text.get(span.start..span.end).unwrap_or_default();
            let number = self.numbering.number(&span.kind, original, || {
                identity(original, &span.kind, people)
            });
            let pseudonym = placeholder::write(&span.kind, number);
            new.push_str(&pseudonym);
            self.note(pseudonym, original.to_owned(), span.kind.clone());
            at = span.end;
        }
        new.push_str(text.get(at..).unwrap_or_default());
        new
    }

    /// The keyed hash of a whole field.
    fn hashed(&mut self, key: &PseudonymKey, kind: RedactionKind, value: String) -> String {
        let pseudonym = key.pseudonym(&kind, &value);
        if pseudonym != value {
            self.note(pseudonym.clone(), value, kind);
        }
        pseudonym
    }

    fn note(&mut self, pseudonym: String, original: String, kind: RedactionKind) {
        self.counts.count(&kind);
        self.pseudonyms.push(Pseudonym {
            pseudonym,
            original,
            kind,
        });
    }
}

/// What is the same in all spellings of the same person, address or number.
fn identity(original: &str, kind: &RedactionKind, people: &People) -> String {
    let lower = original.to_lowercase();
    match kind {
        RedactionKind::Person => people
            .who(original)
            .map_or(lower, |person| format!("{person}")),
        RedactionKind::Email | RedactionKind::Url => written(&lower),
        RedactionKind::Phone | RedactionKind::Card
            if lower.contains(|c: char| c.is_ascii_digit()) =>
        {
            lower.chars().filter(char::is_ascii_digit).collect()
        }
        RedactionKind::Iban
        | RedactionKind::NationalId
        | RedactionKind::Phone
        | RedactionKind::Card => lower.chars().filter(|c| c.is_alphanumeric()).collect(),
        RedactionKind::Ip
        | RedactionKind::Address
        | RedactionKind::BirthDate
        | RedactionKind::Custom(_)
        | RedactionKind::Id
        | RedactionKind::Rep
        | RedactionKind::Account
        | RedactionKind::Key => lower,
    }
}

/// A spoken address as it is written.
fn written(address: &str) -> String {
    let mut words = String::with_capacity(address.len());
    for word in address.split_whitespace() {
        words.push_str(match word {
            "dot" | "point" | "punkt" => ".",
            "at" | "ät" | "(at)" | "[at]" => "@",
            "underscore" | "unterstrich" => "_",
            "dash" | "hyphen" | "minus" | "bindestrich" => "-",
            "plus" => "+",
            "slash" => "/",
            word => word,
        });
    }
    words
}
