//! The HTTP client: [`client`].

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Url, redirect};
use rustls::{ClientConfig, RootCertStore};

use crate::GenaiError;

/// The longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// A client that trusts what this machine trusts, follows no redirection, and asks no proxy for what is on this machine.
pub(crate) fn client(address: &Url) -> Result<genai::Client, GenaiError> {
    let builder = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .redirect(redirect::Policy::none())
        .tls_backend_preconfigured(tls()?);
    let builder = if is_here(address) {
        builder.no_proxy()
    } else {
        builder
    };
    let http = builder.build().map_err(GenaiError::Client)?;
    let client = genai::Client::builder().with_reqwest(http).build();
    client.map_err(|_| GenaiError::Genai)
}

/// With `ring`, as everywhere in upturn; `reqwest`'s own would be another.
fn tls() -> Result<ClientConfig, GenaiError> {
    let mut roots = RootCertStore::empty();
    // A certificate that can't be read is one that is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(GenaiError::Tls)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn is_here(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let host = host.trim_matches(['[', ']']);
    let ip = host.parse::<std::net::IpAddr>();
    host == "localhost" || ip.is_ok_and(|it| it.is_loopback())
}
