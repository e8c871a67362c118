//! A conversation taken apart, so that its texts can be changed: [`Parts`].

use std::collections::BTreeMap;

use serde_json::Value;
use upturn_core::{Conversation, ConversationError, ConversationId, Metadata, Outcome, Turn};

/// The parts of a conversation.
pub(crate) struct Parts {
    pub(crate) id: String,
    pub(crate) turns: Vec<Turn>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) metadata: Metadata,
}

impl Parts {
    pub(crate) fn of(conversation: Conversation) -> Self {
        let (id, turns, outcome, metadata) = conversation.into_parts();
        Self {
            id: id.into(),
            turns,
            outcome,
            metadata,
        }
    }

    /// # Errors
    ///
    /// The laws of [`Conversation`] and [`ConversationId`].
    pub(crate) fn into_conversation(self) -> Result<Conversation, ConversationError> {
        let conversation = Conversation::new(ConversationId::new(self.id)?, self.turns)?;
        Ok(conversation
            .with_outcome(self.outcome)
            .with_metadata(self.metadata))
    }

    /// What was said, turn by turn, and then the texts of the metadata but rep and account; always in the same order.
    pub(crate) fn texts(&mut self, with_metadata: bool) -> Vec<&mut String> {
        let mut texts: Vec<&mut String> =
            self.turns.iter_mut().map(|turn| &mut turn.text).collect();
        if with_metadata {
            let Metadata {
                account: _,
                rep: _,
                stage,
                industry,
                amount: _,
                date: _,
                outcome_date: _,
                source,
                language,
                extra,
            } = &mut self.metadata;
            texts.extend([stage, industry, source, language].into_iter().flatten());
            for value in extra.values_mut() {
                strings(value, &mut texts);
            }
        }
        texts
    }

    /// Names of all fields of `extra`, however deep.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let mut keys: Vec<&str> = self.metadata.extra.keys().map(String::as_str).collect();
        self.metadata
            .extra
            .values()
            .for_each(|value| keys_within(value, &mut keys));
        keys.into_iter()
    }

    /// Gives every field of `extra`, however deep, another name.
    pub(crate) fn rename_keys(&mut self, rename: &mut impl FnMut(String) -> String) {
        let extra = std::mem::take(&mut self.metadata.extra);
        let renamed = extra.into_iter().map(|(key, mut value)| {
            rename_within(&mut value, rename);
            (rename(key), value)
        });
        self.metadata.extra = renamed.collect::<BTreeMap<_, _>>();
    }
}

fn strings<'v>(value: &'v mut Value, texts: &mut Vec<&'v mut String>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter_mut().for_each(|value| strings(value, texts)),
        Value::Object(object) => object.values_mut().for_each(|value| strings(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn keys_within<'v>(value: &'v Value, keys: &mut Vec<&'v str>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| keys_within(value, keys)),
        Value::Object(object) => object.iter().for_each(|(key, value)| {
            keys.push(key);
            keys_within(value, keys);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn rename_within(value: &mut Value, rename: &mut impl FnMut(String) -> String) {
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| rename_within(value, rename)),
        Value::Object(object) => {
            let fields = std::mem::take(object).into_iter().map(|(key, mut value)| {
                rename_within(&mut value, rename);
                (rename(key), value)
            });
            *object = fields.collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
