//! `upturn score`: a call by the questions of a rubric.

mod agreement;
mod text;

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use serde::Serialize;
use upturn::coaching::{
    Background, CallFacts, KnownNames, Meter, Rubric, Rules, Scorecard, Tracked, TrackerQuality,
    Trackers, TrackersConfig,
};
use upturn::datasets::Corpus;
use upturn::{Conversation, ConversationId, Metadata, Model, Prefix};

use crate::call::CallArgs;
use crate::context::Context;
use crate::dataset::DataArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inference::InferenceArgs;
use crate::objection_args::ObjectionArgs;
use crate::rules_file;
use agreement::ScoredByPeople;

const EXAMPLES: &str = "Examples:\n  upturn score --call call.json\n  upturn schema rubric > rubric.toml\n  \
    upturn schema trackers > trackers.toml\n  \
    upturn score --call call.json --rubric rubric.toml --trackers trackers.toml --model model \\\n    --background calls.jsonl\n  \
    upturn score --data calls.jsonl --human scores.csv";

/// Score a call by a rubric, with the turns each answer rests on.
///
/// A question of the rubric looks at a measure of the call, at its metadata, at a rule of warnings, or at what a tracker
/// finds. What a call cannot answer counts neither for nor against, and is said. The score is of what was answered; beside
/// it stands between which shares of all points it lies.
///
/// Trackers look for what their examples mean, by the encoder of a model. How well each finds its own examples is printed.
///
/// With `--data` and `--human` in place of `--call`, says how the rubric agrees with what people gave these calls, question by
/// question.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    group(ArgGroup::new("scored").required(true).args(["call", "data"])),
    group(ArgGroup::new("by_encoder").multiple(true).args(["trackers", "prototypes"])),
    mut_arg("prototypes", |prototypes| prototypes.requires("model")),
    mut_arg("call", |call| call.required(false)),
    mut_arg("turns", |turns| turns.conflicts_with("data")),
    mut_arg("data", |data| data.required(false).requires("human")),
    mut_arg("corpus", |corpus| corpus.requires("data")),
)]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    call: Option<CallArgs>,
    #[command(flatten)]
    data: Option<DataArgs>,
    /// What people gave the calls of `--data`, to say how the rubric agrees with them: CSV with the columns
    /// `conversation,question,points`, or JSON Lines with these keys.
    #[arg(long, value_name = "FILE", requires = "data")]
    human: Option<PathBuf>,
    /// Your rubric instead of the shipped one, which `upturn schema rubric` prints.
    #[arg(long, value_name = "FILE")]
    rubric: Option<PathBuf>,
    /// Your rules instead of the shipped ones, for questions that ask for a rule.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The name of a competitor to watch for; may be given again.
    #[arg(long, value_name = "NAME")]
    competitor: Vec<String>,
    #[command(flatten)]
    objections: ObjectionArgs,
    /// What to look for by examples; `upturn schema trackers` prints some.
    #[arg(long, value_name = "FILE", requires = "model")]
    trackers: Option<PathBuf>,
    /// The model whose encoder the trackers and the prototypes use, as `upturn train` wrote it.
    #[arg(long, value_name = "MODEL", requires = "by_encoder")]
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
        let rubric = rubric.unwrap_or_default();
        let prototypes = self.objections.prototypes()?;
        let (background, exit) = self.background(context)?;
        let competitors = self.competitor.iter().map(String::as_str);
        let mut meter = Meter::default().with_competitors(competitors);
        let mut trackers = None;
        if let Some(folder) = &self.model {
            let model = Model::open_with(folder, &self.inference.options())?;
            let encoder = model.encoder();
            meter = prototypes.watching(meter, encoder, context.printer)?;
            let fit = |config| Trackers::fit(config, encoder.clone(), &background);
            trackers = config.map(fit).transpose()?;
        }
        let scorer = Scorer {
            meter,
            rules,
            rubric,
            trackers,
        };
        if let Some(call) = &self.call {
            scorer.tell_one(call, context)?;
        }
        let (Some(data), Some(human)) = (self.data, self.human) else {
            return Ok(exit);
        };
        let many = ScoredByPeople { data, human };
        let card = |call: &Conversation| Ok(scorer.score(call.whole(), call.metadata())?.0);
        Ok(exit.max(many.compare(&scorer.rubric, context, card)?))
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

/// What a call is scored by.
struct Scorer {
    meter: Meter,
    rules: Rules,
    rubric: Rubric,
    trackers: Option<Trackers>,
}

impl Scorer {
    /// The card, and what the trackers found.
    fn score(
        &self,
        prefix: Prefix<'_>,
        metadata: &Metadata,
    ) -> Result<(Scorecard, Option<Tracked>), Failure> {
        let trackers = self.trackers.as_ref();
        let tracked = trackers.map(|it| it.track(prefix)).transpose()?;
        let measures = self.meter.measure(prefix);
        let facts = CallFacts::new(&measures, metadata, &self.rules);
        let facts = tracked.iter().fold(facts, CallFacts::with_tracked);
        Ok((self.rubric.score(&facts), tracked))
    }

    /// Scores one call and prints its card.
    fn tell_one(&self, asked: &CallArgs, context: &Context) -> Result<(), Failure> {
        let call = asked.read()?;
        let prefix = asked.prefix(&call, context.printer);
        let (card, tracked) = self.score(prefix, call.metadata())?;
        let report = Report {
            conversation: prefix.id(),
            turns: prefix.turns().len(),
            finished: prefix.is_finished(),
            card,
            tracker_qualities: qualities(self.trackers.as_ref()),
            tracked,
        };
        context.printer.answer(&text::of(&report), &report)
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
