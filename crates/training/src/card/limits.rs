//! What a model can't do, as far as it is known when it is made.

use upturn_predict::Stage;

use super::Card;

/// Accounts below which an interval is too narrow to be trusted; [`upturn_eval::Verdict`] refuses them, too.
const FEWEST_ACCOUNTS: usize = 10;

impl Card<'_> {
    /// Those that follow from the data and the settings, then those of every model.
    pub(super) fn limits(&self) -> Vec<String> {
        let mut limits = Vec::new();
        if self.config.is_for_few_labels() {
            limits.push(format!(
                "It learnt from {} calls: it says little more than the base rate, and shows the nearest calls. Train again when \
                 there are more. The figures above leave out one account at a time, which makes them rather worse than it is.",
                self.labels.total()
            ));
        }
        if self.labels.accounts < FEWEST_ACCOUNTS {
            limits.push(format!(
                "The calls are of {} accounts: the intervals above are too narrow.",
                self.labels.accounts
            ));
        }
        let asked = self.prefixes(Stage::Finished);
        if self.labels.accounts.min(asked) < self.config.predictor.interval_groups {
            limits.push(format!(
                "Predictions carry no interval and doubt nothing but what is near the line: that takes cross-fitted calls of {} \
                 accounts.",
                self.config.predictor.interval_groups
            ));
        }
        if self.unchanged {
            limits.push(self.why_unchanged());
        }
        if self.prefixes(Stage::Live) == 0 {
            limits.push(
                "It learnt from whole calls only: a call that goes on is read as if it were over."
                    .to_owned(),
            );
        }
        if self.base.licence.is_none() {
            limits.push(
                "The licence of the base encoder is not known: find out before you pass the model on."
                    .to_owned(),
            );
        }
        limits.extend(ALWAYS.map(str::to_owned));
        limits
    }

    fn why_unchanged(&self) -> String {
        let fault = self.passes.last().and_then(|last| last.worth.fault);
        let why = match fault {
            Some(fault) => format!("{fault} when it was fine-tuned"),
            None => "fine-tuning made it no better on calls it had not seen".to_owned(),
        };
        format!("The encoder is the base encoder as it was: {why}.")
    }
}

/// Limits of every model.
const ALWAYS: [&str; 3] = [
    "Not for calls of another trade, language or time than it learnt from.",
    "Not to rank or judge persons, and not where a decision has no human in it.",
    "`predictor.json` holds words of the calls: treat the folder as confidentially as them.",
];
