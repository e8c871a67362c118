//! Why nothing is served: [`ServerError`].

use std::net::SocketAddr;

use upturn_core::{Diagnostic, ErrorKind};

use crate::BearerKey;

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Two tools have the same name.
    #[error("there are two tools `{name}`")]
    TwoTools {
        /// Their name.
        name: String,
    },
    /// A tool takes something else than an object, or answers by no schema.
    #[error("a schema of the tool `{tool}` is no schema of an object")]
    Schema {
        /// Which tool.
        tool: String,
    },
    /// The key is too short, or could not stand in a header.
    #[error(
        "the bearer key must have at least {} visible ASCII characters, got {got} characters",
        BearerKey::SHORTEST
    )]
    Key {
        /// How many characters it has.
        got: usize,
    },
    /// Other machines could reach it, and nothing keeps them out.
    #[error("`{address}` can be reached from other machines and has no bearer key")]
    Open {
        /// Where it would be.
        address: SocketAddr,
    },
    /// The address can't be had.
    #[error("`{address}` can't be bound")]
    Bind {
        /// Which address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The HTTP server broke off.
    #[error("the server at `{address}` broke off")]
    BrokeOff {
        /// Where it was.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The other side did not begin as the protocol says. What it sent is not kept.
    #[error("the other side of the pipe did not begin as the Model Context Protocol says")]
    Handshake,
    /// A task of ours ended in a panic. What it said is not kept.
    #[error("the server panicked")]
    Panicked,
}

impl Diagnostic for ServerError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Key { .. } | Self::Open { .. } | Self::Handshake => ErrorKind::InvalidInput,
            Self::Bind { .. } => ErrorKind::Unavailable,
            Self::TwoTools { .. }
            | Self::Schema { .. }
            | Self::BrokeOff { .. }
            | Self::Panicked => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Key { .. } => Some("`openssl rand -hex 32` makes one".to_owned()),
            Self::Open { .. } => Some(
                "set a key, or bind it to `127.0.0.1`, which only this machine reaches".to_owned(),
            ),
            Self::Bind { .. } => {
                Some("another program may have it: choose another port".to_owned())
            }
            Self::Handshake => {
                Some("programs that speak MCP start this command themselves".to_owned())
            }
            Self::TwoTools { .. }
            | Self::Schema { .. }
            | Self::BrokeOff { .. }
            | Self::Panicked => None,
        }
    }
}
