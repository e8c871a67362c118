//! What is recalled is whole, in order, and no more than asked for.

use proptest::prelude::*;
use serde_json::json;

use super::{latest, tokens};
use crate::{Message, Role, ToolCall};

/// One thing that happens in a conversation.
#[derive(Debug, Clone)]
enum Said {
    User(usize),
    Assistant(usize),
    Calls(usize, usize),
}

fn conversation(said: &[Said]) -> Vec<Message> {
    let mut messages = Vec::new();
    for (place, said) in said.iter().enumerate() {
        match said {
            Said::User(size) => messages.push(Message::new(Role::User, "u".repeat(*size))),
            Said::Assistant(size) => {
                messages.push(Message::new(Role::Assistant, "a".repeat(*size)));
            }
            Said::Calls(calls, size) => {
                let call = |n| ToolCall::new(format!("{place}-{n}"), "look_up", json!({}));
                let calls: Vec<_> = (0..*calls).map(call).collect();
                let mut asking = Message::new(Role::Assistant, "");
                asking.tool_calls.clone_from(&calls);
                messages.push(asking);
                let answer = |call| Message::answer(call, "t".repeat(*size));
                messages.extend(calls.iter().map(answer));
            }
        }
    }
    messages
}

fn said() -> impl Strategy<Value = Vec<Said>> {
    let one = prop_oneof![
        (0_usize..60).prop_map(Said::User),
        (0_usize..60).prop_map(Said::Assistant),
        (1_usize..4, 0_usize..60).prop_map(|(calls, size)| Said::Calls(calls, size)),
    ];
    prop::collection::vec(one, 0..16)
}

/// Every call has its answers right behind it, every answer its call.
fn is_paired(messages: &[Message]) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for message in messages {
        if message.role == Role::Tool {
            let answered = message.answers.as_deref().unwrap_or_default();
            let Some(place) = open.iter().position(|it| *it == answered) else {
                return false;
            };
            open.remove(place);
        } else if open.is_empty() {
            open.extend(message.tool_calls.iter().map(|it| it.id.as_str()));
        } else {
            return false;
        }
    }
    open.is_empty()
}

fn is_subsequence(part: &[Message], whole: &[Message]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|it| whole.any(|other| other == it))
}

/// What must be recalled whatever its size: the last question and the last thing that was said to it.
fn least(messages: &[Message]) -> Vec<Message> {
    let most = latest(messages, 0, 0);
    assert!(messages.is_empty() || !most.is_empty());
    most
}

proptest! {
    #[test]
    fn calls_and_answers_stay_together_and_everything_fits(
        said in said(),
        most in 0_usize..30,
        room in 0_usize..600,
    ) {
        let messages = conversation(&said);
        let kept = latest(&messages, most, room);
        prop_assert!(is_paired(&kept));
        prop_assert!(is_subsequence(&kept, &messages));
        prop_assert_eq!(kept.last(), messages.last());
        let least = least(&messages);
        prop_assert!(is_subsequence(&least, &kept));
        prop_assert!(kept.len() <= most.max(least.len()));
        prop_assert!(tokens(&kept) <= room.max(tokens(&least)));
        let user = |messages: &[Message]| messages.iter().rfind(|it| it.role == Role::User).cloned();
        prop_assert_eq!(user(&kept), user(&messages));
    }

    #[test]
    fn what_fits_is_recalled_whole(said in said()) {
        let messages = conversation(&said);
        prop_assert_eq!(latest(&messages, usize::MAX, usize::MAX), messages);
    }

    #[test]
    fn more_room_never_recalls_less(said in said(), room in 0_usize..600, more in 0_usize..100) {
        let messages = conversation(&said);
        let (less, more) = (latest(&messages, 99, room), latest(&messages, 99, room + more));
        prop_assert!(is_subsequence(&less, &more));
    }
}

#[test]
fn an_answer_without_its_call_is_not_recalled() {
    let call = ToolCall::new("1", "look_up", json!({}));
    let orphan = Message::answer(&call, "lost");
    let kept = latest(&[orphan, Message::new(Role::User, "why?")], 9, 999);
    assert_eq!(kept, [Message::new(Role::User, "why?")]);
}
