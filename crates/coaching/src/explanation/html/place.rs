//! Places in a chart, in hundredths of its width and height.

use upturn_core::TurnRange;

/// A range of numbers along an axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    /// Around all numbers, with a little room.
    pub(super) fn around(numbers: impl Iterator<Item = f64>) -> Self {
        let (low, high) = numbers
            .filter(|it| it.is_finite())
            .fold((0.0f64, 0.0f64), |(low, high), it| {
                (low.min(it), high.max(it))
            });
        let room = ((high - low) * 0.06).max(0.05);
        Self {
            low: low - room,
            high: high + room,
        }
    }

    /// From 0 to 100.
    pub(super) fn at(self, number: f64) -> f64 {
        (100.0 * (number - self.low) / (self.high - self.low)).clamp(0.0, 100.0)
    }

    /// Whether a number lies within.
    pub(super) fn holds(self, number: f64) -> bool {
        (self.low..=self.high).contains(&number)
    }
}

/// Where turns stand from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turns(pub(super) usize);

impl Turns {
    /// The middle of a turn, counted from 0.
    pub(super) fn middle(self, turn: usize) -> f64 {
        100.0 * (turn as f64 + 0.5) / self.0.max(1) as f64
    }

    /// Left edge and width of some turns.
    pub(super) fn span(self, turns: TurnRange) -> (f64, f64) {
        let all = self.0.max(1) as f64;
        let (start, end) = (turns.start.min(self.0) as f64, turns.end.min(self.0) as f64);
        (100.0 * start / all, 100.0 * (end - start).max(0.0) / all)
    }

    /// Turns that are named below the axis, some eight of them, counted from 0.
    pub(super) fn named(self) -> impl Iterator<Item = usize> {
        let steps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000];
        let step = steps.into_iter().find(|step| self.0 <= 8 * step);
        let step = step.unwrap_or(self.0 / 4);
        let named = (0..self.0).filter(move |at| (at + 1).is_multiple_of(step));
        std::iter::once(0).chain(named.filter(move |at| *at >= step.div_ceil(2).max(1)))
    }
}

/// How high a chance stands, 0 on top.
pub(super) fn down(probability: f64) -> f64 {
    100.0 * (1.0 - probability)
}
