//! Which calls may be found: [`FilterArgs`].

use clap::{Args, ValueEnum};
use upturn::{Date, Filter, Outcome};

/// Conditions on the calls that are looked among; a list may be given with commas, and any of it will do.
#[derive(Debug, Args)]
#[command(next_help_heading = "Among which calls")]
pub(crate) struct FilterArgs {
    /// Only calls that ended so. However they ended by default.
    #[arg(long, value_enum)]
    outcome: Option<Ending>,
    /// Only calls of these sellers.
    #[arg(long, value_name = "REPS", value_delimiter = ',')]
    rep: Vec<String>,
    /// Only calls in these stages of the pipeline.
    #[arg(long, value_name = "STAGES", value_delimiter = ',')]
    stage: Vec<String>,
    /// Only calls of these trades.
    #[arg(long, value_name = "TRADES", value_delimiter = ',')]
    industry: Vec<String>,
    /// Only calls in these languages, as BCP 47 tags.
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    language: Vec<String>,
    /// Only calls of these accounts.
    #[arg(long, value_name = "ACCOUNTS", value_delimiter = ',')]
    account: Vec<String>,
    /// Not the calls of these accounts.
    #[arg(long, value_name = "ACCOUNTS", value_delimiter = ',')]
    without_account: Vec<String>,
    /// Only calls of this day or a later one, such as 2026-03-01.
    #[arg(long, value_name = "DAY")]
    since: Option<Date>,
    /// Only calls of an earlier day.
    #[arg(long, value_name = "DAY")]
    before: Option<Date>,
    /// Only deals of this size or a larger one, in the currency of the data.
    #[arg(long, value_name = "AMOUNT", value_parser = amount, allow_hyphen_values = true)]
    amount_from: Option<f64>,
    /// Only deals of this size or a smaller one.
    #[arg(long, value_name = "AMOUNT", value_parser = amount, allow_hyphen_values = true)]
    amount_to: Option<f64>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Ending {
    Won,
    Lost,
}

impl From<Ending> for Outcome {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Won => Self::Won,
            Ending::Lost => Self::Lost,
        }
    }
}

fn amount(text: &str) -> Result<f64, String> {
    let amount: Option<f64> = text.parse().ok().filter(|amount: &f64| amount.is_finite());
    amount.ok_or_else(|| "no number, such as 1200.50".to_owned())
}

impl FilterArgs {
    /// The same as the stores take it.
    pub(crate) fn filter(self) -> Filter {
        let Self {
            outcome,
            rep: reps,
            stage: stages,
            industry: industries,
            language: languages,
            account: accounts,
            without_account: without_accounts,
            since,
            before,
            amount_from,
            amount_to,
        } = self;
        Filter {
            outcome: outcome.map(Outcome::from),
            labelled: true,
            accounts,
            reps,
            stages,
            industries,
            languages,
            without_accounts,
            since,
            before,
            amount_from,
            amount_to,
            ..Filter::default()
        }
    }
}
