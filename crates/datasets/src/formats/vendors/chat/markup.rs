//! The text of the simple HTML in which chat programs keep their messages: [`text`].

/// Elements that end a line.
const BLOCKS: &[&str] = &[
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "tr",
    "pre",
    "blockquote",
];

/// Character references that such messages hold.
const REFERENCES: &[(&str, char)] = &[
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&#39;", '\''),
    ("&#x27;", '\''),
    ("&apos;", '\''),
    ("&nbsp;", ' '),
    ("&amp;", '&'),
];

/// Without tags and with the common character references resolved; blocks are lines, and empty lines are left out.
///
/// This is no parser of HTML: a `<` that opens no tag, or one that never closes, stays as it is.
pub(super) fn text(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        rest = if from.starts_with('&') {
            reference(from, &mut plain)
        } else if let Some((name, after)) = tag(from) {
            if BLOCKS.contains(&name.to_ascii_lowercase().as_str()) {
                plain.push('\n');
            }
            after
        } else {
            plain.push('<');
            from.strip_prefix('<').unwrap_or_default()
        };
    }
    plain.push_str(rest);
    let lines = plain.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Resolves the reference at the beginning; returns what follows.
fn reference<'h>(from: &'h str, plain: &mut String) -> &'h str {
    for (written, character) in REFERENCES {
        if let Some(after) = from.strip_prefix(written) {
            plain.push(*character);
            return after;
        }
    }
    plain.push('&');
    from.strip_prefix('&').unwrap_or_default()
}

/// Name of the tag at the beginning, and what follows it.
fn tag(from: &str) -> Option<(&str, &str)> {
    let inner = from.strip_prefix('<')?;
    let named = inner.strip_prefix('/').unwrap_or(inner);
    if !named.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let end = named.find(['<', '>'])?;
    let (inside, after) = named.split_at_checked(end)?;
    let name = inside.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    Some((name, after.strip_prefix('>')?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_go_and_what_is_said_stays() {
        for (html, expected) in [
            (
                "<p>Hi <b>Jane</b>,<br/>it&#39;s &lt;5 &amp; fine</p><p></p><p>Bye</p>",
                "Hi Jane,\nit's <5 & fine\nBye",
            ),
            ("a < b and c > d", "a < b and c > d"),
            ("3 <4, x<y", "3 <4, x<y"),
            ("<a href=\"x\">link</a>&unknown;", "link&unknown;"),
            ("&amp;lt;", "&lt;"),
            ("plain", "plain"),
        ] {
            assert_eq!(text(html), expected);
        }
    }

    proptest! {
        #[test]
        fn text_without_markup_stays(said in "[a-z é.,!?]{1,40}") {
            prop_assert_eq!(text(&said), said.trim());
        }

        #[test]
        fn anything_goes_through_and_nothing_grows(html in any::<String>(), tags in "[<>/&a;é]{0,40}") {
            prop_assert!(text(&html).len() <= html.len());
            prop_assert!(text(&tags).len() <= tags.len());
        }
    }
}
