//! What is at which path, and who gets there.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;

use super::BearerKey;
use super::refusal::{not_found, unauthorized};
use crate::McpServer;
use crate::mcp::Handler;

/// Largest body in bytes.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Who gets in.
pub(super) struct Door {
    pub(super) is_local: bool,
    pub(super) key: Option<BearerKey>,
    /// Cancelled with the server.
    pub(super) requests: CancellationToken,
}

/// `/mcp`, behind the key.
pub(super) fn routes(server: McpServer, door: Door) -> Router {
    let Door {
        is_local,
        key,
        requests,
    } = door;
    let mut config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(MOST_BYTES)
        .with_cancellation_token(requests)
        .enforce_origin_validation();
    if !is_local {
        // Under which names it is reached is not known here; whom a page leads here by a name lacks the key.
        config = config.disable_allowed_hosts();
    }
    let handler = Handler(server);
    let sessions = Arc::new(NeverSessionManager::default());
    let mcp = StreamableHttpService::new(move || Ok(handler.clone()), sessions, config);
    Router::new()
        .route_service("/mcp", mcp)
        .fallback(|| async { not_found() })
        .layer(from_fn_with_state(key.map(Arc::new), admitted))
}

/// Lets those pass who show the key; all where there is none.
async fn admitted(
    State(key): State<Option<Arc<BearerKey>>>,
    request: Request,
    next: Next,
) -> Response {
    let shown = request.headers().get(AUTHORIZATION);
    let is_admitted = key.is_none_or(|key| shown.is_some_and(|it| key.admits(it.as_bytes())));
    if is_admitted {
        next.run(request).await
    } else {
        unauthorized()
    }
}
