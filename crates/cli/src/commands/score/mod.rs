//! `upturn score`: a call by the questions of a rubric.

mod text;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use upturn::coaching::{
    Background, CallFacts, KnownNames, Meter, Rubric, Rules, Scorecard, Tracked, TrackerQuality,
    Trackers, TrackersConfig,
};
use upturn::datasets::Corpus;
use upturn::{ConversationId, Model};

use crate::call::CallArgs;
use crate::context::Context;
use crate::dataset::DataArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inference::InferenceArgs;
use crate::rules_file;

const EXAMPLES: &str = "Examples:\n  upturn score --call call.json\n  upturn schema rubric > rubric.toml\n  \
    upturn schema trackers > trackers.toml\n  \
    upturn score --call call.json --rubric rubric.toml --trackers trackers.toml --model model \\\n    --background calls.jsonl";

/// Score a call by a rubric, with the turns each answer rests on.
///
/// A question of the rubric looks at a measure of the call, at its metadata, at a rule of warnings, or at what a tracker
/// finds. What a call cannot answer counts neither for nor against, and is said. The score is of what was answered; beside
/// it stands between which shares of all points it lies.
///
/// Trackers look for what their examples mean, by the encoder of a model. How well each finds its own examples is printed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    call: CallArgs,
    /// Your rubric instead of the shipped one, which `upturn schema rubric` prints.
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,
    /// Your rules instead of the shipped ones, for questions that ask for a rule.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The name of a competitor to watch for; may be given again.
    #[arg(long, value_name = "NAME")]
    competitor: Vec<String>,
    /// What to look for by examples; `upturn schema trackers` prints some.
    #[arg(long, value_name = "FILE", requires = "model")]
    trackers: Option<PathBuf>,
    /// The model whose encoder the trackers use, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL", requires = "trackers")]
    model: Option<PathBuf>,
    /// Your calls, one conversation a line, from whose sentences the trackers tell what is meant; sentences of ordinary
    /// calls are shipped.
    #[arg(long, value_name = "FILE", requires = "trackers")]
    background: Option<PathBuf>,
    #[command(flatten)]
    inference: InferenceArgs,
}

/// The answer, for programs.
#[derive(Debug, Serialize)]
struct Report<'a> {
    conversation: &'a ConversationId,
    turns: usize,
    finished: bool,
    #[serde(flatten)]
    card: Scorecard,
    /// What the trackers found; absent without trackers.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracked: Option<Tracked>,
    /// How well they find their own examples.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tracker_qualities: Vec<TrackerQuality>,
}

impl ScoreArgs {
    /// Scores the call.
    ///
    /// # Errors
    ///
    /// If the call, the rubric, the rules, the trackers or the model can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let rules = rules_file::given(self.rules.as_deref(), Rules::from_toml)?;
        let rules = rules.unwrap_or_default();
        let config = rules_file::given(self.trackers.as_deref(), TrackersConfig::from_toml)?;
        let known = known(&rules, config.as_ref());
        let rubric = rules_file::given(self.rubric.as_deref(), |text| {
            Rubric::from_toml_knowing(text, &known)
        })?;
        let call = self.call.read()?;
        let prefix = self.call.prefix(&call, context.printer);
        let (background, exit) = self.background(context)?;
        let trackers = self.trackers(config, &background)?;
        let tracked = trackers.as_ref().map(|it| it.track(prefix)).transpose()?;
        let names = self.competitor.iter().map(String::as_str);
        let measures = Meter::default().with_competitors(names).measure(prefix);
        let facts = CallFacts::new(&measures, call.metadata(), &rules);
        let facts = tracked.iter().fold(facts, CallFacts::with_tracked);
        let report = Report {
            conversation: prefix.id(),
            turns: prefix.turns().len(),
            finished: prefix.is_finished(),
            card: rubric.unwrap_or_default().score(&facts),
            tracker_qualities: qualities(trackers.as_ref()),
            tracked,
        };
        context.printer.answer(&text::of(&report), &report)?;
        Ok(exit)
    }

    /// The trackers that are asked for, fitted to the model's encoder.
    fn trackers(
        &self,
        config: Option<TrackersConfig>,
        background: &Background,
    ) -> Result<Option<Trackers>, Failure> {
        let (Some(config), Some(folder)) = (config, &self.model) else {
            return Ok(None);
        };
        let model = Model::open_with(folder, &self.inference.options())?;
        let encoder = model.encoder().clone();
        Ok(Some(Trackers::fit(config, encoder, background)?))
    }

    /// What the trackers tell it from, and how the command ends that read it.
    fn background(&self, context: &Context) -> Result<(Background, Exit), Failure> {
        let Some(path) = &self.background else {
            return Ok((Background::default(), Exit::Done));
        };
        let data = DataArgs {
            data: path.clone(),
            corpus: Corpus::Jsonl,
        };
        let data = data.read(context.printer)?;
        Ok((Background::of_calls(&data.conversations), data.exit()))
    }
}

/// What a rubric may ask for by name; without trackers their questions are not answered, and that is said.
fn known(rules: &Rules, trackers: Option<&TrackersConfig>) -> KnownNames {
    let names = |it: &TrackersConfig| it.trackers.iter().map(|it| it.name.clone()).collect();
    KnownNames {
        rules: Some(rules.names().map(str::to_owned).collect()),
        trackers: trackers.map(names),
    }
}

fn qualities(trackers: Option<&Trackers>) -> Vec<TrackerQuality> {
    let trackers = trackers.into_iter();
    trackers.flat_map(Trackers::qualities).cloned().collect()
}
