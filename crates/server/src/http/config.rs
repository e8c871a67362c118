//! Where to listen: [`HttpConfig`].

use std::net::{Ipv4Addr, SocketAddr};

use super::BearerKey;
use crate::ServerError;

/// Where to listen, and who may ask.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    pub(super) address: SocketAddr,
    pub(super) key: Option<BearerKey>,
}

impl HttpConfig {
    /// `127.0.0.1:8787`, which only this machine reaches.
    pub const ADDRESS: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);

    /// Listens at an address; port 0 is any free one.
    pub const fn new(address: SocketAddr) -> Self {
        Self { address, key: None }
    }

    /// Asks for this key. None by default, which only a loopback address may do with.
    #[must_use]
    pub fn with_key(mut self, key: BearerKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Nothing that other machines reach is without a key.
    pub(super) fn checked(self) -> Result<Self, ServerError> {
        let Self { address, key } = &self;
        if key.is_none() && !address.ip().is_loopback() {
            return Err(ServerError::Open { address: *address });
        }
        Ok(self)
    }
}

impl Default for HttpConfig {
    /// At [`ADDRESS`](Self::ADDRESS), without a key.
    fn default() -> Self {
        Self::new(Self::ADDRESS)
    }
}
