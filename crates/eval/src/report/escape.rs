//! Text from outside in Markdown and HTML: nothing in it is markup.

/// Characters that are not seen, or turn the direction of text, with which a name can disguise what stands beside it.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Puts something else in the place of each character that `replace` knows, and a blank for what is not seen.
fn replaced(text: &str, replace: impl Fn(char) -> Option<String>) -> String {
    let one = |c: char| {
        let seen = if is_hidden(c) { ' ' } else { c };
        replace(seen).unwrap_or_else(|| seen.to_string())
    };
    text.chars().map(one).collect()
}

/// For HTML, in text and in quoted attributes.
pub(super) fn html(text: &str) -> String {
    replaced(text, |c| match c {
        '&' => Some("&amp;".to_owned()),
        '<' => Some("&lt;".to_owned()),
        '>' => Some("&gt;".to_owned()),
        '"' => Some("&quot;".to_owned()),
        '\'' => Some("&#39;".to_owned()),
        _ => None,
    })
}

/// For a cell of a Markdown table or a line of text.
pub(super) fn markdown(text: &str) -> String {
    replaced(text, |c| match c {
        '&' => Some("&amp;".to_owned()),
        '<' => Some("&lt;".to_owned()),
        '>' => Some("&gt;".to_owned()),
        // A bare address becomes a link at many places; a colon written like this does not make one.
        ':' => Some("&#58;".to_owned()),
        c if "\\`*_[]#|~$!".contains(c) => Some(format!("\\{c}")),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hostile_name_is_shown_and_does_nothing() {
        assert_eq!(
            html("<b id='x'>\"&\u{202e}"),
            "&lt;b id=&#39;x&#39;&gt;&quot;&amp; "
        );
        assert_eq!(
            markdown("![a|b](http://y)\n# c"),
            "\\!\\[a\\|b\\](http&#58;//y) \\# c"
        );
    }

    proptest! {
        #[test]
        fn no_markup_survives(text: String) {
            prop_assert!(!html(&text).contains(['<', '>', '"', '\'', '\n']));
            let safe = markdown(&text);
            prop_assert!(!safe.contains(['<', '>', '\n', '\r']) && !safe.contains("://"));
        }
    }
}
