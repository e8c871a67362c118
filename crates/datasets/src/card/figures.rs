//! The charts of a page with their captions and the numbers behind them: [`charts`].

use super::escape::html as escape;
use super::markdown::{rows, undated};
use super::numbers::{count, length, rate};
use super::{Card, Group, Length, Segment, length_charts, rate_charts};

/// What the charts of rates show.
const RATES: &str = "Share won with 95 % interval; dashed: all calls";

/// All charts for which there are data.
pub(crate) fn charts(card: &Card) -> String {
    let named = card
        .segments
        .iter()
        .filter(|segment| !segment.values.is_empty());
    let known = card.lengths.iter().filter(|of| of.calls > 0);
    let mut figures: Vec<String> = over_time(card).into_iter().collect();
    figures.extend(named.map(|segment| by_segment(card, segment)));
    figures.extend(known.map(lengths));
    figures.push(talk_shares(card));
    figures.concat()
}

fn over_time(card: &Card) -> Option<String> {
    if card.periods.is_empty() {
        return None;
    }
    let rows: Vec<Group> = card
        .periods
        .iter()
        .cloned()
        .chain(undated(card.undated))
        .collect();
    let chart = rate_charts::over_time(&card.periods, card.base_rate);
    Some(figure(
        "Base rate over time",
        &chart,
        &format!("{RATES}; bars: calls"),
        &table("Period", &rows),
    ))
}

fn by_segment(card: &Card, segment: &Segment) -> String {
    let (name, rows) = (&segment.name, rows(segment));
    let chart = rate_charts::by_group(name, &rows, card.base_rate);
    figure(
        &format!("Base rate by {name}"),
        &chart,
        &format!("{RATES}; right: calls"),
        &table(name, &rows),
    )
}

fn lengths(of: &Length) -> String {
    let [low, middle, high] = [of.p25, of.median, of.p75].map(length);
    let caption = format!(
        "Half of {} calls: {low} to {high}, median {middle}",
        count(of.calls)
    );
    figure(
        &format!("Length in {}", of.unit),
        &length_charts::lengths(of),
        &caption,
        &quantiles(of),
    )
}

fn talk_shares(card: &Card) -> String {
    let caption = "Calls of each outcome by what the seller says of both sides' words";
    let chart = length_charts::talk_shares(&card.talk);
    figure(
        "Seller's share of the words",
        &chart,
        caption,
        &escape(&card.speech()),
    )
}

/// A chart under its title, with a caption, and its numbers to unfold.
fn figure(title: &str, chart: &str, caption: &str, numbers: &str) -> String {
    let (title, caption) = (escape(title), escape(caption));
    format!(
        "<div class=\"figure\"><h2>{title}</h2><figure>{chart}<figcaption class=\"quiet\">{caption}</figcaption></figure>\
         <details><summary>Numbers</summary><div class=\"wide\">{numbers}</div></details></div>"
    )
}

fn table(name: &str, groups: &[Group]) -> String {
    let head = [
        escape(name),
        "calls".into(),
        "won".into(),
        "lost".into(),
        "open".into(),
        "base rate".into(),
    ];
    let rows: String = groups
        .iter()
        .map(
            |Group {
                 label,
                 calls,
                 rate: won,
             }| {
                let [total, w, l, o] =
                    [calls.total(), calls.won, calls.lost, calls.open].map(count);
                row(&[escape(label), total, w, l, o, rate(*won)])
            },
        )
        .collect();
    format!(
        "<table><thead>{}</thead><tbody>{rows}</tbody></table>",
        row(&head)
    )
}

fn quantiles(of: &Length) -> String {
    let rows = [
        ("mean", of.mean),
        ("least", of.least),
        ("5 %", of.p5),
        ("25 %", of.p25),
        ("median", of.median),
        ("75 %", of.p75),
        ("95 %", of.p95),
        ("most", of.most),
    ];
    let rows = rows.map(|(name, number)| row(&[name.to_owned(), length(number)]));
    format!("<table>{}</table>", rows.concat())
}

/// A row of cells that are escaped already; the first one heads it.
pub(crate) fn row(cells: &[String]) -> String {
    let cells = cells.iter().enumerate().map(|(at, cell)| match at {
        0 => format!("<th scope=\"row\">{cell}</th>"),
        _ => format!("<td>{cell}</td>"),
    });
    format!("<tr>{}</tr>", cells.collect::<String>())
}
