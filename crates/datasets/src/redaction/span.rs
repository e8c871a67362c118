//! Where personal data stands in a text: [`Span`].

use std::collections::BTreeMap;
use std::ops::Range;

use super::RedactionKind;

/// Bytes `start..end` of a text are personal data of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: RedactionKind,
}

impl Span {
    pub(crate) fn new(range: Range<usize>, kind: RedactionKind) -> Self {
        Self {
            start: range.start,
            end: range.end,
            kind,
        }
    }
}

/// Those that stay where spans overlap, in their order: patterns of the user first, then the longest.
pub(crate) fn without_overlaps(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| {
        let precedence = span.kind.precedence();
        let length = span.end - span.start;
        (precedence > 0, usize::MAX - length, precedence, span.start)
    });
    let mut kept: BTreeMap<usize, Span> = BTreeMap::new();
    for span in spans {
        let before = kept.range(..span.end).next_back();
        if span.start < span.end && before.is_none_or(|(_, before)| before.end <= span.start) {
            kept.insert(span.start, span);
        }
    }
    kept.into_values().collect()
}

/// What of `within` none of the spans covers; they are in their order and do not overlap.
pub(crate) fn gaps(within: Range<usize>, spans: &[Span]) -> Vec<Range<usize>> {
    let mut gaps = Vec::new();
    let mut at = within.start;
    for span in spans {
        if at < span.start {
            gaps.push(at..span.start);
        }
        at = at.max(span.end);
    }
    if at < within.end {
        gaps.push(at..within.end);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn kept_spans_and_gaps_tile_the_text(ranges in prop::collection::vec((0usize..40, 0usize..9, 0usize..10), 0..12)) {
            let spans = ranges.iter().map(|(start, length, kind)| {
                Span::new(*start..start + length, RedactionKind::RULES[*kind].clone())
            });
            let spans: Vec<_> = spans.collect();
            let kept = without_overlaps(spans.clone());
            let mut tiles: Vec<_> = kept.iter().map(|s| s.start..s.end).chain(gaps(0..60, &kept)).collect();
            tiles.sort_by_key(|tile| tile.start);
            prop_assert_eq!(tiles.first().map(|t| t.start), Some(0));
            prop_assert_eq!(tiles.last().map(|t| t.end), Some(60));
            prop_assert!(tiles.windows(2).all(|pair| pair[0].end == pair[1].start));
            // Whatever was dropped, or is empty, overlaps one that was kept.
            for span in spans.iter().filter(|span| span.start < span.end) {
                prop_assert!(kept.iter().any(|k| k.start < span.end && span.start < k.end));
            }
        }
    }
}
