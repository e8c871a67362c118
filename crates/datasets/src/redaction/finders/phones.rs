//! Telephone numbers written in digits: international, North American, and European with a leading zero.

use std::ops::Range;

use super::context::Context;
use super::digits::{Finding, Run};
use crate::redaction::RedactionKind;
use crate::redaction::boundaries::{after, before, is_word};

/// Most digits of a number (ITU-T E.164), and of one whose country is known.
const LONGEST: usize = 15;
const LONGEST_IN: &[(&str, usize)] = &[
    ("1", 11),
    ("31", 11),
    ("32", 11),
    ("33", 11),
    ("34", 11),
    ("41", 11),
    ("44", 12),
    ("45", 10),
    ("46", 11),
    ("47", 10),
    ("48", 11),
    ("49", 14),
];

/// The number whose first group is at a place.
pub(super) fn at(run: &Run<'_>, place: usize) -> Option<Finding> {
    let digits = run.group(place)?;
    let lead = lead(run.text, digits.start);
    if is_part_of_an_id(run.text, lead.start) {
        return None;
    }
    let groups = international(run, place, &lead)
        .or_else(|| north_american(run, place))
        .or_else(|| with_trunk_zero(run, place))
        .or_else(|| after_a_word(run, place))?;
    let end = run.range(place, groups).end;
    let goes_on =
        after(run.text, end).is_some_and(char::is_alphabetic) && !is_extension(run.text, end);
    (!goes_on).then(|| Finding::new(groups, lead.start..end, RedactionKind::Phone))
}

/// What belongs to a number before its first digit.
struct Lead {
    start: usize,
    has_plus: bool,
}

fn lead(text: &str, digits: usize) -> Lead {
    let mut start = digits;
    if before(text, start) == Some('(') {
        start -= 1;
    }
    let has_plus = before(text, start) == Some('+');
    Lead {
        start: start - usize::from(has_plus),
        has_plus,
    }
}

/// `INC-2026…`, `#4471…`, `$1200`: a letter, or a sign that hangs on one, goes before.
fn is_part_of_an_id(text: &str, start: usize) -> bool {
    let mut head = text.get(..start).unwrap_or_default().chars().rev();
    match head.next() {
        Some('#' | '$' | '€' | '£' | '.' | ',') => true,
        Some('-' | '_' | '/') => head.next().is_some_and(is_word),
        Some(c) => is_word(c),
        None => false,
    }
}

fn is_extension(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    rest.strip_prefix('x')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `+49 30 …` or `0049 30 …`: as many groups as the country's numbers have room for.
fn international(run: &Run<'_>, place: usize, lead: &Lead) -> Option<usize> {
    let first = run.digits(place);
    let country = if lead.has_plus {
        first
    } else {
        first.strip_prefix("00")?
    };
    let longest = LONGEST_IN
        .iter()
        .find(|(code, _)| country.starts_with(code));
    let zeros = first.len() - country.len();
    let most = zeros + longest.map_or(LONGEST, |(_, most)| *most);
    let (groups, digits) = fitting(run, place, most)?;
    let least = zeros + 8;
    let is_spaced = groups > 1 || Context::before(run.text, lead.start) == Context::Phone;
    (digits >= least && !country.starts_with('0') && (lead.has_plus || is_spaced)).then_some(groups)
}

/// `(415) 555-0132`, `1-415-555-0132`, `415.555.0132`; ten digits in one piece need a word before them.
fn north_american(run: &Run<'_>, place: usize) -> Option<usize> {
    let lengths = [0, 1, 2, 3].map(|next| run.digits(place + next).len());
    let (skipped, groups) = match lengths {
        [3, 3, 4, _] => (0, 3),
        [1, 3, 3, 4] if run.digits(place) == "1" => (1, 4),
        [10, ..] => (0, 1),
        _ => return None,
    };
    let is_code = |digits: &str| digits.starts_with(|c: char| matches!(c, '2'..='9'));
    let is_plan = is_code(run.digits(place + skipped))
        && (groups == 1 || is_code(run.digits(place + skipped + 1)));
    let goes_on = matches!(run.gap(place + groups), "-" | "." | "/");
    let context = || Context::before(run.text, run.range(place, 1).start);
    let is_told = if groups == 1 {
        context() == Context::Phone
    } else {
        context() != Context::Thing
    };
    (is_plan && !goes_on && is_told).then_some(groups)
}

/// `030 2312 5123`, `07700 900123`, `0171/3920015`, and mobile numbers in one piece.
fn with_trunk_zero(run: &Run<'_>, place: usize) -> Option<usize> {
    let first = run.digits(place);
    if !first.starts_with('0') || first.starts_with("00") {
        return None;
    }
    let (groups, digits) = fitting(run, place, 12)?;
    let is_dotted = (1..groups).any(|next| run.gap(place + next).contains('.'));
    let is_mobile = ["07", "015", "016", "017"]
        .iter()
        .any(|code| first.starts_with(code));
    let context = Context::before(run.text, run.range(place, 1).start);
    let is_told =
        context == Context::Phone || (context != Context::Thing && (groups > 1 || is_mobile));
    ((9..=12).contains(&digits) && first.len() >= 2 && !is_dotted && is_told).then_some(groups)
}

/// Seven digits and more after a word that says so, unless they are grouped like an amount.
fn after_a_word(run: &Run<'_>, place: usize) -> Option<usize> {
    let (groups, digits) = fitting(run, place, 12)?;
    let is_amount = groups > 1
        && (1..groups)
            .all(|next| run.gap(place + next) == "." && run.digits(place + next).len() == 3);
    let is_told = || Context::before(run.text, run.range(place, 1).start) == Context::Phone;
    (digits >= 7 && !is_amount && is_told()).then_some(groups)
}

/// How many groups fit into so many digits, and how many digits they have; none if the first does not.
fn fitting(run: &Run<'_>, place: usize, most: usize) -> Option<(usize, usize)> {
    let mut fitting = None;
    let mut digits = 0;
    for groups in 1..=most {
        let next = run.digits(place + groups - 1).len();
        digits += next;
        if next == 0 || digits > most || (groups > 1 && !is_joint(run.gap(place + groups - 1))) {
            break;
        }
        fitting = Some((groups, digits));
    }
    fitting
}

/// Whether a gap may stand within a number: one sign, or a bracket with a space.
fn is_joint(gap: &str) -> bool {
    matches!(gap, ")" | "(" | ") " | " (" | ")-" | " - " | " / ") || gap.chars().count() == 1
}

/// The range, for callers that found the digits otherwise.
pub(super) const SPOKEN_DIGITS: Range<usize> = 7..LONGEST + 1;
