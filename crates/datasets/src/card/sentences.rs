//! What a card says in words, the same in Markdown and HTML.

use super::Card;
use super::numbers::{count, percent};

impl Card {
    /// One sentence on what the leak guard says.
    pub(crate) fn leak_summary(&self) -> String {
        let Some(report) = &self.about.leaks else {
            return "The leak guard did not run.".to_owned();
        };
        if !report.is_checked {
            return format!(
                "Not checked: each outcome needs 20 accounts, {} have a won call and {} a lost one.",
                count(report.accounts.won.into()),
                count(report.accounts.lost.into())
            );
        }
        let found = report.findings.len() as u64 + report.findings_left_out;
        let words = report.words.map_or_else(String::new, |words| {
            format!(
                " A bag of words reaches an AUC of {:.3}, {:.3} without the closing turns.",
                words.whole.value, words.earlier.value
            )
        });
        match found {
            0 => format!(
                "Nothing found in {} labelled calls.{words}",
                count(report.sampled)
            ),
            1 => format!(
                "1 sign of a leak in {} labelled calls.{words}",
                count(report.sampled)
            ),
            found => format!(
                "{} signs of a leak in {} labelled calls.{words}",
                count(found),
                count(report.sampled)
            ),
        }
    }

    /// One sentence on whether anything was lost.
    pub(crate) fn balance(&self) -> String {
        let about = &self.about;
        let verdict = if about.balances() {
            "nothing lost"
        } else {
            "THE COUNTS DO NOT BALANCE"
        };
        let seen = match self.calls.total() {
            calls if calls == about.written => String::new(),
            calls => format!(" This card is of {} calls.", count(calls)),
        };
        format!(
            "{} read = {} written + {} set aside: {verdict}.{seen}",
            count(about.read),
            count(about.written),
            count(about.all_set_aside())
        )
    }

    /// One sentence on what only an ingest knows, if none is known of.
    pub(crate) fn unknown(&self) -> Option<&'static str> {
        let is_known = self
            .counters()
            .iter()
            .any(|(name, counts)| *name != "Set aside" && !counts.is_empty());
        (!is_known).then_some(
            "Duplicates, redactions and cleaning are counted by an ingest; of these calls they are not known.",
        )
    }

    /// One sentence on who speaks how much.
    pub(crate) fn speech(&self) -> String {
        let Some([seller, buyer, other]) = self.talk.words.shares() else {
            return "Nothing is said.".to_owned();
        };
        let mean = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
        format!(
            "Sellers say {} of {} words, buyers {}, others {}. Mean share of the seller: {} in won calls, {} in lost ones, {} in open ones.",
            percent(seller),
            count(self.talk.words.total()),
            percent(buyer),
            percent(other),
            mean(self.talk.won.mean),
            mean(self.talk.lost.mean),
            mean(self.talk.open.mean)
        )
    }
}
