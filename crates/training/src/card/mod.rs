//! What a model says of itself: `card.md` and `metrics.json`.

mod limits;
mod numbers;
mod phases;
mod training;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use upturn_core::{Embeddings, Fingerprint};
use upturn_encoder::Origin;
use upturn_eval::Metric;
use upturn_predict::Stage;

use crate::{EpochReport, FirstLook, Labels, Passes, RecipeChoice, TrainedModel, TrainingConfig};
use numbers::{interval, share, value};

/// What both files tell, each in its way.
#[derive(Debug, Clone)]
pub(crate) struct Card<'a> {
    /// Of the encoder that is published.
    encoder: &'a Fingerprint,
    /// Of the one that training began with.
    base: Origin,
    labels: Labels,
    data: &'a Fingerprint,
    config: &'a TrainingConfig,
    epochs: &'a [EpochReport],
    passes: &'a [Passes],
    /// Tokens of a moment.
    moment_tokens: usize,
    looks: BTreeMap<Stage, FirstLook>,
    /// Whether words of finished calls were learnt from single sentences besides.
    sentences: bool,
    /// Whether the encoder was to learn and is what it was.
    unchanged: bool,
}

/// `metrics.json`.
#[derive(Debug, Serialize)]
pub(crate) struct Metrics<'a> {
    calls: usize,
    won: usize,
    out_of_fold: &'a BTreeMap<Stage, FirstLook>,
    epochs: &'a [EpochReport],
    accounts: usize,
    data_fingerprint: &'a Fingerprint,
    base_encoder: &'a Origin,
    recipe: Option<RecipeChoice>,
    /// One for each fine-tuning, in the order of `epochs`.
    fine_tunings: &'a [Passes],
    moment_tokens: usize,
    /// Whatever was set, to the last number.
    settings: &'a TrainingConfig,
}

impl<'a> Card<'a> {
    /// Looks at a model.
    pub(crate) fn of(model: &'a TrainedModel, config: &'a TrainingConfig) -> Self {
        Self {
            encoder: Embeddings::fingerprint(&model.encoder),
            base: model.base.origin(),
            labels: model.labels,
            data: &model.data,
            config,
            epochs: &model.epochs,
            passes: &model.passes,
            moment_tokens: model.encoder.moment_tokens(),
            looks: model.first_look(),
            sentences: model
                .predictor
                .stage(Stage::Finished)
                .parts
                .knows_sentences(),
            unchanged: config.tunes() && !model.encoder_changed(),
        }
    }

    /// For programs.
    pub(crate) fn metrics(&self) -> Metrics<'_> {
        Metrics {
            calls: self.labels.total(),
            won: self.labels.won,
            out_of_fold: &self.looks,
            epochs: self.epochs,
            accounts: self.labels.accounts,
            data_fingerprint: self.data,
            base_encoder: &self.base,
            recipe: self.config.recipe,
            fine_tunings: self.passes,
            moment_tokens: self.moment_tokens,
            settings: self.config,
        }
    }

    fn prefixes(&self, stage: Stage) -> usize {
        self.looks.get(&stage).map_or(0, |look| look.prefixes)
    }

    fn what_it_is(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "# A model of upturn\n\n\
             Gives the chance that a sales conversation is won, from any prefix of it.\n",
        )?;
        let licence = self.base.licence.as_deref().unwrap_or("unknown");
        rows(
            f,
            &[
                ("encoder fingerprint", format!("`{}`", self.encoder)),
                ("base encoder", escaped(&self.base.name)),
                ("licence of the base encoder", escaped(licence)),
            ],
        )
    }

    fn what_it_learnt_from(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Labels { won, accounts, .. } = self.labels;
        let calls = self.labels.total();
        f.write_str("\n## What it learnt from\n")?;
        rows(
            f,
            &[
                ("calls", calls.to_string()),
                ("accounts", accounts.to_string()),
                ("won", format!("{won} ({})", share(won, calls))),
                ("data fingerprint", format!("`{}`", self.data)),
            ],
        )?;
        f.write_str(
            "\nThe data fingerprint is the SHA-256 of ids, outcomes, speakers and texts in the order of the ids: the same calls \
             give the same one, whatever file they came from. `trained_on.json` holds salted digests of ids, accounts and reps, so \
             that `upturn forget --models` can say whether this model learnt from a call; no name can be read there.\n",
        )
    }

    fn how(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.config;
        f.write_str("\n## How\n\n")?;
        match config.recipe {
            Some(choice) => writeln!(f, "{}.", capitalised(&choice.to_string())),
            None => f.write_str(
                "The settings are the calling program's; no recipe was chosen.
",
            ),
        }?;
        let count = |stage| self.prefixes(stage).to_string();
        let mut all = phases::rows(config);
        all.extend([
            ("epochs at most", config.epochs.to_string()),
            ("trained layers", trained_layers(config)),
            ("words of finished calls from", words_from(self.sentences)),
            ("shares of a call learnt from", shares(&config.prefixes)),
            (
                "shares asked about besides",
                shares(&config.calibration_prefixes),
            ),
            ("parts for cross-fitting", config.folds.to_string()),
            ("tokens of a moment", self.moment_tokens.to_string()),
            ("seed", config.seed.to_string()),
            ("cross-fitted calls", count(Stage::Finished)),
            ("cross-fitted live prefixes", count(Stage::Live)),
        ]);
        rows(f, &all)?;
        training::write(f, config, self.passes)
    }

    fn how_good(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "\n## A first look at how good it is\n\n\
             | calls | metric | value | 95 % interval |\n|---|---|--:|--:|\n",
        )?;
        for (stage, look) in &self.looks {
            for metric in Metric::ALL {
                let measured = look.metrics.get(metric.as_str()).copied().flatten();
                let within = look.intervals.get(metric.as_str()).copied().flatten();
                writeln!(
                    f,
                    "| {stage} | {} | {} | {} |",
                    metric.name(),
                    value(measured),
                    interval(within)
                )?;
            }
        }
        f.write_str(
            "\nThese figures are of calls whose words neither encoder nor parts had seen; blend and calibration had seen them, so \
             they look a little better than they are. Intervals are of the choice of accounts (bootstrap), not of seeds or folds. \
             `upturn evaluate` measures on folds that nothing has seen.\n",
        )
    }
}

impl fmt::Display for Card<'_> {
    /// `card.md`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what_it_is(f)?;
        self.what_it_learnt_from(f)?;
        self.how(f)?;
        self.how_good(f)?;
        f.write_str("\n## Limits\n\n")?;
        for limit in self.limits() {
            writeln!(f, "- {limit}")?;
        }
        Ok(())
    }
}

fn trained_layers(config: &TrainingConfig) -> String {
    if !config.tunes() {
        "none".to_owned()
    } else if config.all_layers {
        "all".to_owned()
    } else {
        format!("the upper {}", config.trainable_layers)
    }
}

/// `0.5, 0.75, 1`, or `none`.
fn shares(shares: &[f64]) -> String {
    if shares.is_empty() {
        return "none".to_owned();
    }
    let shares: Vec<String> = shares.iter().map(f64::to_string).collect();
    shares.join(", ")
}

fn words_from(sentences: bool) -> String {
    let and = if sentences {
        " and single sentences"
    } else {
        ""
    };
    format!("whole calls{and}")
}

/// A table without a head.
fn rows(f: &mut fmt::Formatter<'_>, rows: &[(&str, String)]) -> fmt::Result {
    f.write_str("\n| | |\n|---|---|\n")?;
    for (name, value) in rows {
        writeln!(f, "| {name} | {value} |")?;
    }
    Ok(())
}

/// A folder's name that would end a cell, a row or the page's text does not.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' => safe.extend(['\\', character]),
            control if control.is_control() => safe.push(' '),
            plain => safe.push(plain),
        }
    }
    safe
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

#[cfg(test)]
mod tests;
