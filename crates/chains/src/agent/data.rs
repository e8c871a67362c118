//! What a tool answers, as the model reads it: [`wrapped`].

use crate::{estimated_tokens, fenced};

/// [`fenced`] as data of a tool; [`FENCE_RULE`](crate::FENCE_RULE), which the agent's instructions hold, tells the model what that means.
///
/// What is longer than `limit` tokens is cut, and says so behind the data.
pub(super) fn wrapped(from: &str, text: &str, limit: usize) -> String {
    let (kept, note) = cut(text, limit);
    fenced(kept, from) + &note
}

/// The beginning that fits, and what is said of the rest.
fn cut(text: &str, limit: usize) -> (&str, String) {
    if estimated_tokens(text) <= limit {
        return (text, String::new());
    }
    let mut thirds = 0;
    let fits = |(_, character): &(usize, char)| {
        thirds += if character.is_ascii() { 1 } else { 3 };
        thirds <= 3 * limit
    };
    let kept = text.char_indices().take_while(fits);
    let end = kept.last().map_or(0, |(at, it)| at + it.len_utf8());
    let kept = text.get(..end).unwrap_or_default();
    let (some, all) = (kept.chars().count(), text.chars().count());
    (kept, format!("\n[cut: {some} of {all} characters]"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_fits_is_wrapped_as_it_is() {
        assert_eq!(
            wrapped("look_up", r#"{"a":1}"#, 10),
            "<<< look_up\n| {\"a\":1}\n>>>"
        );
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        let text = wrapped("look_up", &"x".repeat(100), 10);
        assert!(text.ends_with(&format!(
            "| {}\n>>>\n[cut: 30 of 100 characters]",
            "x".repeat(30)
        )));
    }

    proptest! {
        #[test]
        fn what_is_kept_fits(text in "[a-z日<>| ]{0,200}", limit in 0_usize..60) {
            let (kept, note) = cut(&text, limit);
            prop_assert!(estimated_tokens(kept) <= limit);
            prop_assert!(text.starts_with(kept));
            prop_assert_eq!(note.is_empty(), kept == text);
        }
    }
}
