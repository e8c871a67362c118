//! Calibration, sets and doubts as text: [`Told`].

use std::fmt;

use upturn::eval::{Doubted, SetCoverage, Trust};

use crate::numbers::{interval, measure, percent};
use crate::table::Table;

/// What may be relied on besides the probability, for a terminal.
#[derive(Debug)]
pub(super) struct Told<'a>(pub(super) &'a Trust);

impl Told<'_> {
    fn sets(&self) -> Table<4> {
        let mut table = Table::new(["sets", "held the outcome", "95 % interval", "mean size"]);
        for SetCoverage {
            coverage,
            held,
            mean_size,
        } in &self.0.sets
        {
            table.row([
                percent(*coverage),
                measure(Some(held.value)),
                interval(held),
                measure(Some(*mean_size)),
            ]);
        }
        table
    }

    fn doubts(&self) -> Table<4> {
        let mut table = Table::new(["doubt", "calls", "share", "likelier outcome came true"]);
        for Doubted {
            doubt,
            calls,
            share,
            right,
        } in &self.0.doubts
        {
            table.row([
                doubt.replace('_', " "),
                calls.to_string(),
                percent(*share),
                right.map(percent).unwrap_or_default(),
            ]);
        }
        table
    }
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "How far to rely on it, {:.0} % of the turns known",
            100.0 * self.0.prefix
        )?;
        if let Some(band) = &self.0.calibration {
            writeln!(
                f,
                "\nCalibration error {}; true probabilities like these have {} to {}, so it is {} what chance gives.",
                measure(Some(band.error)),
                measure(Some(band.low)),
                measure(Some(band.high)),
                if band.within { "within" } else { "above" }
            )?;
        }
        if !self.0.sets.is_empty() {
            write!(f, "\n{}\n", self.sets())?;
        }
        write!(f, "\n{}\n", self.doubts())
    }
}
