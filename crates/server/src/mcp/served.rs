//! Over stdio and any other pipe.

use rmcp::service::{QuitReason, ServerInitializeError, ServiceExt as _};
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::McpServer;
use super::handler::Handler;
use crate::ServerError;

/// Longest message in bytes; longer ones are dropped.
const MOST_BYTES: usize = 4 * 1024 * 1024;

impl McpServer {
    /// Serves the program that started this one, over standard input and output, until that closes them or `stop` is cancelled.
    ///
    /// Nothing else may write to standard output. Where that is a terminal, as it is not for hosts, a read under way holds up the
    /// end of tokio's runtime: end it with `shutdown_background`.
    ///
    /// # Errors
    ///
    /// As [`serve_pipe`](Self::serve_pipe).
    pub async fn serve_stdio(self, stop: CancellationToken) -> Result<(), ServerError> {
        let (read, write) = rmcp::transport::stdio_pipes();
        self.serve_pipe(read, write, stop).await
    }

    /// Serves the other side of a pipe, one JSON-RPC message a line, until it closes or `stop` is cancelled. A line has at most
    /// 4 MiB; longer ones are dropped.
    ///
    /// # Errors
    ///
    /// [`ServerError::Handshake`] and [`ServerError::Panicked`]. A pipe that closes early is no error.
    pub async fn serve_pipe(
        self,
        read: impl AsyncRead + Send + Unpin + 'static,
        write: impl AsyncWrite + Send + Unpin + 'static,
        stop: CancellationToken,
    ) -> Result<(), ServerError> {
        let pipe = AsyncRwTransport::new_server(read, write).with_max_line_length(MOST_BYTES);
        let served = match Handler(self).serve_with_ct(pipe, stop).await {
            Ok(served) => served,
            Err(error) => return early(&error),
        };
        let quit = served.waiting().await;
        if matches!(quit, Ok(QuitReason::JoinError(_)) | Err(_)) {
            return Err(ServerError::Panicked);
        }
        Ok(())
    }
}

/// An end before the first request. The error holds what was sent, so it goes no further.
fn early(error: &ServerInitializeError) -> Result<(), ServerError> {
    if matches!(
        error,
        ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled
    ) {
        Ok(())
    } else {
        Err(ServerError::Handshake)
    }
}
