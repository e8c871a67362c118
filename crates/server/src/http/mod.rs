//! Over HTTP: [`HttpServer`], at `/mcp`.

mod config;
mod key;
mod refusal;
mod routes;

pub use config::HttpConfig;
pub use key::BearerKey;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{McpServer, ServerError};

/// How long answers that were begun may take once the server shall stop.
const GRACE: Duration = Duration::from_secs(5);

/// An [`McpServer`] at an address, which is listened to already.
///
/// # Laws
///
/// - **Key first.** Where there is a key, whoever does not show it gets 401 and learns nothing else, whatever the path.
/// - **No pages.** Requests that a browser sends for another page (`Origin`) get 403; so do, on a loopback address, those whose
///   `Host` is another name (DNS rebinding).
/// - **Bounded.** A body has at most 4 MiB; larger ones get 413.
/// - **Stateless.** There are no sessions: nothing is kept between requests.
pub struct HttpServer {
    listener: TcpListener,
    address: SocketAddr,
    routes: Router,
    requests: CancellationToken,
}

impl McpServer {
    /// Listens as MCP's streamable HTTP says; [`HttpServer::serve`] answers.
    ///
    /// # Errors
    ///
    /// [`ServerError::Open`] where others could reach it without a key, and [`ServerError::Bind`].
    pub async fn bind(self, config: HttpConfig) -> Result<HttpServer, ServerError> {
        let HttpConfig { address, key } = config.checked()?;
        let failed = |source| ServerError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let requests = CancellationToken::new();
        let door = routes::Door {
            is_local: address.ip().is_loopback(),
            key,
            requests: requests.clone(),
        };
        Ok(HttpServer {
            listener,
            address,
            routes: routes::routes(self, door),
            requests,
        })
    }
}

impl HttpServer {
    /// Where it listens, with the port that it got.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled; answers that were begun then have 5 seconds.
    ///
    /// # Errors
    ///
    /// [`ServerError::BrokeOff`].
    pub async fn serve(self, stop: CancellationToken) -> Result<(), ServerError> {
        let Self {
            listener,
            address,
            routes,
            requests,
        } = self;
        // Whatever ends this ends what it began.
        let _requests = requests.drop_guard();
        let stopping = stop.clone().cancelled_owned();
        let served = axum::serve(listener, routes).with_graceful_shutdown(stopping);
        let overdue = async {
            stop.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            served = served.into_future() => served.map_err(|source| ServerError::BrokeOff { address, source }),
            () = overdue => Ok(()),
        }
    }
}

impl fmt::Debug for HttpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
