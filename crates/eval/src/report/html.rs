//! A report as one HTML page that needs nothing else: [`Report::to_html`].

use super::Report;
use super::charts::figures;
use super::escape::html as escape;
use super::tables::{Section, headlines, named, protocol, sections};
use crate::numbers::{count, interval, measure, percent};
use crate::{Finding, Metric};

const STYLE: &str = include_str!("style.css");

impl Report {
    /// As one page with charts, without scripts and without anything from outside; light or dark as the reader's system
    /// is, light on paper. Names and snippets are shown as text, whatever they hold.
    pub fn to_html(&self) -> String {
        let title = escape(&self.title);
        let tables: String = sections(self).iter().map(section).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <header><h1>{title}</h1><p class=\"quiet\">{}</p></header>\n{}\n{}\n\
             <section class=\"charts\">{}</section>\n{tables}\n{}\n</main>\n</body>\n</html>\n",
            escape(&subtitle(self)),
            tiles(self),
            verdicts(self),
            figures(self),
            made(self),
        )
    }
}

fn subtitle(report: &Report) -> String {
    let calls = report.calls;
    let names: Vec<String> = report
        .curves
        .iter()
        .skip(1)
        .map(|curves| named(&curves.method))
        .collect();
    let against = if names.is_empty() {
        String::new()
    } else {
        format!(" against {}", names.join(", "))
    };
    format!(
        "{}{against}, on {} calls that the models had not seen",
        named(&report.ours),
        count(calls.calls)
    )
}

fn tiles(report: &Report) -> String {
    let calls = report.calls;
    let longest = report.prefixes.first().map_or(1.0, |at| at.prefix);
    let metric = |metric: Metric| {
        let found = report.metric(&report.ours, longest, metric);
        let value = found.map_or_else(|| "–".to_owned(), |estimate| measure(estimate.value));
        let within = found.map_or_else(
            || "not defined: all calls came out alike".to_owned(),
            |estimate| {
                format!(
                    "{} % interval {}",
                    100.0 * report.bootstrap.level(),
                    interval(&estimate)
                )
            },
        );
        (metric.name().to_owned(), value, within)
    };
    let base = percent(calls.won as f64 / calls.calls.max(1) as f64);
    let won = format!(
        "{} won, so {base}; {} accounts",
        count(calls.won),
        count(calls.groups)
    );
    let tiles = [
        ("Calls".to_owned(), count(calls.calls), won),
        metric(Metric::Auc),
        metric(Metric::Brier),
        metric(Metric::Lift),
    ];
    let tile = |(name, number, note): (String, String, String)| {
        format!(
            "<div class=\"tile\"><dt>{name}</dt><dd><strong>{number}</strong><span>{note}</span></dd></div>"
        )
    };
    format!("<dl class=\"tiles\">{}</dl>", tiles.map(tile).concat())
}

fn verdicts(report: &Report) -> String {
    let lines = headlines(report);
    if lines.is_empty() {
        return "<div class=\"notice\"><p>There is no other method to compare with, so nothing is said of better or worse.</p></div>"
            .to_owned();
    }
    let line = |(finding, sentence): &(Option<Finding>, String)| {
        let (class, sign) = match finding {
            Some(Finding::Better) => ("good", "✓"),
            Some(Finding::Worse) => ("bad", "✗"),
            Some(Finding::NotShown | Finding::TooFewGroups) | None => ("open", "○"),
        };
        format!(
            "<li class=\"{class}\"><b aria-hidden=\"true\">{sign}</b> {}</li>",
            escape(sentence)
        )
    };
    let lines: String = lines.iter().map(line).collect();
    let name = escape(&named(&report.ours));
    format!(
        "<div class=\"notice\"><p>With all that is known, {name} is</p><ul class=\"verdicts\">{lines}</ul></div>"
    )
}

fn cells(tag: &str, cells: &[String]) -> String {
    let cell = |(at, text): (usize, &String)| {
        let (tag, scope) = match (tag, at) {
            ("th", _) => ("th", " scope=\"col\""),
            (_, 0) => ("th", " scope=\"row\""),
            // Sentences are read from the left; numbers are compared from the right.
            (tag, _) if text.chars().count() > 60 && !text.contains("runs ") => {
                (tag, " class=\"words\"")
            }
            (tag, _) => (tag, ""),
        };
        format!("<{tag}{scope}>{}</{tag}>", lines(text))
    };
    let cells: String = cells.iter().enumerate().map(cell).collect();
    format!("<tr>{cells}</tr>")
}

/// A number with its interval and its runs on lines of their own; any other text as it is.
fn lines(text: &str) -> String {
    match text.split_once(" [") {
        Some((value, rest)) if value.parse::<f64>().is_ok() => {
            let (interval, runs) = rest.split_once(" · ").unwrap_or((rest, ""));
            let runs = if runs.is_empty() {
                String::new()
            } else {
                format!("<br><span class=\"quiet\">{}</span>", escape(runs))
            };
            format!(
                "{}<br><span class=\"quiet whole\">[{}</span>{runs}",
                escape(value),
                escape(interval)
            )
        }
        _ => escape(text),
    }
}

fn section(section: &Section) -> String {
    let quiet = |sentence: &String| format!("<p class=\"quiet\">{}</p>", escape(sentence));
    let sentences = section.sentences.iter().map(quiet).collect::<String>();
    let rows: String = section.rows.iter().map(|row| cells("td", row)).collect();
    let table = if section.rows.is_empty() {
        String::new()
    } else {
        let head = cells("th", &section.head);
        format!(
            "<div class=\"wide\"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
        )
    };
    format!(
        "<section class=\"figure table\"><h2>{}</h2>{sentences}{table}</section>\n",
        escape(&section.title)
    )
}

fn made(report: &Report) -> String {
    let row = |(name, value): &(&str, String)| {
        let value = escape(value);
        let value = if *name == "Command" {
            format!("<code>{value}</code>")
        } else {
            value
        };
        format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>")
    };
    let rows: String = protocol(report).iter().map(row).collect();
    format!(
        "<section class=\"figure table made\"><h2>How it was measured</h2><div class=\"wide\"><table>{rows}</table></div>\
         <p class=\"quiet\">Intervals speak of the choice of calls: accounts are resampled, once for all runs and methods. They do \
         not speak of calls of another kind or another time.</p></section>"
    )
}
