//! How the rubric agrees with people, over many calls: [`ScoredByPeople`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use upturn::coaching::{
    Estimate, HumanFile, HumanScores, Rubric, RubricAgreement, ScoreAgreement, Scorecard,
};
use upturn::{Conversation, ConversationId, Diagnostic, ErrorKind};

use crate::context::Context;
use crate::dataset::DataArgs;
use crate::exit::Exit;
use crate::failure::{Failure, chain};
use crate::printer::Printer;
use crate::rules_file::RulesFile;
use crate::table::Table;

/// Bad lines of the file that are shown one by one, and calls that are named.
const SHOWN: usize = 10;

/// Many calls, and what people gave them.
#[derive(Debug)]
pub(super) struct ScoredByPeople {
    /// The calls.
    pub(super) data: DataArgs,
    /// The file of scores.
    pub(super) human: PathBuf,
}

/// None of the calls was scored by people.
#[derive(Debug, thiserror::Error)]
#[error("none of the {calls} calls in `{}` is among the {scored} that `{}` scores", data.display(), human.display())]
struct NothingScored {
    calls: usize,
    scored: usize,
    data: PathBuf,
    human: PathBuf,
}

impl Diagnostic for NothingScored {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some("`conversation` is the `id` of a call".to_owned())
    }
}

/// The answer, for programs.
#[derive(Debug, Serialize)]
struct AgreementReport {
    /// Calls that both have scored.
    calls: usize,
    /// Calls that people have scored and that are not in the data.
    not_in_data: Vec<ConversationId>,
    /// Lines that could not be used.
    rejected: usize,
    #[serde(flatten)]
    agreement: RubricAgreement,
}

impl ScoredByPeople {
    /// Scores the calls that people have scored, and compares.
    ///
    /// # Errors
    ///
    /// If the calls or the scores can't be used, or none of the calls is scored.
    pub(super) fn compare(
        &self,
        rubric: &Rubric,
        context: &Context,
        score: impl Fn(&Conversation) -> Result<Scorecard, Failure>,
    ) -> Result<Exit, Failure> {
        let file = RulesFile::read(&self.human)?;
        let file = file.parse(|text| HumanFile::read(text, rubric))?;
        report_rejected(&self.human, &file, context.printer);
        let data = self.data.read(context.printer)?;
        let mut scored: BTreeMap<&ConversationId, &HumanScores> = BTreeMap::new();
        scored.extend(file.scores.iter().map(|it| (&it.conversation, it)));
        let mut both = Vec::new();
        for call in &data.conversations {
            if let Some(human) = scored.remove(call.id()) {
                both.push((call.group(), score(call)?, human));
            }
        }
        if both.is_empty() {
            let error = NothingScored {
                calls: data.conversations.len(),
                scored: file.scores.len(),
                data: self.data.data.clone(),
                human: self.human.clone(),
            };
            return Err(error.into());
        }
        report_missing(scored.keys().copied(), context.printer);
        let pairs = both
            .iter()
            .map(|(group, card, human)| (*group, card, *human));
        let report = AgreementReport {
            calls: both.len(),
            agreement: RubricAgreement::of(pairs),
            not_in_data: scored.keys().copied().cloned().collect(),
            rejected: file.rejected.len(),
        };
        context.printer.answer(&text(&report), &report)?;
        let sound = file.rejected.is_empty();
        Ok(if sound {
            data.exit()
        } else {
            Exit::SomeRejected
        })
    }
}

fn report_rejected(path: &Path, file: &HumanFile, printer: Printer) {
    for error in file.rejected.iter().take(SHOWN) {
        printer.warning(&format!("`{}`: {}", path.display(), chain(error)));
    }
    let more = file.rejected.len().saturating_sub(SHOWN);
    if more > 0 {
        printer.warning(&format!("and {more} more lines are not used"));
    }
}

/// Says which scored calls there are none of.
fn report_missing<'a>(
    missing: impl ExactSizeIterator<Item = &'a ConversationId>,
    printer: Printer,
) {
    let number = missing.len();
    if number == 0 {
        return;
    }
    let named: Vec<String> = missing.take(SHOWN).map(|id| format!("`{id}`")).collect();
    let more = if number > SHOWN { " and others" } else { "" };
    printer.warning(&format!(
        "{number} scored calls are not in the data: {}{more}",
        named.join(", ")
    ));
}

fn text(report: &AgreementReport) -> String {
    let AgreementReport {
        calls, agreement, ..
    } = report;
    let mut table = Table::new([
        "question",
        "calls",
        "kappa",
        "95 % interval",
        "rubric less people",
        "95 % interval",
        "mean distance",
    ]);
    let questions = agreement.questions.iter();
    let rows = questions.map(|of| (of.question.as_str(), &of.agreement));
    for (name, of) in rows.chain([("all, share of the points", &agreement.all)]) {
        table.row(row(name, of));
    }
    let mut told = vec![
        format!("The rubric against people, over {calls} calls\n\n{table}"),
        "Kappa with quadratic weights: 1 is perfect, 0 is what chance gives, `-` where both say the same everywhere. Above 0, \
         \"rubric less people\" says that the rubric is milder. Intervals are over accounts."
            .to_owned(),
    ];
    if agreement.unanswered > 0 {
        told.push(format!(
            "{} scores by people stand where the rubric has no answer; they are not compared.",
            agreement.unanswered
        ));
    }
    told.join("\n\n")
}

fn row(name: &str, of: &ScoreAgreement) -> [String; 7] {
    let value = |estimate: Option<Estimate>| {
        estimate.map_or_else(|| "-".to_owned(), |it| format!("{:.2}", it.value))
    };
    let within = |estimate: Option<Estimate>| {
        estimate.map_or_else(String::new, |it| format!("[{:.2}, {:.2}]", it.low, it.high))
    };
    [
        name.to_owned(),
        of.items.to_string(),
        value(of.kappa),
        within(of.kappa),
        of.difference
            .map_or_else(|| "-".to_owned(), |it| format!("{:+.2}", it.value)),
        within(of.difference),
        value(of.absolute_difference),
    ]
}
