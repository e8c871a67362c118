//! `upturn follow`: a call that goes on, turn by turn.

mod reopening;

use std::io::{self, BufRead, BufReader, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde::de::DeserializeOwned;
use upturn::datasets::{NextTurn, TurnLines};
use upturn::predict::{AlertChange, AlertWatch, ConversionPredictor, Live, LiveError, TunedAlerts};
use upturn::{ConversationId, Diagnostic, ErrorKind, Metadata, Prediction, Turn};

use crate::call::warn_of_order;
use crate::commands::predict::PredictionReport;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::{Failure, chain};
use crate::followed_file::FollowedFile;
use crate::interval_note::why_none;
use crate::live_screen::{LiveScreen, line};
use crate::rules_file;
use crate::sources::{SourceArgs, Sources, nobody_votes, warn_of_missing};
use reopening::Reopening;

const EXAMPLES: &str = "Examples:\n  upturn follow --model model --store store\n  \
    upturn follow --model model --store store --turns call.txt --account acme\n  \
    transcribe | upturn follow --model model --store store --format json > answers.jsonl";

/// How often a file is looked at for more.
const PAUSE: Duration = Duration::from_millis(100);

/// Say after every turn how likely a call is won.
///
/// Reads one turn a line as it is said, `buyer: what was said` or `{"speaker": "buyer", "text": "what was said"}`, and answers
/// each with a line: the turns so far, the calibrated probability of won with its interval, how the logit moved, and the verdict.
/// In a terminal the course of the call is drawn below. In JSON each line is what `predict` prints.
///
/// A line that is no turn, or in which nothing is said, is named and passed over. While the collection is down the answers go on
/// without neighbours, and it is asked again with every turn; one that can't be opened is tried again, after 1, 2, 4, 8 and then
/// every 16 turns. A file that is replaced, cut short or taken away while it is followed ends the command.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FollowArgs {
    #[command(flatten)]
    sources: SourceArgs,
    /// File with a turn a line, or `-` for standard input. A file may grow: it is followed until Ctrl-C.
    #[arg(long, value_name = "FILE|-", default_value = "-")]
    turns: PathBuf,
    /// Stop at the end of the file.
    #[arg(long)]
    once: bool,
    /// The call is over where the turns end: answer once more, as of a finished call.
    #[arg(long)]
    over: bool,
    /// Name of the call; what the collection has of it does not count.
    #[arg(long, value_name = "ID", default_value = "live")]
    id: String,
    /// Whose call it is: other calls of the account do not count.
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// JSON file with what is known of the deal, as `metadata` of a call: `{"stage": "Demo", "amount": 14400, "industry": "Logistics"}`.
    /// `--account` counts before its own.
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,
    /// Say when the call is at risk, by the policy that `upturn alerts` wrote.
    #[arg(long, value_name = "FILE")]
    alerts: Option<PathBuf>,
}

/// A prediction, and whether it raised or cleared the alert.
#[derive(Debug, Serialize)]
struct Followed<'a> {
    #[serde(flatten)]
    report: PredictionReport<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<AlertChange>,
    /// The turns are all there will be; absent while the call goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<bool>,
}

/// The call and who watches it.
struct Following<'a> {
    predictor: ConversionPredictor,
    sources: Sources,
    reopening: Reopening,
    context: &'a Context,
    screen: LiveScreen,
    who: (ConversationId, Metadata),
    live: Option<Live>,
    watch: Option<AlertWatch>,
    rejected: usize,
    last_start: u64,
    out_of_order: bool,
}

impl FollowArgs {
    /// Follows the call.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the turns can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let id = ConversationId::new(self.id)?;
        let known = rules_file::given(self.metadata.as_deref(), metadata)?.unwrap_or_default();
        let metadata = Metadata {
            account: self.account.or(known.account.clone()),
            ..known
        };
        let watch = rules_file::given(self.alerts.as_deref(), policy)?;
        let sources = self.sources.open(context)?;
        if let Some(reason) = sources.missing() {
            warn_of_missing(context, reason);
        }
        let mut following = Following {
            predictor: sources.predictor()?,
            sources,
            reopening: Reopening::default(),
            context,
            screen: LiveScreen::new(context, io::stdout().is_terminal()),
            who: (id, metadata),
            live: None,
            watch: watch.map(|tuned| tuned.policy.watch()),
            rejected: 0,
            last_start: 0,
            out_of_order: false,
        };
        if self.turns == Path::new("-") {
            following.read(BufReader::new(io::stdin()), true, |_| Ok(()))?;
        } else {
            let file = FollowedFile::open(&self.turns)?;
            following.read(file, self.once || self.over, FollowedFile::goes_on)?;
        }
        following.end(self.over)
    }
}

impl Following<'_> {
    /// Takes the turns of a source; of one that does not end, `goes_on` is asked whenever there is no more for now.
    fn read<S: BufRead>(
        &mut self,
        source: S,
        ends: bool,
        goes_on: impl Fn(&S) -> Result<(), CliError>,
    ) -> Result<(), Failure> {
        let mut lines = TurnLines::new(source);
        let mut closed = false;
        loop {
            match lines.next_turn().map_err(CliError::Turns)? {
                NextTurn::Turn(turn) => self.take(turn)?,
                NextTurn::Rejected(error) => self.reject(&error.to_string()),
                NextTurn::Nothing if closed => return Ok(()),
                NextTurn::Nothing if ends => {
                    closed = true;
                    lines.close();
                }
                NextTurn::Nothing => {
                    goes_on(lines.source())?;
                    thread::sleep(PAUSE);
                }
            }
        }
    }

    fn reject(&mut self, why: &str) {
        self.rejected += 1;
        let printer = self.context.printer;
        self.screen
            .aside(|| printer.warning(&format!("{why}; it is passed over")));
    }

    /// Tries again to open a collection that could not be opened, if it is time to.
    fn ask_again(&mut self) -> Result<(), Failure> {
        let turns = self.live.as_ref().map_or(0, |it| it.call().turns().len());
        if self.sources.missing().is_none() || !self.reopening.is_due(turns) {
            return Ok(());
        }
        let (screen, sources, context) = (&self.screen, &mut self.sources, self.context);
        if !screen.aside(|| sources.reopen(context)) {
            return Ok(());
        }
        screen.aside(|| context.printer.note("the collection can be asked again"));
        self.predictor = self.sources.predictor()?;
        if let Some(live) = &mut self.live {
            live.ask(self.predictor.clone());
        }
        Ok(())
    }

    /// Says so, once a call, where a turn began before one in front of it.
    fn check_order(&mut self, turn: &Turn) {
        let Some(start) = turn.start_ms else {
            return;
        };
        if start < self.last_start && !self.out_of_order {
            self.out_of_order = true;
            let number = self.live.as_ref().map_or(0, |it| it.call().turns().len()) + 1;
            let printer = self.context.printer;
            self.screen.aside(|| warn_of_order(number, printer));
        }
        self.last_start = start;
    }

    fn take(&mut self, turn: Turn) -> Result<(), Failure> {
        self.ask_again()?;
        self.check_order(&turn);
        let answered = if let Some(live) = &mut self.live {
            live.push(turn)
        } else {
            let (id, metadata) = self.who.clone();
            Live::begin(&self.predictor, id, metadata, turn).map(|(live, prediction)| {
                self.live = Some(live);
                prediction
            })
        };
        match answered {
            Ok(prediction) => self.show(prediction, false),
            Err(LiveError::Turn(error)) => {
                self.reject(&chain(&error));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn show(&mut self, prediction: Prediction, finished: bool) -> Result<(), Failure> {
        let Some(live) = &self.live else {
            return Ok(());
        };
        let missing = live.evidence_missing().map(|error| chain(error));
        let missing = missing.or_else(|| self.sources.missing().map(str::to_owned));
        let turns = live.call().turns();
        let missing = missing.or_else(|| {
            let nobody = nobody_votes(&prediction)?;
            if turns.len() == 1 {
                let context = self.context;
                self.screen.aside(|| warn_of_missing(context, nobody));
            }
            Some(nobody.to_owned())
        });
        if turns.len() == 1
            && let Some(why) = why_none(&prediction)
        {
            self.screen.aside(|| self.context.printer.note(&why));
        }
        let watched = self.watch.as_mut().filter(|_| !finished);
        let alert = watched.and_then(|watch| watch.push(prediction.probability.value()));
        let mut text = line(turns, &prediction, self.screen.last());
        text.push_str(told(alert));
        text.push_str(if finished { "  the call is over" } else { "" });
        self.screen.push(&prediction);
        let report = PredictionReport::new(live.call().id(), turns.len(), prediction, missing);
        let report = Followed {
            report,
            alert,
            finished: finished.then_some(true),
        };
        let printer = self.context.printer;
        self.screen.aside(|| printer.answer(&text, &report))
    }

    fn end(mut self, over: bool) -> Result<Exit, Failure> {
        if over && let Some(live) = &self.live {
            let prediction = live.finished()?;
            self.show(prediction, true)?;
        }
        self.screen.clear();
        if self.live.is_none() {
            return Err(CliError::NoTurn.into());
        }
        Ok(if self.rejected == 0 {
            Exit::Done
        } else {
            Exit::SomeRejected
        })
    }
}

/// What is known of the deal.
fn metadata(text: &str) -> Result<Metadata, NotWhatItShouldBe> {
    let hint = "`upturn schema conversation` prints its fields under `metadata`";
    parsed(text, "metadata of a call", hint)
}

/// What `upturn alerts` wrote.
fn policy(text: &str) -> Result<TunedAlerts, NotWhatItShouldBe> {
    parsed(
        text,
        "policy of alerts",
        "`upturn alerts --out FILE` writes one",
    )
}

fn parsed<T: DeserializeOwned>(
    text: &str,
    what: &'static str,
    hint: &'static str,
) -> Result<T, NotWhatItShouldBe> {
    serde_json::from_str(text).map_err(|source| NotWhatItShouldBe { what, hint, source })
}

/// A file holds something else.
#[derive(Debug, thiserror::Error)]
#[error("it is no {what}: {source}")]
struct NotWhatItShouldBe {
    what: &'static str,
    hint: &'static str,
    source: serde_json::Error,
}

impl Diagnostic for NotWhatItShouldBe {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some(self.hint.to_owned())
    }
}

const fn told(alert: Option<AlertChange>) -> &'static str {
    match alert {
        Some(AlertChange::Raised) => "  !! at risk from here on",
        Some(AlertChange::Cleared) => "  ok: no more at risk",
        None => "",
    }
}
