//! A whole transcript in one cell: [`speak`] tells its turns apart.

use crate::RejectReason;

use super::cell::{Cell, Said};
use super::draft::Draft;
use super::layout::Layout;
use super::moment::{Moment, clock};
use super::{Field, json};

/// Adds the turns of a cell to a draft: of a JSON array, of a list of structs, or of lines `Name: text`.
///
/// # Errors
///
/// Why the cell holds no transcript.
pub(crate) fn speak(draft: &mut Draft, cell: Cell, layout: &Layout) -> Result<(), RejectReason> {
    match cell {
        Cell::Text(text) if is_json(&text) => json::speak(draft, &text, layout),
        Cell::Text(text) => {
            lines(draft, &text);
            Ok(())
        }
        Cell::Said(said) => structs(draft, said, layout),
        Cell::Nothing => Ok(()),
        Cell::Whole(_) | Cell::Number(_) | Cell::Flag(_) | Cell::Day(_) | Cell::Instant(_) => {
            Err(RejectReason::WrongType {
                field: layout.header(Field::Transcript).to_owned(),
                expected: "a transcript",
            })
        }
    }
}

/// Whether the text is JSON; a line may well begin with a time in brackets.
fn is_json(text: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_whitespace());
    match signs.next() {
        Some('[') => matches!(signs.next(), Some('{' | ']')),
        Some('{') => signs.next() == Some('"'),
        _ => false,
    }
}

fn structs(draft: &mut Draft, said: Vec<Said>, layout: &Layout) -> Result<(), RejectReason> {
    for (at, said) in said.into_iter().enumerate() {
        let is_not = |name: &str, expected| RejectReason::WrongType {
            field: format!("{}[{at}].{name}", layout.header(Field::Transcript)),
            expected,
        };
        let start = layout
            .start
            .moment(&said.start)
            .map_err(|expected| is_not("start", expected))?;
        let end = layout
            .end
            .moment(&said.end)
            .map_err(|expected| is_not("end", expected))?;
        draft.say(said.speaker.text().as_deref(), said.text, start, end);
    }
    Ok(())
}

/// Adds lines `Name: text`; a line without a name goes on with what was said last.
fn lines(draft: &mut Draft, text: &str) {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (start, rest) = timed(line.trim());
        match named(rest) {
            Some((name, text)) => {
                let (name, after) = time_behind(name);
                draft.say(Some(name), text.to_owned(), start.or(after), None);
            }
            None if start.is_some() || draft.is_silent() => {
                draft.say(None, rest.to_owned(), start, None);
            }
            None => draft.say_more(line.trim()),
        }
    }
}

/// The time before a line, like `[00:01:02]`, `(1:02)` or `00:01:02`, and what follows it.
fn timed(line: &str) -> (Option<Moment>, &str) {
    let bracketed = [('[', ']'), ('(', ')')]
        .into_iter()
        .find_map(|(open, close)| line.strip_prefix(open)?.split_once(close));
    let bare = || line.split_once(' ');
    let Some((time, rest)) = bracketed.or_else(bare) else {
        return (None, line);
    };
    match clock(time.trim()) {
        Some(at) => (
            Some(Moment::Offset(at)),
            rest.trim_start_matches([' ', '-', '\t']).trim_start(),
        ),
        None => (None, line),
    }
}

/// A name with a time in brackets behind it, taken apart.
fn time_behind(name: &str) -> (&str, Option<Moment>) {
    let taken = [('[', ']'), ('(', ')')]
        .into_iter()
        .find_map(|(open, close)| {
            let (before, time) = name.strip_suffix(close)?.rsplit_once(open)?;
            Some((before.trim(), clock(time.trim())?))
        });
    match taken {
        Some((before, at)) if !before.is_empty() => (before, Some(Moment::Offset(at))),
        _ => (name, None),
    }
}

/// The name before the first colon that a space or the end follows, and the text behind it.
fn named(line: &str) -> Option<(&str, &str)> {
    const LONGEST: usize = 64;
    const MOST_WORDS: usize = 6;
    let ends = line
        .match_indices(':')
        .map(|(at, _)| at)
        .take_while(|at| *at <= 4 * LONGEST);
    let (name, text) = ends
        .filter_map(|at| Some((line.get(..at)?, line.get(at + 1..)?)))
        .find(|(_, text)| text.is_empty() || text.starts_with(char::is_whitespace))?;
    let name = name.trim();
    let is_name = name.chars().any(char::is_alphabetic)
        && name.chars().count() <= LONGEST
        && name.split_whitespace().count() <= MOST_WORDS
        && !name.contains(['?', '!', ';'])
        && !name.contains("//")
        && !name.contains(". ")
        && !name.contains(", ");
    is_name.then(|| (name, text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnMapping, Transcript};

    fn read(text: &str) -> Result<Transcript, RejectReason> {
        let headers = vec!["id".to_owned(), "transcript".to_owned()];
        let layout = Layout::new(headers, &ColumnMapping::default()).unwrap();
        let mut draft = Draft::new("a");
        speak(&mut draft, Cell::Text(text.to_owned()), &layout)?;
        Ok(draft.finish(&layout))
    }

    fn shown(transcript: &Transcript) -> Vec<String> {
        let label = |party: Option<usize>| {
            party.map_or("-", |party| transcript.parties[party].label.as_str())
        };
        transcript
            .utterances
            .iter()
            .map(|said| format!("{}|{}|{:?}", label(said.party), said.text, said.start_ms))
            .collect()
    }

    #[test]
    fn lines_begin_with_a_name_and_often_a_time() {
        let text = "Call with Acme\n[00:01] Ann Lee: hello\nBob (0:02): hi\n00:03 - Ann Lee: it costs: 5\nsee https://a.example/x: no\n\n1:05 alone\nAnn Lee:";
        assert_eq!(
            shown(&read(text).unwrap()),
            [
                "-|Call with Acme|None",
                "Ann Lee|hello|Some(1000)",
                "Bob|hi|Some(2000)",
                "Ann Lee|it costs: 5\nsee https://a.example/x: no|Some(3000)",
                "-|alone|Some(65000)",
                "Ann Lee||None",
            ]
        );
    }

    #[test]
    fn a_json_array_is_read_by_any_of_the_common_names() {
        let text = r#" [ {"role":"agent","content":"hello","start":1.5,"end":"2.25","x":[{"y":1}]},
            {"name":"Bob","speaker":2,"text":"hi","start_ms":1700}, {"text":"[beep]"} ]"#;
        let read = read(text).unwrap();
        assert_eq!(
            shown(&read),
            ["agent|hello|Some(1500)", "2|hi|Some(1700)", "-|[beep]|None"]
        );
        assert_eq!(read.utterances[0].end_ms, Some(2250));
    }

    #[test]
    fn what_is_no_transcript_is_told_without_quoting_it() {
        for (text, message) in [
            (
                r#"[{"text":"4711"},{"role":"4711"}]"#,
                "`transcript[1].text` is missing",
            ),
            (
                r#"[{"text":"4711"},"4711"]"#,
                "`transcript[1]` is not an object",
            ),
            (
                r#"[{"text":["4711"]}]"#,
                "`transcript[0].text` is not a text",
            ),
            (
                r#"[{"text":"4711","start":"4711x"}]"#,
                "`transcript[0].start` is not a time",
            ),
            (r#"[{"text":"4711""#, "not JSON at column"),
            (
                r#"[{"text":"4711"}] 4711"#,
                "`transcript` is not one JSON array",
            ),
            (r#"{"text":"4711"}"#, "`transcript` is not a JSON array"),
        ] {
            let reason = read(text).unwrap_err();
            assert!(reason.to_string().contains(message), "{reason}");
            assert!(
                !format!("{reason:?}{reason}").contains("4711"),
                "{reason:?}"
            );
        }
    }
}
