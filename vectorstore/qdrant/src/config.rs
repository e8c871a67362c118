//! How a server is reached, and how collections are made there: [`QdrantConfig`].

use std::fmt;
use std::time::Duration;

use crate::CollectionLayout;

/// Where the server is, how patient to be with it, and how collections are made that do not exist yet.
///
/// A request that is safe to repeat and fails for a passing reason is repeated [`retries`](Self::with_retries) times; each
/// attempt may take [`request_timeout`](Self::with_request_timeout). Everything that [`crate::QdrantStore`] asks for is safe
/// to repeat, except the making of snapshots and the moving of an alias.
///
/// `Debug` shows neither the key nor the certificate.
#[derive(Clone)]
pub struct QdrantConfig {
    pub(crate) url: String,
    pub(crate) api_key: Option<String>,
    pub(crate) certificate_authority: Option<String>,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) retries: usize,
    pub(crate) first_pause: Duration,
    pub(crate) longest_pause: Duration,
    pub(crate) connections: usize,
    pub(crate) layout: CollectionLayout,
}

impl QdrantConfig {
    /// The server at `url`, `http://HOST:6334` or, by TLS, `https://HOST:6334`; 6334 is the port of gRPC.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            api_key: None,
            certificate_authority: None,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            retries: 4,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
            connections: 2,
            layout: CollectionLayout::default(),
        }
    }

    /// With a key or token. Use it with `https` only: it is sent as it is. None by default.
    #[must_use]
    pub fn with_api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Trusting the authorities of this PEM text instead of those of the system. The system's by default.
    #[must_use]
    pub fn with_certificate_authority(mut self, pem: impl Into<String>) -> Self {
        self.certificate_authority = Some(pem.into());
        self
    }

    /// How long to wait for a connection. 5 s by default.
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long to wait for the answer to one attempt. 30 s by default.
    #[must_use]
    pub fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How often to repeat a request after its first attempt. 4 by default.
    #[must_use]
    pub fn with_retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// How long to wait before the first repetition, and at most before any. Each pause is twice the one before, plus a
    /// random part of itself, so that many clients do not come back at once. 0.1 s and 5 s by default.
    #[must_use]
    pub fn with_pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }

    /// How many connections to take turns with; each carries many requests at once. 2 by default, at least 1.
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// How collections are made, and whose part of one is used. [`CollectionLayout::default`] by default.
    #[must_use]
    pub fn with_layout(mut self, layout: CollectionLayout) -> Self {
        self.layout = layout;
        self
    }
}

impl fmt::Debug for QdrantConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            url,
            api_key,
            certificate_authority,
            connect_timeout,
            request_timeout,
            retries,
            first_pause,
            longest_pause,
            connections,
            layout,
        } = self;
        f.debug_struct("QdrantConfig")
            .field("url", &without_credentials(url))
            .field("has_api_key", &api_key.is_some())
            .field(
                "has_certificate_authority",
                &certificate_authority.is_some(),
            )
            .field("connect_timeout", connect_timeout)
            .field("request_timeout", request_timeout)
            .field("retries", retries)
            .field("first_pause", first_pause)
            .field("longest_pause", longest_pause)
            .field("connections", connections)
            .field("layout", layout)
            .finish()
    }
}

/// The URL without what may stand between its scheme and an `@`: a user's name and password.
pub(crate) fn without_credentials(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if scheme.is_empty() {
        return rest.to_owned();
    }
    format!("{scheme}://{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let config = QdrantConfig::new("https://user:hunter2@example.com:6334")
            .with_api_key("sesame")
            .with_certificate_authority("-----BEGIN");
        let shown = format!("{config:?}");
        assert!(shown.contains("https://example.com:6334"), "{shown}");
        for secret in ["hunter2", "sesame", "BEGIN"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
