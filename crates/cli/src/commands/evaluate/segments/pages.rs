//! Segments for the pages of a report.

use upturn::eval::{Estimate, Segment, Segments};

use super::{CheckedSegment, SegmentReport};

impl SegmentReport {
    /// Whether probabilities hold in each segment. Persons are not put in an order there: pages are passed around.
    pub(in crate::commands::evaluate) fn for_pages(&self) -> Segments {
        let segments = self.segments.iter();
        Segments {
            field: self.field.clone(),
            prefix: self.prefix,
            without: self.without as u64,
            segments: segments.map(CheckedSegment::for_pages).collect(),
        }
    }
}

impl CheckedSegment {
    fn for_pages(&self) -> Segment {
        let check = &self.check;
        Segment {
            name: check.segment.clone(),
            calls: check.won.calls as u64,
            groups: check.won.groups as u64,
            probability: check.probability,
            won: Estimate {
                value: check.won.value,
                low: check.won.low,
                high: check.won.high,
            },
            p_value: check.p_value,
            verdict: self.verdict(),
        }
    }
}
