//! The demo's calls: [`Material`].

use std::collections::HashMap;

use upturn::datasets::grouped_folds;
use upturn::eval::{Metric, Predictions, Row};
use upturn::simulator::{SimulatorConfig, simulate};
use upturn::{Conversation, ConversationId, Probability};

use super::settings::Settings;
use crate::error::CliError;
use crate::failure::Failure;
use crate::output_file::OutputFile;

/// Parts into which the accounts are cut; one is held out.
const PARTS: usize = 4;

/// Longest call in turns; shorter ones leave time for more of them.
pub(super) const MAX_TURNS: usize = 40;

/// Simulated calls, their true probabilities, and which are held out.
#[derive(Debug)]
pub(super) struct Material {
    /// All calls.
    pub(super) calls: Vec<Conversation>,
    truth: HashMap<ConversationId, Probability>,
    parts: Vec<usize>,
}

impl Material {
    /// Simulates, and writes all calls and those to learn from.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`].
    pub(super) fn simulate(settings: &Settings) -> Result<Self, Failure> {
        let config = SimulatorConfig::new(settings.calls)
            .with_seed(settings.seed)
            .with_turns(*SimulatorConfig::TURNS.start()..=MAX_TURNS);
        let (mut calls, mut truth) = (Vec::new(), HashMap::new());
        for call in simulate(&config) {
            truth.insert(call.conversation.id().clone(), call.win_probability);
            calls.push(call.conversation);
        }
        let parts = grouped_folds(&calls, PARTS, settings.seed);
        let material = Self {
            calls,
            truth,
            parts,
        };
        write(&settings.all(), material.calls.iter())?;
        write(&settings.training(), material.training().into_iter())?;
        Ok(material)
    }

    /// The calls to learn from.
    pub(super) fn training(&self) -> Vec<&Conversation> {
        self.of(|part| part != 0)
    }

    /// The calls that nothing learns from; no account of theirs is among the others.
    pub(super) fn held_out(&self) -> Vec<&Conversation> {
        self.of(|part| part == 0)
    }

    fn of(&self, wanted: impl Fn(usize) -> bool) -> Vec<&Conversation> {
        self.calls
            .iter()
            .zip(&self.parts)
            .filter(|(_, part)| wanted(**part))
            .map(|(call, _)| call)
            .collect()
    }

    /// What one who knows every true probability says of the calls held out.
    pub(super) fn oracle(&self) -> Result<Predictions, Failure> {
        let held = self.held_out();
        let rows = held
            .iter()
            .filter_map(|call| row(call, *self.truth.get(call.id())?));
        Ok(Predictions::new(rows.collect())?)
    }

    /// The AUC of that.
    pub(super) fn best_auc(&self) -> Option<f64> {
        let oracle = self.oracle().ok()?;
        let probabilities: Vec<f64> = oracle
            .rows()
            .iter()
            .map(|row| row.probability.value())
            .collect();
        let won: Vec<bool> = oracle.rows().iter().map(|row| row.won).collect();
        Metric::Auc.of(&probabilities, &won)
    }
}

/// A prediction of a call whose outcome is known.
pub(super) fn row(call: &Conversation, probability: Probability) -> Option<Row> {
    Some(Row {
        id: call.id().clone(),
        group: call.group().to_owned(),
        won: call.outcome()?.is_won(),
        probability,
    })
}

/// Whether the call is known to be won.
pub(super) fn is_won(call: &Conversation) -> bool {
    call.outcome().is_some_and(upturn::Outcome::is_won)
}

fn write<'a>(
    path: &std::path::Path,
    calls: impl Iterator<Item = &'a Conversation>,
) -> Result<(), CliError> {
    let mut file = OutputFile::create(path)?;
    for call in calls {
        file.line(&serde_json::to_string(call)?)?;
    }
    file.publish()
}
