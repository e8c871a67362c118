//! Charts of how something is spread, as SVG: lengths, and the seller's share of the words by outcome.

use super::numbers::{count, length, percent};
use super::rate_charts::{WIDTH, bar, chart, line, text};
use super::talk::BARS;
use super::{HistogramBar, Length, Talk, TalkShares};

const LEFT: f64 = 8.0;
const TOP: f64 = 10.0;
const FLOOR: f64 = 112.0;

/// How many calls have which length.
pub(crate) fn lengths(of: &Length) -> String {
    let slot = (WIDTH - 2.0 * LEFT) / of.bars.len().max(1) as f64;
    let most = of
        .bars
        .iter()
        .map(|bar| bar.calls)
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    let named = named_edges(of);
    let mut marks = String::new();
    for (at, one) in of.bars.iter().enumerate() {
        let x = LEFT + slot * at as f64;
        let tall = (FLOOR - TOP) * one.calls as f64 / most;
        let told = format!(
            "{} to {} {}: {} calls",
            length(one.from),
            length(one.to),
            of.unit,
            count(one.calls)
        );
        marks += &bar("count", (x + 1.0, FLOOR - tall), (slot - 2.0, tall), &told);
        if named.contains(&at) {
            // In the middle of the left edge, half of it would lie outside.
            let anchor = if at == 0 { "start" } else { "middle" };
            let x = if at == 0 { 0.0 } else { x };
            marks += &text(x, FLOOR + 14.0, anchor, &length(one.from));
        }
    }
    marks += &line("axis", (LEFT, FLOOR), (WIDTH - LEFT, FLOOR));
    let description = format!(
        "Half of the calls have from {} to {} {}",
        length(of.p25),
        length(of.p75),
        of.unit
    );
    chart(
        FLOOR + 20.0,
        &format!("Length in {}", of.unit),
        &description,
        &marks,
    )
}

/// The bars whose start is named: powers of two, not too many of them.
fn named_edges(of: &Length) -> Vec<usize> {
    let is_power = |bar: &HistogramBar| (bar.from.log2() - bar.from.log2().round()).abs() < 1e-6;
    let powers: Vec<usize> = (0..)
        .zip(&of.bars)
        .filter(|(_, bar)| is_power(bar))
        .map(|(at, _)| at)
        .collect();
    let every = powers.len().div_ceil(6).max(1);
    powers.into_iter().step_by(every).collect()
}

/// How the seller's share of the words is spread in won calls, and below it in lost ones.
pub(crate) fn talk_shares(talk: &Talk) -> String {
    const PANEL: f64 = 78.0;
    let highest = [&talk.won, &talk.lost]
        .map(tallest)
        .into_iter()
        .fold(0.0, f64::max);
    let mut marks = String::new();
    for (at, (class, shares)) in [("won", &talk.won), ("lost", &talk.lost)]
        .into_iter()
        .enumerate()
    {
        let floor = PANEL * (at as f64 + 1.0);
        let mean = shares
            .mean
            .map_or_else(String::new, |mean| format!(", mean {}", percent(mean)));
        marks += &text(
            LEFT,
            floor - PANEL + 14.0,
            "start",
            &format!("{class}: {} calls{mean}", count(shares.calls)),
        );
        marks += &panel(
            class,
            shares,
            floor,
            (PANEL - 24.0) / highest.max(f64::MIN_POSITIVE),
        );
        marks += &line("axis", (LEFT, floor), (WIDTH - LEFT, floor));
    }
    for (share, anchor) in [
        (0.0, "start"),
        (0.25, "middle"),
        (0.5, "middle"),
        (0.75, "middle"),
        (1.0, "end"),
    ] {
        let x = LEFT + (WIDTH - 2.0 * LEFT) * share;
        marks += &text(
            x,
            2.0 * PANEL + 14.0,
            anchor,
            &format!("{:.0} %", 100.0 * share),
        );
    }
    chart(
        2.0 * PANEL + 20.0,
        "Seller's share of the words",
        "Share of the calls of each outcome, above won, below lost",
        &marks,
    )
}

/// The largest share of the calls in one bar.
fn tallest(shares: &TalkShares) -> f64 {
    let most = shares.bars.iter().max().copied().unwrap_or(0);
    most as f64 / shares.calls.max(1) as f64
}

fn panel(class: &str, shares: &TalkShares, floor: f64, scale: f64) -> String {
    let slot = (WIDTH - 2.0 * LEFT) / BARS as f64;
    let bars = shares.bars.iter().enumerate().map(|(at, calls)| {
        let part = *calls as f64 / shares.calls.max(1) as f64;
        let from = 100 * at / BARS;
        let told = format!(
            "{from} to {} %: {} calls {class}",
            from + 100 / BARS,
            count(*calls)
        );
        let tall = part * scale;
        bar(
            class,
            (LEFT + slot * at as f64 + 1.0, floor - tall),
            (slot - 2.0, tall),
            &told,
        )
    });
    bars.collect()
}
