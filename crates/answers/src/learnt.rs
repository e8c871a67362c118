//! Whether the model learnt from the very call that it is asked about: [`TrainingCalls`] and [`Learnt`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Cause, Conversation, ConversationId};

use crate::error::line;

/// Knows the calls that a model learnt from.
pub trait TrainingCalls: fmt::Debug + Send + Sync {
    /// Whether the model learnt from this call, or from another of its id; `false` where nobody noted it.
    ///
    /// # Errors
    ///
    /// The implementation's own, where it can't say.
    fn learnt_from(&self, call: &Conversation) -> Result<bool, Cause>;
}

/// Whether the model learnt from the call: then an answer about it is memory and no prediction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Learnt {
    /// The model learnt from this call: what it says of it is memory and no prediction, surer and better than of a new call.
    /// Absent where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learnt_from: Option<bool>,
    /// Why it can't be told whether the model learnt from this call; absent where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learnt_from_unknown: Option<String>,
}

impl Learnt {
    /// Asks whoever knows.
    pub fn of(known: &dyn TrainingCalls, call: &Conversation) -> Self {
        match known.learnt_from(call) {
            Ok(learnt) => Self {
                learnt_from: learnt.then_some(true),
                learnt_from_unknown: None,
            },
            Err(error) => Self {
                learnt_from: None,
                learnt_from_unknown: Some(line(&error)),
            },
        }
    }

    /// What to say before anybody believes the answer; nothing where the model did not learn from the call.
    pub fn warning(&self, call: &ConversationId) -> Option<String> {
        if let Some(why) = &self.learnt_from_unknown {
            return Some(format!(
                "whether the model learnt from this call can't be told: {why}"
            ));
        }
        self.learnt_from.filter(|it| *it).map(|_| {
            format!(
                "the model learnt from `{call}`, or from a call of that id: what it says of it is memory, surer and better than of a new call"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::Arc;

    use upturn_core::{Diagnostic, ErrorKind};

    use super::*;
    use crate::samples::{World, question};
    use crate::{Analyst, AskRequest, CallRequest, CompareRequest};

    /// Learnt from one call, and can't say of another.
    #[derive(Debug)]
    struct Noted;

    #[derive(Debug, thiserror::Error)]
    #[error("the note is torn")]
    struct Torn;

    impl Diagnostic for Torn {
        fn kind(&self) -> ErrorKind {
            ErrorKind::InvalidInput
        }
    }

    impl TrainingCalls for Noted {
        fn learnt_from(&self, call: &Conversation) -> Result<bool, Cause> {
            match call.id().as_str() {
                "call-1" => Err(Cause::new(Torn)),
                id => Ok(id == "call-0"),
            }
        }
    }

    fn analyst() -> Analyst {
        let analyst = Analyst::clone(&World::new().analyst);
        analyst.with_training_calls(Arc::new(Noted))
    }

    fn call(id: &str) -> ConversationId {
        ConversationId::new(id).unwrap()
    }

    #[test]
    fn every_answer_about_a_call_that_was_learnt_from_says_so() {
        let it = analyst();
        let asked = |id: &str| CallRequest::new(call(id));
        for (id, learnt) in [("call-0", Some(true)), ("call-2", None)] {
            let ask = AskRequest::new("why might this deal stall?", call(id));
            let live = asked(id).with_turns(NonZeroUsize::new(1).unwrap());
            let told = [
                it.predict(asked(id)).unwrap().learnt,
                it.predict(live).unwrap().learnt,
                it.explain(asked(id)).unwrap().learnt,
                it.coach(asked(id)).unwrap().learnt,
                it.ask(ask).unwrap().learnt,
            ];
            for one in told {
                assert_eq!(one.learnt_from, learnt, "{id}");
                assert_eq!(one.learnt_from_unknown, None, "{id}");
                assert_eq!(one.warning(&call(id)).is_some(), learnt.is_some(), "{id}");
            }
        }
        let both = CompareRequest {
            call: call("call-0").into(),
            turns: None,
            other: call("call-2").into(),
        };
        let both = it.compare(both).unwrap();
        assert_eq!(both.call.learnt.learnt_from, Some(true));
        assert_eq!(both.other.learnt, Learnt::default());
    }

    #[test]
    fn where_it_cant_be_told_that_is_said_and_the_answer_stands() {
        let told = analyst().predict(CallRequest::new(call("call-1"))).unwrap();
        let why = told.learnt.learnt_from_unknown.as_deref();
        assert_eq!(why, Some("the note is torn"));
        let warning = told.learnt.warning(&told.conversation).unwrap();
        assert!(
            warning.ends_with("can't be told: the note is torn"),
            "{warning}"
        );
        let json = serde_json::to_value(&told).unwrap();
        assert_eq!(json["learnt_from_unknown"], "the note is torn");
        assert!(json.get("learnt_from").is_none(), "{json}");
    }

    #[test]
    fn who_knows_of_no_training_calls_says_nothing() {
        let told = World::new().analyst.predict(CallRequest::new(question()));
        assert_eq!(told.unwrap().learnt, Learnt::default());
    }
}
