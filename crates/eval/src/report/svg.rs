//! The frame of a chart and the marks in it, as SVG whose colours the page's style gives: [`Plot`].

use std::fmt::Write;

use super::escape::html as escape;

/// Size of every chart, in its own units; the page scales it.
const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 268.0;
/// Edges of the plot.
const LEFT: f64 = 46.0;
const RIGHT: f64 = 370.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 226.0;

/// From the least to the greatest number of an axis.
pub(super) type Range = (f64, f64);

/// A chart under construction.
pub(super) struct Plot {
    x: Range,
    y: Range,
    marks: String,
}

/// The range of numbers with a little room, within bounds; `0..=1` of none.
pub(super) fn range(numbers: impl Iterator<Item = f64>, bounds: Range) -> Range {
    let (low, high) = numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
        (low.min(number), high.max(number))
    });
    if low > high {
        return (0.0, 1.0);
    }
    let room = ((high - low) * 0.08).max(1e-3);
    ((low - room).max(bounds.0), (high + room).min(bounds.1))
}

/// Round numbers within a range, some five of them.
fn ticks((low, high): Range) -> Vec<f64> {
    let raw = (high - low) / 5.0;
    if !(raw.is_finite() && raw > 0.0) {
        return vec![low];
    }
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power);
    let step = step.into_iter().find(|step| *step >= raw).unwrap_or(raw);
    let first = (low / step - 1e-9).ceil();
    let ticks = (0..12).map(|at| (first + f64::from(at)) * step);
    ticks
        .take_while(|tick| *tick <= high + step * 1e-6)
        .collect()
}

impl Plot {
    /// A frame with grid, ticks and the names of both axes.
    pub(super) fn new((x_name, x): (&str, Range), (y_name, y): (&str, Range)) -> Self {
        let mut plot = Self {
            x,
            y,
            marks: String::new(),
        };
        for tick in ticks(x) {
            let at = plot.across(tick);
            plot.line("grid", (at, TOP), (at, BOTTOM));
            plot.text((at, BOTTOM + 14.0), "middle", &label(tick, x));
        }
        for tick in ticks(y) {
            let at = plot.down(tick);
            plot.line("grid", (LEFT, at), (RIGHT, at));
            plot.text((LEFT - 5.0, at + 3.5), "end", &label(tick, y));
        }
        plot.text((f64::midpoint(LEFT, RIGHT), HEIGHT - 8.0), "middle", x_name);
        let middle = f64::midpoint(TOP, BOTTOM);
        // Writing to a text does not fail.
        let _ = write!(
            plot.marks,
            "<text transform=\"translate(10 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            escape(y_name)
        );
        plot
    }

    fn across(&self, x: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * (x - self.x.0) / (self.x.1 - self.x.0)
    }

    fn down(&self, y: f64) -> f64 {
        BOTTOM - (BOTTOM - TOP) * (y - self.y.0) / (self.y.1 - self.y.0)
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ = write!(
            self.marks,
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        );
    }

    fn text(&mut self, (x, y): (f64, f64), anchor: &str, text: &str) {
        let text = escape(text);
        let _ = write!(
            self.marks,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    }

    /// A straight line between two points of the axes.
    pub(super) fn rule(&mut self, class: &str, from: [f64; 2], to: [f64; 2]) {
        let place = |point: [f64; 2]| (self.across(point[0]), self.down(point[1]));
        let (from, to) = (place(from), place(to));
        self.line(class, from, to);
    }

    /// A curve through points; those outside the frame are put on its edge.
    pub(super) fn curve(&mut self, class: &str, points: &[[f64; 2]]) {
        if points.is_empty() {
            return;
        }
        let mut path = String::new();
        for [x, y] in points {
            let (x, y) = (x.clamp(self.x.0, self.x.1), y.clamp(self.y.0, self.y.1));
            let _ = write!(path, "{:.1},{:.1} ", self.across(x), self.down(y));
        }
        let _ = write!(
            self.marks,
            "<polyline class=\"curve {class}\" points=\"{}\"/>",
            path.trim_end()
        );
    }

    /// A point that tells what it is.
    pub(super) fn dot(&mut self, class: &str, [x, y]: [f64; 2], told: &str) {
        let (x, y, told) = (self.across(x), self.down(y), escape(told));
        let title = if told.is_empty() {
            told
        } else {
            format!("<title>{told}</title>")
        };
        let _ = write!(
            self.marks,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\">{title}</circle>"
        );
    }

    /// An interval at a place, moved aside by some units so that several do not hide each other.
    pub(super) fn whisker(&mut self, class: &str, x: f64, (low, high): (f64, f64)) {
        let (low, high) = (
            low.clamp(self.y.0, self.y.1),
            high.clamp(self.y.0, self.y.1),
        );
        let x = self.across(x);
        let (low, high) = (self.down(low), self.down(high));
        self.line(&format!("whisker {class}"), (x, low), (x, high));
    }

    /// A short word beside a point.
    pub(super) fn note(&mut self, [x, y]: [f64; 2], text: &str) {
        let place = (self.across(x), self.down(y));
        self.text(place, "middle", text);
    }

    /// The chart with a description for those who do not see it.
    pub(super) fn finish(self, title: &str) -> String {
        format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">{}</svg>",
            escape(title),
            self.marks
        )
    }
}

/// A tick's number, with as many digits as tell it from its neighbours.
fn label(tick: f64, (low, high): Range) -> String {
    let tick = if tick.abs() < 1e-12 { 0.0 } else { tick };
    match high - low {
        width if width > 20.0 => crate::numbers::count(rounded(tick)),
        width if width > 4.0 => format!("{tick:.0}"),
        width if width > 0.4 => format!("{tick:.1}"),
        width if width > 0.04 => format!("{tick:.2}"),
        _ => format!("{tick:.3}"),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of calls"
)]
fn rounded(number: f64) -> u64 {
    number.round().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ticks_rise_and_lie_within_the_axis(low in -10.0f64..10.0, width in 1e-3f64..1e5) {
            let ticks = ticks((low, low + width));
            prop_assert!((2..=7).contains(&ticks.len()), "{ticks:?}");
            prop_assert!(ticks.is_sorted() && ticks[0] >= low - width * 1e-6);
            prop_assert!(ticks[ticks.len() - 1] <= low + width * (1.0 + 1e-6));
        }
    }
}
