//! Where a condition turns: [`bisected`].

/// The interval, halved so many times, in which `is_below` turns from true to false.
pub(crate) fn bisected(
    (mut low, mut high): (f64, f64),
    halvings: usize,
    is_below: impl Fn(f64) -> bool,
) -> (f64, f64) {
    for _ in 0..halvings {
        let middle = f64::midpoint(low, high);
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low, high)
}
