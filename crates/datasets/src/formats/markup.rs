//! The marks inside a cue: voices, other tags, entities: [`spans`].
//!
//! Only tags that `WebVTT` and SRT know are marks; `a < b` and `<unknown>` are text, so nothing said is taken for a mark.

use super::cues::Dialect;

/// A stretch of one voice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// Who the file says it is.
    pub(crate) voice: Option<String>,
    /// Without marks; line breaks are kept.
    pub(crate) text: String,
}

const TAGS: [&str; 10] = ["v", "c", "i", "b", "u", "s", "ruby", "rt", "lang", "font"];

/// The stretches of a cue, those without text left out. Takes time in proportion to its length.
pub(crate) fn spans(cue: &str, dialect: Dialect) -> Vec<Span> {
    let (mut spans, mut span, mut rest) = (Vec::new(), Span::default(), cue);
    while let Some(at) = memchr::memchr3(b'<', b'&', b'{', rest.as_bytes()) {
        let (before, mark) = rest.split_at(at);
        span.text.push_str(before);
        if let Some((tag, after)) = tag(mark) {
            if let Some(voice) = voice(tag) {
                push(&mut spans, std::mem::take(&mut span));
                span.voice = (!voice.is_empty()).then_some(voice);
            }
            rest = after;
        } else if let Some((character, after)) = entity(mark, dialect) {
            span.text.push(character);
            rest = after;
        } else if let Some(after) = style(mark, dialect) {
            rest = after;
        } else {
            let (literal, after) = mark.split_at(1);
            span.text.push_str(literal);
            rest = after;
        }
    }
    span.text.push_str(rest);
    push(&mut spans, span);
    spans
}

fn push(spans: &mut Vec<Span>, span: Span) {
    if !span.text.trim().is_empty() {
        spans.push(span);
    }
}

/// The inside of a tag at the start of the text, and what follows it.
fn tag(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('<')?;
    let (tag, after) = inside.split_at(memchr::memchr2(b'<', b'>', inside.as_bytes())?);
    let after = after.strip_prefix('>')?;
    let name = tag.strip_prefix('/').unwrap_or(tag);
    let name = name.split(|c: char| c == '.' || c.is_whitespace()).next()?;
    let is_time = || super::clock::milliseconds(tag).is_some();
    (TAGS.contains(&name) || is_time()).then_some((tag, after))
}

/// Whose voice begins with a tag, empty if nobody's; `None` if it says nothing of voices.
fn voice(tag: &str) -> Option<String> {
    if tag.trim_end() == "/v" {
        return Some(String::new());
    }
    let rest = tag.strip_prefix('v')?;
    if !rest.is_empty() && !rest.starts_with(|c: char| c == '.' || c.is_whitespace()) {
        return None;
    }
    let name = rest.split_once(char::is_whitespace);
    let name = unescaped(name.map_or("", |(_, name)| name));
    Some(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A text without entities.
fn unescaped(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('&') {
        let (before, mark) = rest.split_at(at);
        plain.push_str(before);
        let (character, after) =
            entity(mark, Dialect::Vtt).unwrap_or(('&', mark.get(1..).unwrap_or_default()));
        plain.push(character);
        rest = after;
    }
    plain + rest
}

/// The character that an entity at the start of the text stands for, and what follows it.
fn entity(text: &str, dialect: Dialect) -> Option<(char, &str)> {
    if dialect == Dialect::Srt {
        return None;
    }
    let inside = text.strip_prefix('&')?;
    let end = inside.bytes().take(10).position(|byte| byte == b';')?;
    let (name, after) = inside.split_at(end);
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        _ => numbered(name.strip_prefix('#')?)?,
    };
    Some((character, after.strip_prefix(';')?))
}

/// The character of a numeric entity; control characters are none.
fn numbered(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    char::from_u32(code.ok()?).filter(|c| !c.is_control() || *c == '\n' || *c == '\t')
}

/// What follows a `{\an8}` at the start of the text, which some programs write into SRT.
fn style(text: &str, dialect: Dialect) -> Option<&str> {
    let inside = text.strip_prefix("{\\")?;
    let (_, after) = inside.split_at(memchr::memchr3(b'{', b'}', b'\n', inside.as_bytes())?);
    after.strip_prefix('}').filter(|_| dialect == Dialect::Srt)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(cue: &str, dialect: Dialect) -> Vec<(String, String)> {
        let show = |span: Span| (span.voice.unwrap_or_else(|| "-".into()), span.text);
        spans(cue, dialect).into_iter().map(show).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |(voice, text): &(&str, &str)| ((*voice).to_owned(), (*text).to_owned());
        pairs.iter().map(own).collect()
    }

    #[test]
    fn voices_are_told_apart_and_other_marks_removed() {
        for (cue, expected) in [
            ("<v Jane Doe>Hi</v>", &[("Jane Doe", "Hi")][..]),
            ("<v.loud.first  Jane\n Doe>Hi", &[("Jane Doe", "Hi")]),
            (
                "<v Ann>A</v> <v Bob>B</v> c",
                &[("Ann", "A"), ("Bob", "B"), ("-", " c")],
            ),
            ("<v R&amp;D>x", &[("R&D", "x")]),
            ("<v>x</v>", &[("-", "x")]),
            (
                "<i>a</i> <c.blue>b</c> <00:00:01.000>c <lang en>d</lang>",
                &[("-", "a b c d")],
            ),
            (
                "3 < 4 & 5 > 2 <sic> <vendor> {\\an8} {x}",
                &[("-", "3 < 4 & 5 > 2 <sic> <vendor> {\\an8} {x}")],
            ),
            (
                "&lt;v Ann&gt; &#39;&#x26; &nope; &",
                &[("-", "<v Ann> '& &nope; &")],
            ),
            ("<v Ann> \n</v>", &[]),
        ] {
            assert_eq!(shown(cue, Dialect::Vtt), pairs(expected), "{cue}");
        }
    }

    #[test]
    fn srt_has_styles_and_no_entities() {
        let cue = "{\\an8}<font color=\"red\">AT&amp;T</font>";
        assert_eq!(shown(cue, Dialect::Srt), pairs(&[("-", "AT&amp;T")]));
    }

    #[test]
    fn a_cue_of_open_brackets_takes_no_longer_than_its_length() {
        for mark in ["<v a", "{\\a", "&amp", "<<", "<v a>"] {
            let cue = mark.repeat(20_000);
            let _ = spans(&cue, Dialect::Vtt);
            let _ = spans(&cue, Dialect::Srt);
        }
    }

    proptest! {
        #[test]
        fn escaped_text_comes_back(text in "[ -~äß€]{0,40}", voice in "[A-Z&<>a-z]{1,9}") {
            let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let cue = format!("<v {}>{}</v>", escape(&voice), escape(&text));
            let expected = if text.trim().is_empty() { vec![] } else { vec![Span { voice: Some(voice), text }] };
            prop_assert_eq!(spans(&cue, Dialect::Vtt), expected);
        }

        #[test]
        fn nothing_panics(cue in "[<>&;{}\\\\v/#x0-9a. \n]{0,60}") {
            let _ = (spans(&cue, Dialect::Vtt), spans(&cue, Dialect::Srt));
        }
    }
}
