//! `upturn forget`: calls that must be gone, with proof.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use upturn::ConversationId;
use upturn::datasets::RedactionKind;
use upturn::vectorstore::index::{Counts, Matched, ModelSeen, Occasion};
use upturn::vectorstore::ledger::Names;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::indexing::tell;
use crate::numbers::count;
use crate::place::PlaceArgs;
use crate::{model_folders, pseudonym_key};

const EXAMPLES: &str = "Examples:\n  upturn forget --store store --account acme --dry-run\n  \
    upturn forget --store store --account acme --models models\n  \
    upturn forget --store store --person 'Jane Doe' --pseudonym-key calls/pseudonym.key\n  \
    upturn forget --store store --conversation call-17 --conversation call-18";

/// Delete calls for good, prove it, and keep them from coming back.
///
/// Deletes every call of these accounts, persons and ids from the collection and its ledger, and writes their files anew, so that
/// no byte of them is left there, nor in what an unfinished filling left beside. Then opens both again, counts, and fails if
/// anything is left. The names are kept as keyed digests: `upturn index` passes such calls over from then on. A record
/// without names is appended to `ledger/forgotten.jsonl` in the collection's folder.
///
/// A person is a rep, or an account that is a person, letter by letter as the calls' metadata have it. What was *said* is not
/// searched for names. Killed in the midst of it, the same command, or whatever opens the collection next, goes on.
///
/// Models that learnt from the calls are listed and stay as they are: train them again without. Your own files (data,
/// recordings, keys of `upturn ingest`) are yours to delete.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ForgetArgs {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    names: NameArgs,
    /// Look for the pseudonyms that `upturn ingest` gave with this key, too.
    #[arg(long, value_name = "FILE")]
    pseudonym_key: Option<PathBuf>,
    /// Model folders, or folders that hold some, to be asked whether they learnt from the calls.
    #[arg(long, value_name = "DIR", num_args = 1..)]
    models: Vec<PathBuf>,
    /// Only say what would be deleted.
    #[arg(long)]
    dry_run: bool,
}

/// Whose calls; each may be given several times.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct NameArgs {
    /// Calls of this account.
    #[arg(long, value_name = "ACCOUNT")]
    account: Vec<String>,
    /// Calls of this seller, or of an account that is this person.
    #[arg(long, value_name = "NAME")]
    person: Vec<String>,
    /// The call with this id.
    #[arg(long, value_name = "ID", value_parser = |id: &str| ConversationId::new(id))]
    conversation: Vec<ConversationId>,
}

/// What was deleted, without a name.
#[derive(Debug, Serialize)]
struct ForgetReport {
    store: PathBuf,
    dry_run: bool,
    conversations: usize,
    points: usize,
    before: Counts,
    after: Option<Counts>,
    models: Vec<ModelSeen>,
    audit: Option<PathBuf>,
}

impl ForgetArgs {
    /// Deletes, proves and writes it down.
    ///
    /// # Errors
    ///
    /// If the collection can't be opened or written, or something is left.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let names = self.names()?;
        let place = self.place.place(context)?;
        let mut index = place
            .open_any(!self.dry_run)
            .map_err(|failure| failure.with_place(&place.options()))?;
        tell(&index, context.printer);
        let matched = index.matched(&names)?;
        let models = model_folders::look(&self.models, &names, &matched)?;
        let report = if self.dry_run {
            would(place.name(), matched, models)
        } else {
            let occasion = Occasion {
                when: Timestamp::now().to_string(),
                models,
                version: env!("CARGO_PKG_VERSION").to_owned(),
            };
            let done = index.forget(&names, occasion)?;
            context.printer.success("forgotten");
            ForgetReport {
                audit: place.audit(),
                store: place.name(),
                dry_run: false,
                conversations: done.conversations,
                points: done.before.store.max(done.before.ledger),
                before: done.before,
                after: Some(done.after),
                models: done.occasion.models,
            }
        };
        context.printer.answer(&text(&report), &report)?;
        Ok(Exit::Done)
    }

    /// As they were typed, and the pseudonyms of each.
    fn names(&self) -> Result<Names, Failure> {
        let typed = &self.names;
        let mut names = Names {
            accounts: typed.account.clone(),
            persons: typed.person.clone(),
            conversations: typed.conversation.clone(),
        };
        let Some(key) = &self.pseudonym_key else {
            return Ok(names);
        };
        let key = pseudonym_key::read(key)?;
        let of = |kind: RedactionKind, named: &[String]| -> Vec<String> {
            named
                .iter()
                .map(|name| key.pseudonym(&kind, name))
                .collect()
        };
        names
            .accounts
            .extend(of(RedactionKind::Account, &typed.account));
        for kind in [RedactionKind::Rep, RedactionKind::Account] {
            names.persons.extend(of(kind, &typed.person));
        }
        for id in &typed.conversation {
            let id = key.pseudonym(&RedactionKind::Id, id.as_str());
            names.conversations.push(ConversationId::new(id)?);
        }
        Ok(names)
    }
}

fn would(store: PathBuf, matched: Matched, models: Vec<ModelSeen>) -> ForgetReport {
    let Matched {
        conversations,
        points,
    } = matched;
    ForgetReport {
        store,
        dry_run: true,
        conversations: conversations.len(),
        points: points.store.max(points.ledger),
        before: points,
        after: None,
        models,
        audit: None,
    }
}

fn text(report: &ForgetReport) -> String {
    let found = format!(
        "conversations {}, points {}",
        count(report.conversations),
        count(report.points)
    );
    let mut lines = vec![match report.after {
        Some(Counts { store, ledger }) => {
            format!("{found}: now {store} in store, {ledger} in ledger")
        }
        None => format!(
            "{found}: {} in store, {} in ledger; nothing was deleted",
            count(report.before.store),
            count(report.before.ledger)
        ),
    }];
    lines.extend(report.models.iter().map(model));
    if let Some(audit) = &report.audit {
        lines.push(format!("recorded in {}", audit.display()));
    }
    lines.join("\n")
}

fn model(
    ModelSeen {
        folder,
        learnt_from,
    }: &ModelSeen,
) -> String {
    let told = match learnt_from {
        None => "unknown, it does not tell what it learnt from".to_owned(),
        Some(0) => "learnt from none of them".to_owned(),
        Some(number) => format!(
            "learnt from {} of these calls: train it again without them",
            count(*number)
        ),
    };
    format!("model {}: {told}", folder.display())
}
