//! When something was said: [`Span`].

use std::time::Duration;

/// Milliseconds from the start of a call to its first and its last word.
///
/// Rules: a time that is negative or beyond 1,000 hours is none, and an end before the start is none. Fractions of a
/// millisecond are rounded, halves upwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start_ms: Option<u64>,
    pub(crate) end_ms: Option<u64>,
}

impl Span {
    pub(crate) fn of_seconds(start: Option<f64>, end: Option<f64>) -> Self {
        Self::new(start.and_then(milliseconds), end.and_then(milliseconds))
    }

    pub(crate) fn of_milliseconds(start: Option<f64>, end: Option<f64>) -> Self {
        Self::of_seconds(start.map(|ms| ms / 1000.0), end.map(|ms| ms / 1000.0))
    }

    /// From the start of this to the end of the other.
    pub(crate) fn to(self, other: Self) -> Self {
        Self::new(self.start_ms, other.end_ms)
    }

    fn new(start_ms: Option<u64>, end_ms: Option<u64>) -> Self {
        let end_ms = end_ms.filter(|end| start_ms.is_none_or(|start| start <= *end));
        Self { start_ms, end_ms }
    }
}

fn milliseconds(seconds: f64) -> Option<u64> {
    const HALF: Duration = Duration::from_micros(500);
    const LONGEST: Duration = Duration::from_hours(1000);
    let time = Duration::try_from_secs_f64(seconds).ok()?;
    let rounded = (time <= LONGEST).then(|| time.saturating_add(HALF))?;
    u64::try_from(rounded.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_that_cannot_be_are_none() {
        for time in [f64::NAN, f64::INFINITY, -0.1, 1e300, 3_600_001.0] {
            assert_eq!(Span::of_seconds(Some(time), None), Span::default());
        }
        let span = Span::of_seconds(Some(2.0), Some(1.0));
        assert_eq!((span.start_ms, span.end_ms), (Some(2000), None));
        let end = Span::of_milliseconds(None, Some(0.0)).end_ms;
        assert_eq!(end, Some(0));
    }

    proptest! {
        #[test]
        fn no_millisecond_is_lost(ms in 0u32..u32::MAX / 2) {
            let seconds = f64::from(ms) / 1000.0;
            let written: f64 = format!("{seconds:.3}").parse().unwrap();
            prop_assert_eq!(Span::of_seconds(Some(written), None).start_ms, Some(u64::from(ms)));
            prop_assert_eq!(Span::of_milliseconds(Some(f64::from(ms)), None).start_ms, Some(u64::from(ms)));
        }
    }
}
