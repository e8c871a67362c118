//! Predictions that earlier runs wrote, of all their seeds and folds together: [`Written`].

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use upturn::eval::{PredictionTable, Predictions, Row, Runs};
use upturn::{Conversation, ConversationId};

use super::out_of_fold::Method;
use crate::error::CliError;
use crate::failure::Failure;

/// The calls that anything was said of.
pub(super) fn asked(methods: &[Method]) -> BTreeSet<ConversationId> {
    let said = methods.iter().flat_map(|method| &method.at);
    let runs = said.flat_map(Runs::all);
    let rows = runs.flat_map(Predictions::rows);
    rows.map(|row| row.id.clone()).collect()
}

/// Files of one form, each of some folds and seeds.
#[derive(Debug)]
pub(super) struct Written {
    tables: Vec<PredictionTable>,
    /// Shares of the turns, in the order of the files.
    pub(super) prefixes: Vec<f64>,
    /// Rising.
    pub(super) seeds: Vec<u64>,
}

impl Written {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// If one can't be read, or is no table of predictions.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self, Failure> {
        let tables: Result<Vec<_>, _> = paths.iter().map(PredictionTable::read).collect();
        let tables = tables?;
        let (mut prefixes, mut seeds): (Vec<f64>, Vec<u64>) = (Vec::new(), Vec::new());
        for (prefix, seed) in tables.iter().flat_map(PredictionTable::runs) {
            if !prefixes
                .iter()
                .any(|known| known.total_cmp(&prefix).is_eq())
            {
                prefixes.push(prefix);
            }
            seeds.push(seed);
        }
        seeds.sort_unstable();
        seeds.dedup();
        Ok(Self {
            tables,
            prefixes,
            seeds,
        })
    }

    /// What each method said of the calls, ours first, which stands in the first column of a method; a run for each seed.
    ///
    /// # Errors
    ///
    /// If files speak twice of a call, of one that is not in the data or ended otherwise there, or if seeds speak of other calls.
    pub(super) fn methods(&self, calls: &[&Conversation]) -> Result<Vec<Method>, Failure> {
        let known: HashMap<&ConversationId, &Conversation> =
            calls.iter().map(|call| (call.id(), *call)).collect();
        let names = self
            .tables
            .first()
            .map_or(&[][..], PredictionTable::methods);
        let method = |name: &String| {
            let at = |prefix: &f64| self.runs(name, *prefix, &known);
            let at = self
                .prefixes
                .iter()
                .map(at)
                .collect::<Result<_, Failure>>()?;
            Ok(Method {
                name: name.clone(),
                at,
            })
        };
        names.iter().map(method).collect()
    }

    fn runs(
        &self,
        method: &str,
        prefix: f64,
        known: &HashMap<&ConversationId, &Conversation>,
    ) -> Result<Runs, Failure> {
        let runs = self.seeds.iter();
        let runs = runs.map(|seed| self.run(method, prefix, *seed, known));
        Ok(Runs::new(runs.collect::<Result<_, Failure>>()?)?)
    }

    /// One seed: the rows of all files that have it.
    fn run(
        &self,
        method: &str,
        prefix: f64,
        seed: u64,
        known: &HashMap<&ConversationId, &Conversation>,
    ) -> Result<Predictions, Failure> {
        let mut rows: Vec<Row> = Vec::new();
        let is_it = |run: &(f64, u64)| run.0.total_cmp(&prefix).is_eq() && run.1 == seed;
        for table in self.tables.iter().filter(|it| it.runs().iter().any(is_it)) {
            let said = table.predictions(method, prefix, seed, &|_| String::new())?;
            rows.extend(said.rows().iter().cloned());
        }
        for row in &mut rows {
            let call = known.get(&row.id).filter(|call| {
                let outcome = call.outcome();
                outcome.is_some_and(|outcome| outcome.is_won() == row.won)
            });
            let Some(call) = call else {
                let id = row.id.clone();
                return Err(CliError::NotOfTheData { id }.into());
            };
            call.group().clone_into(&mut row.group);
        }
        Ok(Predictions::new(rows)?)
    }
}
