//! Text from outside in Markdown and HTML: nothing in it is markup.

/// Characters that turn the direction of text, with which a name can disguise what stands beside it.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// For HTML, in text and in quoted attributes.
pub(crate) fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if is_unseen(c) => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// For a cell of a Markdown table or a line of text.
pub(crate) fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            // A bare address becomes a link at many places; a colon that is none does not.
            ':' => safe.push_str("&#58;"),
            c if is_unseen(c) => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hostile_name_is_shown_and_does_nothing() {
        assert_eq!(
            html(r#"<script>"x"&'y'"#),
            "&lt;script&gt;&quot;x&quot;&amp;&#39;y&#39;"
        );
        assert_eq!(
            markdown("a|b\n[x](http://y)"),
            "a\\|b \\[x\\](http&#58;//y)"
        );
        assert_eq!(html("safe\u{202e}txt"), "safe txt");
    }

    proptest! {
        #[test]
        fn no_markup_survives(text: String) {
            let safe = html(&text);
            prop_assert!(!safe.contains(['<', '>', '"', '\'', '\n']));
            let safe = markdown(&text);
            prop_assert!(!safe.contains(['<', '>', '\n', '\r']));
            let mut is_escaped = false;
            for c in safe.chars() {
                prop_assert!(is_escaped || !"|`*_[]".contains(c));
                is_escaped = c == '\\' && !is_escaped;
            }
        }
    }
}
