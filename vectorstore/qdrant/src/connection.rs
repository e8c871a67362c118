//! The way to the server: [`Connection`], with threads of its own, and [`Stubs`] to call.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::snapshots_client::SnapshotsClient;
use tokio::runtime::{Builder, Runtime};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request, Response, Status};

use crate::retries::{Attempt, Retries, with_retries};
use crate::{QdrantConfig, QdrantStoreError};

/// How often the server is asked whether it is still there, and how long it may take to say so.
const KEEP_ALIVE: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));

/// Why a call failed, and after how many attempts.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) attempt: Attempt,
    pub(crate) attempts: usize,
}

impl Failure {
    /// Whether the server answered with this code.
    pub(crate) fn has_code(&self, code: Code) -> bool {
        matches!(&self.attempt, Attempt::Refused(status) if status.code() == code)
    }
}

/// Whether a call may be made again when nobody knows whether it was made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Repeat {
    Safe,
    Never,
}

/// Open connections and the threads that serve them.
///
/// Calls block with the means of the standard library, so that they may come from anywhere, an asynchronous runtime
/// included.
pub(crate) struct Connection {
    /// Absent only while it is being dropped.
    runtime: Option<Runtime>,
    shared: Arc<Shared>,
}

struct Shared {
    first: Channel,
    more: Vec<Channel>,
    turn: AtomicUsize,
    key: ApiKey,
    timeout: Duration,
    retries: Retries,
}

impl Connection {
    /// Prepares to connect; the first call does.
    pub(crate) fn new(config: &QdrantConfig) -> Result<Self, QdrantStoreError> {
        let endpoint = endpoint(config)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("upturn-qdrant")
            .enable_all()
            .build()
            .map_err(QdrantStoreError::Threads)?;
        let entered = runtime.enter();
        let more = (1..config.connections).map(|_| endpoint.connect_lazy());
        let shared = Shared {
            first: endpoint.connect_lazy(),
            more: more.collect(),
            turn: AtomicUsize::new(0),
            key: ApiKey::new(config.api_key.as_deref())?,
            timeout: config.request_timeout,
            retries: Retries {
                times: config.retries,
                first_pause: config.first_pause,
                longest_pause: config.longest_pause,
            },
        };
        drop(entered);
        Ok(Self {
            runtime: Some(runtime),
            shared: Arc::new(shared),
        })
    }

    /// How long an attempt may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.shared.timeout
    }

    /// Sends a request and waits for the answer, repeating it if that is safe.
    pub(crate) fn call<R, T, F>(
        &self,
        repeat: Repeat,
        request: R,
        send: impl Fn(Stubs, R) -> F + Send + Sync + 'static,
    ) -> Result<T, Failure>
    where
        R: Clone + Send + Sync + 'static,
        T: Send + 'static,
        F: Future<Output = Result<Response<T>, Status>> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let retries = match repeat {
            Repeat::Safe => shared.retries,
            Repeat::Never => Retries::NONE,
        };
        self.wait(async move {
            let attempt = || {
                let answer = send(shared.stubs(), request.clone());
                within(shared.timeout, answer)
            };
            with_retries(retries, attempt).await
        })
    }

    /// Runs the work on the own threads and blocks until it is done.
    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = (Result<T, Attempt>, usize)> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, receiver) = sync_channel(1);
        if let Some(runtime) = &self.runtime {
            runtime.spawn(async move {
                // Nobody listens only if the caller is gone.
                let _ = sender.send(work.await);
            });
        }
        let lost = |_| {
            let status = Status::internal("the request was given up by its thread");
            (Err(Attempt::Refused(Box::new(status))), 1)
        };
        let (answer, attempts) = receiver.recv().unwrap_or_else(lost);
        answer.map_err(|attempt| Failure { attempt, attempts })
    }
}

impl Drop for Connection {
    /// Does not wait: inside an asynchronous runtime that would be a panic.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("connections", &(self.shared.more.len() + 1))
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// The next connection in turn.
    fn stubs(&self) -> Stubs {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % (self.more.len() + 1);
        Stubs {
            channel: self.more.get(turn).unwrap_or(&self.first).clone(),
            key: self.key.clone(),
        }
    }
}

async fn within<T>(
    timeout: Duration,
    answer: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Attempt> {
    match tokio::time::timeout(timeout, answer).await {
        Ok(Ok(response)) => Ok(response.into_inner()),
        Ok(Err(status)) => Err(Attempt::Refused(Box::new(status))),
        Err(_) => Err(Attempt::TimedOut(timeout)),
    }
}

/// Something to call through one connection.
pub(crate) type Intercepted = InterceptedService<Channel, ApiKey>;

/// The server's services through one connection.
#[derive(Clone)]
pub(crate) struct Stubs {
    channel: Channel,
    key: ApiKey,
}

impl Stubs {
    /// Points: answers may be as large as what was asked for.
    pub(crate) fn points(self) -> PointsClient<Intercepted> {
        PointsClient::with_interceptor(self.channel, self.key).max_decoding_message_size(usize::MAX)
    }

    pub(crate) fn collections(self) -> CollectionsClient<Intercepted> {
        CollectionsClient::with_interceptor(self.channel, self.key)
            .max_decoding_message_size(usize::MAX)
    }

    pub(crate) fn snapshots(self) -> SnapshotsClient<Intercepted> {
        SnapshotsClient::with_interceptor(self.channel, self.key)
    }
}

/// Says in each request who is asking.
#[derive(Clone)]
pub(crate) struct ApiKey(Option<MetadataValue<Ascii>>);

impl ApiKey {
    fn new(key: Option<&str>) -> Result<Self, QdrantStoreError> {
        let Some(key) = key else {
            return Ok(Self(None));
        };
        let mut key: MetadataValue<Ascii> = key.parse().map_err(|_| QdrantStoreError::Setting {
            setting: "api key",
            reason: "it has a character that no header may have".to_owned(),
        })?;
        key.set_sensitive(true);
        Ok(Self(Some(key)))
    }
}

impl Interceptor for ApiKey {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(key) = &self.0 {
            request.metadata_mut().insert("api-key", key.clone());
        }
        Ok(request)
    }
}

fn endpoint(config: &QdrantConfig) -> Result<Endpoint, QdrantStoreError> {
    let wrong = |reason: String| QdrantStoreError::Setting {
        setting: "url",
        reason,
    };
    let endpoint = Endpoint::from_shared(config.url.clone())
        .map_err(|error| wrong(error.to_string()))?
        .connect_timeout(config.connect_timeout)
        .tcp_nodelay(true)
        .http2_adaptive_window(true)
        .http2_keep_alive_interval(KEEP_ALIVE.0)
        .keep_alive_timeout(KEEP_ALIVE.1)
        .keep_alive_while_idle(true);
    match endpoint.uri().scheme_str() {
        Some("http") => Ok(endpoint),
        Some("https") => secured(endpoint, config.certificate_authority.as_deref()),
        _ => Err(wrong(
            "it starts neither with `http://` nor with `https://`".to_owned(),
        )),
    }
}

fn secured(endpoint: Endpoint, authority: Option<&str>) -> Result<Endpoint, QdrantStoreError> {
    let tls = match authority {
        Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
        None => ClientTlsConfig::new().with_native_roots(),
    };
    endpoint
        .tls_config(tls)
        .map_err(|error| QdrantStoreError::Setting {
            setting: "certificate authority",
            reason: error.to_string(),
        })
}
