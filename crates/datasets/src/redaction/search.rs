//! Where personal data stands in the texts of one call: [`Search`].

use std::collections::BTreeSet;
use std::ops::Range;

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
}

/// A text with what the rules find in it by themselves.
struct Text<'t> {
    whole: &'t str,
    /// What stands between placeholders.
    open: Vec<Range<usize>>,
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
        let mut texts: Vec<Text<'_>> = texts.iter().map(|text| Text::new(rules, text)).collect();
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
        let search = Self { rules, names };
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
        let mut kept = Vec::new();
        let mut open = text.open.clone();
        for round in 0..MOST_ROUNDS {
            let mut found = if round == 0 {
                text.found.clone()
            } else {
                Vec::new()
            };
            for part in &open {
                let start = found.len();
                let piece = text.whole.get(part.clone()).unwrap_or_default();
                if round > 0 {
                    self.rules.find(piece, &mut found);
                }
                if let Some(names) = &self.names {
                    names.find(piece, &mut found);
                }
                if let Some(known) = known {
                    known.automaton.find(piece, &known.values, &mut found);
                }
                shift(found.get_mut(start..).unwrap_or_default(), part.start);
            }
            let found = without_overlaps(found);
            if found.is_empty() {
                break;
            }
            open = beside(&open, &found);
            kept.extend(found);
        }
        kept.sort_by_key(|span| span.start);
        kept
    }
}

impl<'t> Text<'t> {
    fn new(rules: &Rules, text: &'t str) -> Self {
        let walls =
            placeholder::all(text).filter(|place| place.is_likely() && rules.has_name(place.kind));
        let walls: Vec<Span> = walls
            .map(|place| Span::new(place.range, RedactionKind::Key))
            .collect();
        let open = gaps(0..text.len(), &walls);
        let mut found = Vec::new();
        for part in &open {
            let start = found.len();
            rules.find(text.get(part.clone()).unwrap_or_default(), &mut found);
            shift(found.get_mut(start..).unwrap_or_default(), part.start);
        }
        Self {
            whole: text,
            open,
            found,
            kept: Vec::new(),
        }
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
        let open = self.open.iter().flat_map(|part| {
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
