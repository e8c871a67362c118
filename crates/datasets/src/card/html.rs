//! A card as one HTML page that needs nothing else: [`Card::to_html`].

use super::escape::html as escape;
use super::figures::{charts, row};
use super::numbers::{count, length, percent};
use super::{Card, Tally};

const STYLE: &str = include_str!("style.css");

impl Card {
    /// As one page with charts, without scripts and without anything from outside; light or dark as the reader's system
    /// is. Names from the data are shown as text, whatever they hold.
    pub fn to_html(&self) -> String {
        let title = escape(self.title());
        let sections = [
            self.tiles(),
            self.warnings(),
            format!(
                "<section class=\"columns\">{}{}</section>",
                charts(self),
                self.records()
            ),
            self.foot(),
        ];
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <header><h1>{title}</h1><p class=\"quiet\">{}</p></header>\n{}\n</main>\n</body>\n</html>\n",
            self.subtitle(),
            sections.join("\n"),
        )
    }

    fn subtitle(&self) -> String {
        let dates = match (self.first_date, self.last_date) {
            (Some(first), Some(last)) => format!("Calls from {first} to {last}"),
            _ => "Calls without a day".to_owned(),
        };
        let made = self.about.made_on.as_deref();
        dates
            + &made.map_or_else(String::new, |day| {
                format!(" · card made on {}", escape(day))
            })
    }

    fn tiles(&self) -> String {
        let Tally { won, lost, open } = self.calls;
        let talk = self
            .talk
            .words
            .shares()
            .map_or_else(|| "–".to_owned(), |[seller, ..]| percent(seller));
        let base = self
            .base_rate
            .map_or_else(|| "–".to_owned(), |rate| percent(rate.value));
        let interval = self.base_rate.map_or_else(
            || "no labelled calls".to_owned(),
            |rate| {
                format!(
                    "95 % interval {:.1} to {:.1}",
                    100.0 * rate.low,
                    100.0 * rate.high
                )
            },
        );
        let median = |unit: &str| {
            let of = self
                .lengths
                .iter()
                .find(|of| of.unit == unit && of.calls > 0);
            of.map(|of| length(of.median))
        };
        let known = |unit: &str| median(unit).unwrap_or_else(|| "–".to_owned());
        let turns = format!("{} turns", known("turns"));
        let tiles = [
            (
                "Calls",
                count(self.calls.total()),
                format!(
                    "{} won · {} lost · {} open",
                    count(won),
                    count(lost),
                    count(open)
                ),
            ),
            ("Base rate", base, interval),
            (
                "Median call",
                format!("{} words", known("words")),
                match median("minutes") {
                    None => turns,
                    Some(minutes) => format!("{turns} · {minutes} minutes"),
                },
            ),
            (
                "Seller speaks",
                talk,
                format!("of {} words", count(self.talk.words.total())),
            ),
        ];
        let tile = |(name, number, note): (&str, String, String)| {
            format!(
                "<div class=\"tile\"><dt>{name}</dt><dd><strong>{number}</strong><span>{note}</span></dd></div>"
            )
        };
        format!("<dl class=\"tiles\">{}</dl>", tiles.map(tile).concat())
    }

    fn warnings(&self) -> String {
        let balance = notice(self.about.balances(), &self.balance(), &[]);
        let leaks = self.about.leaks.as_ref();
        let findings: Vec<String> = leaks
            .iter()
            .flat_map(|report| &report.findings)
            .map(|finding| {
                format!(
                    "{}<br><span class=\"quiet\">{}</span>",
                    escape(&finding.to_string()),
                    escape(finding.hint())
                )
            })
            .collect();
        let is_clean = leaks.is_some_and(crate::LeakReport::is_clean);
        balance + &notice(is_clean, &self.leak_summary(), &findings)
    }

    fn records(&self) -> String {
        let lists = self.counters().map(|(name, counts)| {
            if counts.is_empty() {
                return String::new();
            }
            let rows = counts.iter().map(|(key, number)| row(&[escape(key), count(*number)]));
            let rows: String = rows.collect();
            format!("<div class=\"figure\"><h2>{name}</h2><div class=\"wide\"><table>{rows}</table></div></div>")
        });
        let unknown = self
            .unknown()
            .map(|text| format!("<div class=\"figure\"><p class=\"quiet\">{text}</p></div>"));
        lists.concat() + &unknown.unwrap_or_default()
    }

    fn foot(&self) -> String {
        format!(
            "<footer class=\"quiet\">Intervals: 95 % after Wilson. Quantiles are off by at most 2.2 %. Fingerprint, SHA-256 of the \
             canonical lines in their order: <code>{}</code></footer>",
            escape(self.fingerprint.as_str())
        )
    }
}

/// A sentence that is good news or not, with details.
fn notice(is_good: bool, sentence: &str, details: &[String]) -> String {
    let (class, sign) = if is_good {
        ("good", "✓")
    } else {
        ("bad", "!")
    };
    let items = details.join("</li><li>");
    let list = if items.is_empty() {
        items
    } else {
        format!("<ul><li>{items}</li></ul>")
    };
    format!(
        "<div class=\"notice {class}\"><p><b aria-hidden=\"true\">{sign}</b> {}</p>{list}</div>",
        escape(sentence)
    )
}
