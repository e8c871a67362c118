//! Calls of about as many turns: [`cut`].

/// Examples in order of their turns, in at most so many bands of about equally many; those of equally many turns stay together.
pub(crate) fn cut<T>(by_turns: &[T], bands: usize, turns: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut cut = Vec::with_capacity(bands);
    let mut rest = by_turns;
    for left in (1..=bands).rev() {
        let at = rest.len() / left;
        let Some(last) = at.checked_sub(1).and_then(|at| rest.get(at)) else {
            break;
        };
        let last = turns(last);
        let (band, others) = rest.split_at(rest.partition_point(|one| turns(one) <= last));
        cut.push(band);
        rest = others;
    }
    cut
}
