//! Where a collection is: [`PlaceArgs`] as typed, [`Place`] as used.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use upturn::vectorstore::edge::EdgeLayout;
use upturn::vectorstore::index::{Index, Rebuild, audit};
use upturn::{Conversation, Embeddings, ErrorKind, Fingerprint, Model, VectorStore};

use crate::context::Context;
use crate::error::CliError;
use crate::failure::Failure;
use crate::server::Server;

/// How long searches in the old generation are waited for before it is replaced.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder, or a collection on a server.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlaceArgs {
    /// Folder of the collection, as `upturn index` fills it; or a Qdrant server's address for gRPC, `http://HOST:6334` or `https://…`. The
    /// server's key is taken from `UPTURN_QDRANT_API_KEY` of the environment.
    #[arg(long, value_name = "DIR|URL")]
    store: String,
    /// Name of the collection on a server.
    #[arg(long, value_name = "NAME", default_value = "upturn")]
    collection: String,
    /// Folder for the ledger of a collection on a server: `index` and `forget` need it.
    #[arg(long, value_name = "DIR")]
    ledger: Option<PathBuf>,
}

/// Where the points are.
#[derive(Debug)]
pub(crate) enum Place {
    /// With their ledger in a folder.
    Folder(PathBuf),
    /// On a server, with their ledger in a folder of this machine, if one was named.
    Server(Box<Server>, Option<PathBuf>),
}

impl PlaceArgs {
    /// The same, resolved; nothing is opened.
    ///
    /// # Errors
    ///
    /// [`CliError::NoStore`]; [`CliError::NoClient`] for a server's address where the build has no client.
    pub(crate) fn place(self, context: &Context) -> Result<Place, Failure> {
        let Self {
            store,
            collection,
            ledger,
        } = self;
        if store.starts_with("http://") || store.starts_with("https://") {
            let key = context.environment.server_key.clone();
            let server = Server::new(store, collection, key)?;
            return Ok(Place::Server(Box::new(server), ledger));
        }
        let folder = PathBuf::from(store);
        if folder.is_file() {
            return Err(CliError::NoStore { path: folder }.into());
        }
        Ok(Place::Folder(folder))
    }
}

impl Place {
    /// As it was typed.
    pub(crate) fn options(&self) -> String {
        let quoted = |path: &Path| shell_words::quote(&path.display().to_string()).into_owned();
        match self {
            Self::Folder(folder) => format!("--store {}", quoted(folder)),
            Self::Server(server, ledger) => {
                let ledger = ledger.as_deref().map_or_else(|| "DIR".to_owned(), quoted);
                format!("{} --ledger {ledger}", server.options())
            }
        }
    }

    /// What the place is called in reports.
    pub(crate) fn name(&self) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.clone(),
            Self::Server(server, _) => server.name().into(),
        }
    }

    /// Opens the collection that a model's encoder filled; `tell` hears of what had to be done in a folder.
    ///
    /// # Errors
    ///
    /// [`NotOpened`].
    pub(crate) fn open(
        &self,
        model: &Model,
        tell: impl FnOnce(&Index),
    ) -> Result<Box<dyn VectorStore>, NotOpened> {
        match self {
            Self::Folder(folder) => {
                let opened = Index::open(folder, fingerprint(model));
                let index = opened.map_err(|error| NotOpened {
                    is_refusal: error.is_refusal(),
                    failure: error.into(),
                })?;
                tell(&index);
                Ok(Box::new(index))
            }
            Self::Server(server, _) => {
                let opened = server.open(fingerprint(model));
                opened.map_err(NotOpened::by_kind)
            }
        }
    }

    /// Opens the collection for writing, or makes an empty one.
    ///
    /// # Errors
    ///
    /// Why it can't be opened or made; [`CliError::NoLedger`]; [`CliError::Behind`] if a server has less than the ledger.
    pub(crate) fn create_or_open(
        &self,
        model: &Model,
        layout: Option<EdgeLayout>,
    ) -> Result<Index, Failure> {
        let (dimension, encoder) = (dimension(model), fingerprint(model));
        match self {
            Self::Folder(folder) => {
                let layout = layout.unwrap_or_default();
                Ok(Index::create_or_open_with(
                    folder, dimension, encoder, layout,
                )?)
            }
            Self::Server(server, ledger) => {
                let ledger = needed(ledger.as_ref())?;
                let store = server.create_or_open(dimension, encoder, layout)?;
                let mut index = Index::over(ledger, store)?;
                match index.missing()? {
                    0 => Ok(index),
                    missing => Err(CliError::Behind { missing }.into()),
                }
            }
        }
    }

    /// Opens the collection for writing, whatever encoder filled it; to `clean` it, what was never published on a server is
    /// removed.
    ///
    /// # Errors
    ///
    /// As [`create_or_open`](Self::create_or_open), and that there is no such collection.
    pub(crate) fn open_any(&self, clean: bool) -> Result<Index, Failure> {
        match self {
            Self::Folder(folder) => Ok(Index::open_any(folder)?),
            Self::Server(server, ledger) => {
                let ledger = needed(ledger.as_ref())?;
                let store = server.open_any()?;
                if clean {
                    server.remove_unpublished()?;
                }
                Ok(Index::over(ledger, store)?)
            }
        }
    }

    /// Where its audit is.
    pub(crate) fn audit(&self) -> Option<PathBuf> {
        match self {
            Self::Folder(folder) => Some(audit(folder)),
            Self::Server(_, ledger) => ledger.as_deref().map(audit),
        }
    }

    /// Fills the next generation by `fill` and puts it in the place of the one in use.
    ///
    /// # Errors
    ///
    /// Those of `fill` and of the collection; the generation in use stays what it was.
    pub(crate) fn fill_anew<T>(
        &self,
        model: &Model,
        layout: Option<EdgeLayout>,
        calls: &[&Conversation],
        fill: impl FnOnce(&mut Rebuild) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (dimension, encoder) = (dimension(model), fingerprint(model));
        match self {
            Self::Folder(folder) => {
                let mut rebuild = Rebuild::begin_with(folder, dimension, encoder, calls, layout)?;
                let filled = fill(&mut rebuild)?;
                rebuild.publish(PATIENCE)?;
                Ok(filled)
            }
            Self::Server(server, ledger) => {
                let ledger = needed(ledger.as_ref())?;
                let (next, store) = server.rebuild(dimension, encoder, layout)?;
                let mut rebuild = Rebuild::begin_elsewhere(ledger, store, calls)?;
                let filled = fill(&mut rebuild)?;
                rebuild.publish_with(PATIENCE, || next.publish())?;
                Ok(filled)
            }
        }
    }
}

/// Why a collection could not be opened.
#[derive(Debug)]
pub(crate) struct NotOpened {
    /// Whether there is none, or another encoder filled it: nothing is wrong with the collection then.
    pub(crate) is_refusal: bool,
    /// What to say.
    pub(crate) failure: Failure,
}

impl NotOpened {
    fn by_kind(failure: Failure) -> Self {
        let is_refusal = match &failure {
            Failure::Error { kind, .. } => {
                matches!(kind, ErrorKind::InvalidInput | ErrorKind::NotFound)
            }
            Failure::ClosedPipe | Failure::Interrupted { .. } => true,
        };
        Self {
            is_refusal,
            failure,
        }
    }
}

fn needed(ledger: Option<&PathBuf>) -> Result<&PathBuf, CliError> {
    ledger.ok_or(CliError::NoLedger)
}

fn fingerprint(model: &Model) -> &Fingerprint {
    Embeddings::fingerprint(&**model.encoder())
}

fn dimension(model: &Model) -> usize {
    Embeddings::dimension(&**model.encoder())
}
