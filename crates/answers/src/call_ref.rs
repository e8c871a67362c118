//! Which call is meant: [`CallRef`].

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use upturn_core::{Conversation, ConversationId};

/// A call by its id, or the call itself.
///
/// In JSON a string is an id and an object is a conversation: `"call-7"`, or `{"id": "call-7", "turns": […]}`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum CallRef {
    /// The id of a call that is known.
    Id(ConversationId),
    /// The conversation itself.
    Brought(Box<Conversation>),
}

impl From<ConversationId> for CallRef {
    fn from(id: ConversationId) -> Self {
        Self::Id(id)
    }
}

impl From<Conversation> for CallRef {
    fn from(call: Conversation) -> Self {
        Self::Brought(Box::new(call))
    }
}

impl<'de> Deserialize<'de> for CallRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdOrCall)
    }
}

/// By hand, so that what does not fit is told of the form that was meant.
struct IdOrCall;

impl<'de> Visitor<'de> for IdOrCall {
    type Value = CallRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of a call as a string, or a conversation as an object")
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<CallRef, E> {
        ConversationId::new(id).map(CallRef::Id).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CallRef, A::Error> {
        Conversation::deserialize(MapAccessDeserializer::new(map)).map(CallRef::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_string_is_an_id_and_an_object_is_a_call() {
        let id: CallRef = serde_json::from_value(json!("call-7")).unwrap();
        assert_eq!(
            id,
            CallRef::Id(ConversationId::new("call-7").unwrap()),
            "{id:?}"
        );
        let call =
            json!({"id": "c", "turns": [{"speaker": "buyer", "text": "hello"}], "metadata": {}});
        let brought: CallRef = serde_json::from_value(call.clone()).unwrap();
        assert_eq!(serde_json::to_value(&brought).unwrap(), call);
    }

    #[test]
    fn what_is_neither_is_told_of_the_form_that_was_meant() {
        let said = |value| {
            serde_json::from_value::<CallRef>(value)
                .unwrap_err()
                .to_string()
        };
        assert!(said(json!(" ")).contains("`id` is empty"));
        assert!(said(json!({"id": "c", "turns": []})).contains("`turns` holds nothing"));
        assert!(said(json!(7)).contains("the id of a call as a string, or a conversation"));
    }
}
