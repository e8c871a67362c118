//! Where personal data stands in the texts of one call: [`Search`].

use std::collections::BTreeSet;
use std::ops::Range;

use super::boundaries::{after, before, is_word};
use super::names::{Names, People, Values};
use super::rules::Rules;
use super::span::{Span, gaps, without_overlaps};
use super::{RedactionError, RedactionKind, placeholder};

/// How often what is left of a text is searched again. Taking something out may uncover more: of two numbers in a row,
/// the second becomes one only when the first is gone.
const MOST_ROUNDS: usize = 8;

/// A search through all texts of a call.
///
/// # Laws
///
/// - **Nothing is left.** In what no span covers, the same search finds nothing (after at most eight rounds, which no
///   rule of ours needs).
/// - **Turns are independent**, except that a name introduced in one turn, and a value found in one, is found in all.
/// - Placeholders are walls: nothing is found in them or across them.
/// - Linear time in the length of the texts.
pub(crate) struct Search<'r> {
    rules: &'r Rules,
    names: Option<Names>,
    /// Where rules have been at work, text by text.
    at_work: Vec<Range<usize>>,
}

/// A text with what the rules find in it by themselves.
struct Text<'t> {
    whole: &'t str,
    /// What stands between placeholders; all of it where there are none, which is nearly always.
    between: Option<Vec<Range<usize>>>,
    all: Range<usize>,
    /// Its places in [`Search::at_work`].
    at_work: Range<usize>,
    found: Vec<Span>,
    kept: Vec<Span>,
}

/// Values to look for wherever they stand.
struct Known<'v> {
    values: Vec<(&'v str, RedactionKind)>,
    automaton: Values,
}

impl<'r> Search<'r> {
    /// The spans of each text, in order, without overlaps. Adds to `people` whoever is introduced.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Names`].
    pub(crate) fn run(
        rules: &'r Rules,
        texts: &[&str],
        people: &mut People,
    ) -> Result<Vec<Vec<Span>>, RedactionError> {
        let mut at_work = Vec::new();
        let texts = texts.iter();
        let mut texts: Vec<Text<'_>> = texts
            .map(|text| Text::new(rules, text, &mut at_work))
            .collect();
        if rules.has(&RedactionKind::Person) {
            texts
                .iter()
                .flat_map(Text::introduced)
                .for_each(|name| people.learn(name));
        }
        let names = if rules.has(&RedactionKind::Person) {
            Names::new(people)?
        } else {
            None
        };
        let search = Self {
            rules,
            names,
            at_work,
        };
        for text in &mut texts {
            text.kept = search.spans(text, None);
        }
        search.spread(&mut texts)?;
        Ok(texts.into_iter().map(|text| text.kept).collect())
    }

    /// Searches all texts for the values found in any of them, until no text shows a new one.
    fn spread(&self, texts: &mut [Text<'_>]) -> Result<(), RedactionError> {
        let mut count = 0;
        for _ in 0..MOST_ROUNDS {
            let values = values(texts);
            if values.len() == count {
                return Ok(());
            }
            count = values.len();
            let names: Vec<(&str, RedactionKind)> = values
                .iter()
                .map(|(value, kind)| (*value, (*kind).clone()))
                .collect();
            let known = Known {
                automaton: Values::new(&names)?,
                values: names,
            };
            let spread: Vec<_> = texts
                .iter()
                .map(|text| {
                    text.shows_more(&known)
                        .then(|| self.spans(text, Some(&known)))
                })
                .collect();
            for (text, spans) in texts.iter_mut().zip(spread) {
                if let Some(spans) = spans {
                    text.kept = spans;
                }
            }
        }
        Ok(())
    }

    /// All spans of a text.
    fn spans(&self, text: &Text<'_>, known: Option<&Known<'_>>) -> Vec<Span> {
        let (mut kept, mut unused) = (Vec::new(), Vec::new());
        let mut found = text.found.clone();
        for part in text.open() {
            self.known_in(text, part, known, &mut found);
        }
        let mut found = without_overlaps(found);
        let mut open = Vec::new();
        for round in 1..=MOST_ROUNDS {
            if found.is_empty() {
                break;
            }
            open = beside(if round == 1 { text.open() } else { &open }, &found);
            kept.append(&mut found);
            if round == MOST_ROUNDS {
                break;
            }
            for part in &open {
                let start = found.len();
                if self.may_find_more(text, part) {
                    let piece = text.whole.get(part.clone()).unwrap_or_default();
                    self.rules.find(piece, &mut found, &mut unused);
                    shift(found.get_mut(start..).unwrap_or_default(), part.start);
                }
                self.known_in(text, part, known, &mut found);
            }
            found = without_overlaps(found);
        }
        kept.sort_by_key(|span| span.start);
        kept
    }

    /// Whether rules may find something in a part of an open part by itself that they did not find in the whole of it.
    ///
    /// They do not where no word is cut, nor any trigger that counts or is more than a word, and none is left: one that
    /// counts in the part counted in the whole, or was hidden behind another that began before it, which was more than a
    /// word.
    fn may_find_more(&self, text: &Text<'_>, part: &Range<usize>) -> bool {
        let open = text.open().iter().find(|open| part.start < open.end);
        let (from, to) = open.map_or((part.start, part.end), |open| (open.start, open.end));
        let cuts_a_word = (part.start > from && after(text.whole, part.start).is_some_and(is_word))
            || (part.end < to && before(text.whole, part.end).is_some_and(is_word));
        let at_work = self.at_work.get(text.at_work.clone()).unwrap_or_default();
        let touches = |place: &Range<usize>| place.start < part.end && part.start < place.end;
        let piece = text.whole.get(part.clone()).unwrap_or_default();
        cuts_a_word || at_work.iter().any(touches) || self.rules.need_no_trigger(piece)
    }

    /// Names and known values in a part of a text.
    fn known_in(
        &self,
        text: &Text<'_>,
        part: &Range<usize>,
        known: Option<&Known<'_>>,
        found: &mut Vec<Span>,
    ) {
        let start = found.len();
        let piece = text.whole.get(part.clone()).unwrap_or_default();
        if let Some(names) = &self.names {
            names.find(piece, found);
        }
        if let Some(known) = known {
            known.automaton.find(piece, &known.values, found);
        }
        shift(found.get_mut(start..).unwrap_or_default(), part.start);
    }
}

impl<'t> Text<'t> {
    /// Adds to `at_work` where the rules have been at work.
    fn new(rules: &Rules, text: &'t str, at_work: &mut Vec<Range<usize>>) -> Self {
        let mut new = Self {
            whole: text,
            between: between(rules, text),
            all: 0..text.len(),
            at_work: at_work.len()..at_work.len(),
            found: Vec::new(),
            kept: Vec::new(),
        };
        let mut found = Vec::new();
        for part in new.open() {
            let (spans, places) = (found.len(), at_work.len());
            let piece = text.get(part.clone()).unwrap_or_default();
            rules.find(piece, &mut found, at_work);
            shift(found.get_mut(spans..).unwrap_or_default(), part.start);
            for place in at_work.get_mut(places..).unwrap_or_default() {
                *place = place.start + part.start..place.end + part.start;
            }
        }
        new.at_work.end = at_work.len();
        new.found = found;
        new
    }

    /// The parts in which something may be found.
    fn open(&self) -> &[Range<usize>] {
        let all = std::slice::from_ref(&self.all);
        self.between.as_deref().unwrap_or(all)
    }

    /// Names that the rules found by themselves.
    fn introduced(&self) -> impl Iterator<Item = &'t str> {
        let people = self
            .found
            .iter()
            .filter(|span| span.kind == RedactionKind::Person);
        people.filter_map(|span| self.whole.get(span.start..span.end))
    }

    /// Whether a value stands where no span is.
    fn shows_more(&self, known: &Known<'_>) -> bool {
        let mut spans = Vec::new();
        let open = self.open().iter().flat_map(|part| {
            let inside = self
                .kept
                .iter()
                .filter(|span| part.start <= span.start && span.end <= part.end);
            gaps(part.clone(), &inside.cloned().collect::<Vec<_>>())
        });
        for part in open {
            known.automaton.find(
                self.whole.get(part).unwrap_or_default(),
                &known.values,
                &mut spans,
            );
        }
        !spans.is_empty()
    }
}

/// What stands between the placeholders of a text, if it has any.
fn between(rules: &Rules, text: &str) -> Option<Vec<Range<usize>>> {
    let places = placeholder::all(text);
    let walls = places.filter(|place| place.is_likely() && rules.has_name(place.kind));
    let walls: Vec<Span> = walls
        .map(|place| Span::new(place.range, RedactionKind::Key))
        .collect();
    (!walls.is_empty()).then(|| gaps(0..text.len(), &walls))
}

/// All values found so far, but names: those have a search of their own.
fn values<'t>(texts: &[Text<'t>]) -> BTreeSet<(&'t str, RedactionKind)> {
    let spans = texts
        .iter()
        .flat_map(|text| text.kept.iter().map(|span| (text.whole, span)));
    let values = spans.filter(|(_, span)| span.kind != RedactionKind::Person);
    let values = values
        .filter_map(|(text, span)| Some((text.get(span.start..span.end)?, span.kind.clone())));
    values
        .filter(|(value, _)| Values::LENGTHS.contains(&value.len()))
        .collect()
}

fn shift(spans: &mut [Span], by: usize) {
    for span in spans {
        span.start += by;
        span.end += by;
    }
}

/// What is left of the open parts beside the spans. Both are in their order, and every span lies in one part.
fn beside(open: &[Range<usize>], spans: &[Span]) -> Vec<Range<usize>> {
    let mut left = Vec::new();
    let mut rest = spans;
    for part in open {
        let inside = rest.iter().take_while(|span| span.start < part.end).count();
        let (spans, others) = rest.split_at_checked(inside).unwrap_or((rest, &[]));
        left.extend(gaps(part.clone(), spans));
        rest = others;
    }
    left
}
