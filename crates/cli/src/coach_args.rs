//! Which call is to be explained, and by what: [`CoachArgs`].

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use upturn::answers::{Analyst, Learnt};
use upturn::coaching::{Coach, Explanation, LabelledCall, Meter, Reference, RuleLift, Rules};
use upturn::datasets::Corpus;
use upturn::predict::ConversionPredictor;
use upturn::{Conversation, Filter, Prefix};

use crate::call::CallArgs;
use crate::context::Context;
use crate::dataset::{DataArgs, Dataset};
use crate::failure::{Failure, chain};
use crate::filter_args::FilterArgs;
use crate::objection_args::ObjectionArgs;
use crate::rules_file;
use crate::seen::warn_if_learnt;
use crate::sources::{SourceArgs, Sources, nobody_votes, warn_of_missing};

/// Measures of labelled calls, and what the rules are worth on them.
type Known = (Arc<Reference>, Vec<RuleLift>);

/// The call, and what stands beside it.
#[derive(Debug, Args)]
pub(crate) struct CoachArgs {
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    call: CallArgs,
    /// At most so many comparable calls of either outcome.
    #[arg(long, value_name = "K", default_value = "3")]
    beside: usize,
    /// Labelled calls that the measures of this one are compared with, as of a data set; none by default.
    #[arg(long, value_name = "PATH")]
    reference: Option<PathBuf>,
    /// The form of the reference.
    #[arg(long, value_name = "NAME", default_value = Corpus::Jsonl.as_str(), requires = "reference")]
    corpus: Corpus,
    /// Your rules instead of the shipped ones, which `upturn schema rules` prints.
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// The name of a competitor to watch for; may be given again.
    #[arg(long, value_name = "NAME")]
    competitor: Vec<String>,
    #[command(flatten)]
    objections: ObjectionArgs,
    #[command(flatten)]
    among: FilterArgs,
}

/// A call explained, and what it was asked of.
pub(crate) struct Explained {
    /// The explanation.
    pub(crate) explanation: Explanation,
    /// Why there is no evidence of other calls; none where there is.
    pub(crate) missing: Option<String>,
    /// Whether the model learnt from the call.
    pub(crate) learnt: Learnt,
    /// Model and collection.
    pub(crate) sources: Sources,
    /// The calls that were looked among.
    pub(crate) among: Filter,
}

/// Whoever answers questions about a call.
pub(crate) struct Asked {
    /// Model, collection, rules and reference in one.
    pub(crate) analyst: Analyst,
    /// The call.
    pub(crate) call: Conversation,
    /// How many of its turns are known; none if it is over.
    pub(crate) turns: Option<NonZeroUsize>,
}

/// All that a coach is made of.
struct Prepared {
    call: Conversation,
    /// How many of its turns are known; none if it is over.
    turns: Option<NonZeroUsize>,
    sources: Sources,
    meter: Meter,
    rules: Rules,
    known: Option<Known>,
    beside: usize,
    among: Filter,
}

impl CoachArgs {
    /// Makes ready for questions about the call; says so where the collection can't be asked.
    ///
    /// # Errors
    ///
    /// If the model, the call, the rules, the prototypes or the reference can't be used.
    pub(crate) fn asked(self, context: &Context) -> Result<Asked, Failure> {
        let it = self.prepared(context)?;
        let coach = it.coach(it.sources.predictor()?);
        warn_if_learnt(&it.sources.model, &it.call, context.printer);
        let analyst = it.sources.analyst(coach, it.among, context)?;
        Ok(Asked {
            analyst,
            call: it.call,
            turns: it.turns,
        })
    }

    /// Explains the call; where the collection can't be asked, without other calls, and says so.
    ///
    /// # Errors
    ///
    /// If the model, the call, the rules, the prototypes or the reference can't be used.
    pub(crate) fn explain(self, context: &Context) -> Result<Explained, Failure> {
        let it = self.prepared(context)?;
        let (explanation, missing) = it.explained()?;
        if let Some(reason) = &missing {
            warn_of_missing(context, reason);
        }
        let learnt = warn_if_learnt(&it.sources.model, &it.call, context.printer);
        Ok(Explained {
            explanation,
            missing,
            learnt,
            sources: it.sources,
            among: it.among,
        })
    }

    /// Reads whatever was typed, the small files first, and opens the model and the collection.
    fn prepared(self, context: &Context) -> Result<Prepared, Failure> {
        let call = self.call.read()?;
        let rules = rules_file::given(self.rules.as_deref(), Rules::from_toml)?.unwrap_or_default();
        let prototypes = self.objections.prototypes()?;
        let prefix = self.call.prefix(&call, context.printer);
        let live = !prefix.is_finished();
        let turns = NonZeroUsize::new(prefix.turns().len()).filter(|_| live);
        let corpus = self.corpus;
        let reference = self.reference.map(|data| DataArgs { data, corpus });
        let reference = reference.map(|it| it.read(context.printer)).transpose()?;
        let sources = self.sources.open(context)?;
        let names = self.competitor.iter().map(String::as_str);
        let meter = Meter::default().with_competitors(names);
        let meter = prototypes.watching(meter, sources.model.encoder(), context.printer)?;
        let known = reference.map(|data| known(&data, &meter, &rules, prefix));
        Ok(Prepared {
            turns,
            sources,
            meter,
            rules,
            known,
            beside: self.beside,
            among: self.among.filter(),
            call,
        })
    }
}

impl Prepared {
    fn coach(&self, predictor: ConversionPredictor) -> Coach {
        let coach = Coach::new(predictor)
            .with_meter(self.meter.clone())
            .with_rules(self.rules.clone())
            .with_beside(self.beside);
        match &self.known {
            Some((reference, lifts)) => coach
                .with_reference(reference.clone())
                .with_lifts(lifts.clone()),
            None => coach,
        }
    }

    /// The explanation, and why there is no evidence of other calls.
    fn explained(&self) -> Result<(Explanation, Option<String>), Failure> {
        let sources = &self.sources;
        let mut asked = self.coach(sources.predictor()?);
        if let Ok(store) = &sources.store {
            asked = asked.with_store(store.clone(), self.among.clone());
        }
        let prefix = self.turns.map_or_else(
            || self.call.whole(),
            |turns| Prefix::first(&self.call, turns.get()),
        );
        match asked.explain(prefix) {
            Err(error) if error.is_of_evidence() => {
                let alone = self.coach(sources.model.predictor_without_evidence()?);
                Ok((alone.explain(prefix)?, Some(chain(&error))))
            }
            answer => {
                let answer = answer?;
                let missing = sources
                    .missing()
                    .or_else(|| nobody_votes(&answer.prediction));
                let missing = missing.map(str::to_owned);
                Ok((answer, missing))
            }
        }
    }
}

/// Measures of labelled calls of other accounts, as far as this one goes, and what the rules are worth on them.
fn known(data: &Dataset, meter: &Meter, rules: &Rules, prefix: Prefix<'_>) -> Known {
    let group = prefix.conversation().group();
    let others = data
        .conversations
        .iter()
        .filter(|call| call.group() != group);
    let turns = prefix.turns().len();
    let as_far = |call: &'_ Conversation| {
        if prefix.is_finished() {
            Some(meter.measure(call.whole()))
        } else {
            (call.turns().len() >= turns).then(|| meter.measure(Prefix::first(call, turns)))
        }
    };
    let measured: Vec<_> = others
        .filter_map(|call| Some((call, as_far(call)?)))
        .collect();
    let labelled = measured.iter();
    let labelled: Vec<LabelledCall<'_>> = labelled
        .filter_map(|(call, measures)| LabelledCall::new(call, measures))
        .collect();
    let lifts = rules.lift(&labelled);
    let mut reference = Reference::default();
    reference.extend(labelled);
    (Arc::new(reference), lifts)
}
