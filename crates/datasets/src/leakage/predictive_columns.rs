//! Columns that know the outcome: [`predictive_columns`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::auc::{Auc, area};
use super::columns::Cell;
use super::concentration::Accounts;
use super::observed::Observed;

/// Lower end of the interval beyond which a column is flagged.
pub(crate) const TOO_WELL: f64 = 0.85;
/// Columns looked at: the most frequent ones of the sample.
const MOST_COLUMNS: usize = 256;
/// A column of numbers with no more different ones is also read as categories.
const FEW: usize = 50;
/// A category with fewer calls to learn from is pooled with the other rare ones.
const RARE: f64 = 3.0;
/// Parts of the cross-fit.
pub(crate) const PARTS: usize = 5;

/// A column of the sample: a cell or none for each call.
pub(crate) type Column<'o> = (&'o str, Vec<Option<&'o Cell>>);

/// The columns of a sample by name, at most 256.
pub(crate) fn sampled_columns<'o>(
    sample: &[&'o Observed],
    ignored: &BTreeSet<String>,
) -> Vec<Column<'o>> {
    let mut by_name: BTreeMap<&str, Vec<(usize, &Cell)>> = BTreeMap::new();
    for (at, call) in sample.iter().enumerate() {
        for (name, cell) in &call.columns {
            if !ignored.contains(name) {
                by_name.entry(name).or_default().push((at, cell));
            }
        }
    }
    let mut columns: Vec<_> = by_name.into_iter().collect();
    columns.sort_by_key(|(_, cells)| std::cmp::Reverse(cells.len()));
    columns.truncate(MOST_COLUMNS);
    columns.sort_by_key(|(name, _)| *name);
    let filled = |(name, cells)| {
        let cells: HashMap<usize, &Cell> = Vec::into_iter(cells).collect();
        let column = (0..sample.len()).map(|at| cells.get(&at).copied());
        (name, column.collect())
    };
    columns.into_iter().map(filled).collect()
}

/// The columns whose AUC is beyond what can be known at call time, the best first.
pub(crate) fn predictive_columns(
    sample: &[&Observed],
    columns: &[Column<'_>],
    units: Accounts,
) -> Vec<(String, Auc)> {
    let mut found: Vec<_> = columns
        .iter()
        .filter_map(|(name, cells)| {
            let auc = Auc::with_interval(column_area(sample, cells)?, units);
            (auc.low > TOO_WELL).then(|| ((*name).to_owned(), auc))
        })
        .collect();
    found.sort_by(|(a, auc_a), (b, auc_b)| auc_b.value.total_cmp(&auc_a.value).then(a.cmp(b)));
    found
}

/// How well a column alone tells the outcome. Numbers count by rank, in the better direction and with missing ones at
/// the better end; categories, and numbers of few kinds, by their cross-fitted share of won calls.
fn column_area(sample: &[&Observed], cells: &[Option<&Cell>]) -> Option<f64> {
    let numbers: Option<Vec<_>> = cells
        .iter()
        .map(|cell| match cell {
            None => Some(None),
            Some(Cell::Number(number)) => Some(Some(*number)),
            Some(Cell::Text(_)) => None,
        })
        .collect();
    let Some(numbers) = numbers else {
        return category_area(sample, cells);
    };
    let kinds: BTreeSet<u64> = numbers
        .iter()
        .flatten()
        .map(|number| number.to_bits())
        .take(10_000)
        .collect();
    let by_category = if kinds.len() <= FEW {
        category_area(sample, cells)
    } else {
        None
    };
    let by_rank = [f64::NEG_INFINITY, f64::INFINITY]
        .into_iter()
        .filter_map(|missing| {
            let mut scored: Vec<_> = numbers
                .iter()
                .zip(sample)
                .map(|(number, call)| (number.unwrap_or(missing), call.outcome.is_won()))
                .collect();
            area(&mut scored).map(|area| area.max(1.0 - area))
        });
    by_rank.chain(by_category).reduce(f64::max)
}

/// Won and all calls of a category.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    won: f64,
    all: f64,
}

impl Share {
    fn add(&mut self, is_won: bool) {
        self.won += f64::from(u8::from(is_won));
        self.all += 1.0;
    }

    fn plus(self, other: Self) -> Self {
        Self {
            won: self.won + other.won,
            all: self.all + other.all,
        }
    }

    fn rate(self) -> f64 {
        self.won / self.all.max(1.0)
    }
}

/// The area of the share of won calls in each category, learned from the other parts. Accounts stay together, so that
/// an id that names one account learns nothing; the part's own base rate is taken off, so that nothing scores 0.5.
fn category_area(sample: &[&Observed], cells: &[Option<&Cell>]) -> Option<f64> {
    let keys: Vec<String> = cells.iter().map(|cell| key(*cell)).collect();
    let mut scored = Vec::with_capacity(sample.len());
    for part in 0..PARTS {
        let mut total = Share::default();
        let mut shares: HashMap<&str, Share> = HashMap::new();
        for (call, key) in sample
            .iter()
            .zip(&keys)
            .filter(|(call, _)| call.part() != part)
        {
            total.add(call.outcome.is_won());
            shares.entry(key).or_default().add(call.outcome.is_won());
        }
        let rare = shares
            .values()
            .filter(|share| share.all < RARE)
            .fold(Share::default(), |sum, share| sum.plus(*share));
        let score = |key: &str| {
            let own = shares.get(key).copied().unwrap_or_default();
            let share = if own.all < RARE { rare } else { own };
            let prior = Share {
                won: 2.0 * total.rate(),
                all: 2.0,
            };
            share.plus(prior).rate() - total.rate()
        };
        let own = sample
            .iter()
            .zip(&keys)
            .filter(|(call, _)| call.part() == part);
        scored.extend(own.map(|(call, key)| (score(key), call.outcome.is_won())));
    }
    area(&mut scored)
}

/// A cell as a category; a missing one is a category too.
fn key(cell: Option<&Cell>) -> String {
    match cell {
        None => String::new(),
        Some(Cell::Number(number)) => format!("={number}"),
        Some(Cell::Text(text)) => format!("={text}"),
    }
}
