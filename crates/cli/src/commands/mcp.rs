//! `upturn mcp`: the door for other programs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use upturn::answers::{Analyst, ConversationsInMemory};
use upturn::chains::Prompts;
use upturn::coaching::Coach;
use upturn::datasets::Corpus;
use upturn::server::{BearerKey, HttpConfig, McpServer};
use upturn::{Conversation, tools};

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::dataset::DataArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::filter_args::FilterArgs;
use crate::mcp_sources::{OfferedCalls, OfferedPrompts};
use crate::runtime::wait;
use crate::sources::SourceArgs;

const EXAMPLES: &str = "Examples:\n  upturn mcp --model model --store store --data calls.jsonl\n  \
    UPTURN_MCP_KEY=... upturn mcp --model model --store store --data calls.jsonl --http 127.0.0.1:8787";

/// Offer predictions, evidence and coaching to hosts that speak the Model Context Protocol.
///
/// On standard input and output, for a host that starts the program; with `--http` at `/mcp` of an address. The tools only read.
/// `--data` gives calls that hosts may name by id and read as resources; any other call they bring themselves.
/// What is told of a call that the model learnt from says so.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct McpArgs {
    #[command(flatten)]
    sources: SourceArgs,
    /// Calls that may be named by id; none by default.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// The form of the calls.
    #[arg(long, value_name = "NAME", default_value = Corpus::Jsonl.as_str(), requires = "data")]
    corpus: Corpus,
    /// Serve HTTP at this address instead. Hosts must show the key in `UPTURN_MCP_KEY` of the environment, without which only
    /// addresses of this machine are allowed.
    #[arg(long, value_name = "ADDRESS")]
    http: Option<SocketAddr>,
    /// Folder with prompts of yours, `NAME.prompt.md`, instead of the shipped ones of the same name.
    #[arg(long, value_name = "DIR")]
    prompts: Option<PathBuf>,
    #[command(flatten)]
    among: FilterArgs,
}

impl McpArgs {
    /// Serves until the host hangs up, or Ctrl-C.
    ///
    /// # Errors
    ///
    /// If the model, the calls, the prompts or the address can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let http = self.http.map(|address| config(address, context));
        let http = http.transpose()?;
        let prompts = match self.prompts {
            Some(folder) => Prompts::with_folder(folder)?,
            None => Prompts::shipped(),
        };
        let calls = match self.data {
            Some(data) => {
                let corpus = self.corpus;
                DataArgs { data, corpus }
                    .read(context.printer)?
                    .conversations
            }
            None => Vec::new(),
        };
        let sources = self.sources.open(context)?;
        let coach = Coach::new(sources.predictor()?);
        let analyst = sources.analyst(coach, self.among.filter(), context)?;
        let server = server(analyst, calls, prompts)?;
        wait(serve(server, http, context))
    }
}

fn config(address: SocketAddr, context: &Context) -> Result<HttpConfig, Failure> {
    let config = HttpConfig::new(address);
    Ok(match &context.environment.mcp_key {
        Some(key) => config.with_key(BearerKey::new(&key.0)?),
        None => config,
    })
}

fn server(
    analyst: Analyst,
    calls: Vec<Conversation>,
    prompts: Prompts,
) -> Result<McpServer, Failure> {
    let known: ConversationsInMemory = calls.iter().cloned().collect();
    let analyst = Arc::new(analyst.with_calls(Arc::new(known)));
    Ok(McpServer::new(tools::all(&analyst))?
        .with_calls(Arc::new(calls.into_iter().collect::<OfferedCalls>()))
        .with_prompts(Arc::new(OfferedPrompts::new(prompts))))
}

async fn serve(
    server: McpServer,
    http: Option<HttpConfig>,
    context: &Context,
) -> Result<Exit, Failure> {
    let stop = CancellationToken::new();
    match http {
        None => server.serve_stdio(stop).await?,
        Some(config) => {
            let bound = server.bind(config).await?;
            let address = bound.address();
            context
                .printer
                .note(&format!("listening at http://{address}/mcp"));
            bound.serve(stop).await?;
        }
    }
    Ok(Exit::Done)
}
