//! The cues of a subtitle file, `WebVTT` or SRT: [`Cues`].
//!
//! Forgiving where nothing is lost by it: numbers, blank lines, hours and leading zeros may be missing, a dot may stand
//! for a comma. Text that stands apart from its cue (some programs write blank lines into a text) belongs to the cue
//! before it.

use super::clock;

/// Which of the two forms is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// With a header, blocks that are no cues, voices and entities.
    Vtt,
    /// Numbered cues and nothing else.
    Srt,
}

/// What is shown from one moment to another, with its marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cue {
    pub(crate) start_ms: Option<u64>,
    pub(crate) end_ms: Option<u64>,
    /// A time was no time, or the end stood before the start; what could not be is left out above.
    pub(crate) has_bad_time: bool,
    /// Its lines, each with a line break.
    pub(crate) text: String,
}

/// Iterates over the cues of a text whose line breaks are `\n`, in the order of the file.
#[derive(Debug)]
pub(crate) struct Cues<'t> {
    lines: std::str::Split<'t, char>,
    dialect: Dialect,
    place: Place,
    /// A line that is the name of the next cue if a cue follows, and text otherwise.
    waiting: Option<&'t str>,
    current: Option<Cue>,
    unread: u64,
}

/// Where the next line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Header,
    Between,
    Comment,
    Text,
}

impl<'t> Cues<'t> {
    pub(crate) fn new(text: &'t str, dialect: Dialect) -> Self {
        let has_header = dialect == Dialect::Vtt && text.starts_with("WEBVTT");
        Self {
            lines: text.split('\n'),
            dialect,
            place: if has_header {
                Place::Header
            } else {
                Place::Between
            },
            waiting: None,
            current: None,
            unread: 0,
        }
    }

    /// Lines before the first cue that belong to none.
    pub(crate) fn unread(&self) -> u64 {
        self.unread
    }

    /// Takes a line in; returns the cue that it ends.
    fn take(&mut self, line: &'t str) -> Option<Cue> {
        if let Some(cue) = timing(line) {
            self.waiting = None;
            let mut ended = self.current.replace(cue);
            if self.place == Place::Text
                && let Some(ended) = &mut ended
            {
                ended.cut_number();
            }
            self.place = Place::Text;
            return ended;
        }
        if line.trim().is_empty() {
            let waiting = self.waiting.take().filter(|line| !is_number(line));
            self.keep(waiting);
            self.place = Place::Between;
            return None;
        }
        match self.place {
            Place::Header | Place::Comment => {}
            Place::Text => self.keep(Some(line)),
            Place::Between if self.waiting.is_none() && self.is_comment(line) => {
                self.place = Place::Comment;
            }
            Place::Between => {
                let waiting = self.waiting.replace(line);
                self.keep(waiting);
            }
        }
        None
    }

    fn is_comment(&self, line: &str) -> bool {
        let word = line.split_whitespace().next();
        let is_block = match word {
            Some("NOTE") => true,
            Some("STYLE" | "REGION") => line.trim() == word.unwrap_or_default(),
            _ => false,
        };
        self.dialect == Dialect::Vtt && is_block
    }

    /// Adds a line to the cue before it.
    fn keep(&mut self, line: Option<&str>) {
        match (line, &mut self.current) {
            (None, _) => {}
            (Some(line), Some(cue)) => {
                cue.text.push_str(line);
                cue.text.push('\n');
            }
            (Some(_), None) => self.unread += 1,
        }
    }
}

impl Iterator for Cues<'_> {
    type Item = Cue;

    fn next(&mut self) -> Option<Cue> {
        while let Some(line) = self.lines.next() {
            if let Some(cue) = self.take(line) {
                return Some(cue);
            }
        }
        let waiting = self.waiting.take().filter(|line| !is_number(line));
        self.keep(waiting);
        self.current.take()
    }
}

impl Cue {
    /// Removes a last line that is the number of the next cue, where no blank line parts the two.
    fn cut_number(&mut self) {
        let text = self.text.trim_end_matches('\n');
        let from = text.rfind('\n').map_or(0, |at| at + 1);
        if text.get(from..).is_some_and(is_number) {
            self.text.truncate(from);
        }
    }
}

/// An empty cue, if the line tells its times.
pub(crate) fn timing(line: &str) -> Option<Cue> {
    let (start, end) = line.split_once("-->")?;
    let start = start.trim();
    if !clock::is_meant(start) {
        return None;
    }
    let start_ms = clock::milliseconds(start);
    let end_ms = end
        .split_whitespace()
        .next()
        .and_then(clock::milliseconds)
        .filter(|end| start_ms.is_none_or(|start| start <= *end));
    Some(Cue {
        start_ms,
        end_ms,
        has_bad_time: start_ms.is_none() || end_ms.is_none(),
        text: String::new(),
    })
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(file: &str, dialect: Dialect) -> Vec<(Option<u64>, Option<u64>, String)> {
        Cues::new(file, dialect)
            .map(|cue| (cue.start_ms, cue.end_ms, cue.text))
            .collect()
    }

    #[test]
    fn blocks_that_are_no_cues_are_left_out() {
        let file = "WEBVTT - title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nNOTE\nnot said\n\nNOTE also not\n\nid-1\n00:01.000 --> 00:02.000 align:start\nsaid\nmore\n\nNOTE no\n";
        assert_eq!(
            texts(file, Dialect::Vtt),
            [(Some(1000), Some(2000), "said\nmore\n".into())]
        );
    }

    #[test]
    fn a_text_with_blank_lines_in_it_is_not_cut() {
        let file = "1\n00:00:01,000 --> 00:00:02,000\none\n\nNOTE two\n\n2\n00:00:03.000-->00:00:04.000\nthree\n\n\n3\n\n";
        assert_eq!(
            texts(file, Dialect::Srt),
            [
                (Some(1000), Some(2000), "one\nNOTE two\n".into()),
                (Some(3000), Some(4000), "three\n".into())
            ]
        );
    }

    #[test]
    fn blank_lines_and_numbers_may_be_missing() {
        let file = "0:01 --> 0:02\none\n2\n0:02 --> 0:03\n0:03 --> 0:04\nan arrow --> there";
        assert_eq!(
            texts(file, Dialect::Srt),
            [
                (Some(1000), Some(2000), "one\n".into()),
                (Some(2000), Some(3000), String::new()),
                (Some(3000), Some(4000), "an arrow --> there\n".into())
            ]
        );
    }

    #[test]
    fn impossible_times_are_left_out_and_told() {
        for (line, start, end) in [
            ("00:00:05.000 --> 00:00:04.000", Some(5000), None),
            ("00:99:05.000 --> 00:00:04.000", None, Some(4000)),
            ("00:00:05.000 --> soon", Some(5000), None),
            ("00:00:05.000 -->", Some(5000), None),
        ] {
            let cue = timing(line).unwrap();
            assert_eq!((cue.start_ms, cue.end_ms), (start, end), "{line}");
            assert!(cue.has_bad_time);
        }
        assert!(!timing("0:01 --> 0:01").unwrap().has_bad_time);
    }

    #[test]
    fn lines_before_the_first_cue_are_counted() {
        let mut cues = Cues::new("a title\nby somebody\n\n1\n0:01 --> 0:02\nx", Dialect::Srt);
        assert_eq!((cues.by_ref().count(), cues.unread()), (1, 2));
    }
}
