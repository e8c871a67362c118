//! Numbers as the card writes them.

use upturn_eval::Estimate;

/// `53.6 %` of a whole; `-` of nothing.
pub(super) fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        "-".to_owned()
    } else {
        format!("{:.1} %", 100.0 * part as f64 / whole as f64)
    }
}

/// `0.712`, or `-` where it is not defined.
pub(super) fn value(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

/// `[0.680, 0.743]`, or `-`.
pub(super) fn interval(estimate: Option<Estimate>) -> String {
    let shown = |estimate: Estimate| format!("[{:.3}, {:.3}]", estimate.low, estimate.high);
    estimate.map_or_else(|| "-".to_owned(), shown)
}
