//! A server of Qdrant's interface in front of Qdrant's embedded engine: as much of it as the store asks for.

mod collections;
mod conversions;
mod points;
mod snapshots;
mod state;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use qdrant_client::qdrant::collections_server::CollectionsServer;
use qdrant_client::qdrant::points_server::PointsServer;
use qdrant_client::qdrant::snapshots_server::SnapshotsServer;
use tokio::runtime::{Builder, Runtime};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Identity, ServerTlsConfig};

pub(crate) use state::State;

/// Methods of the interface that the store does not use.
macro_rules! refuse {
    ($($method:ident($request:ident) -> $response:ident;)*) => {$(
        fn $method<'a, 'async_trait>(
            &'a self,
            _: tonic::Request<qdrant_client::qdrant::$request>,
        ) -> std::pin::Pin<Box<dyn Future<
            Output = Result<tonic::Response<qdrant_client::qdrant::$response>, tonic::Status>,
        > + Send + 'async_trait>>
        where
            'a: 'async_trait,
            Self: 'async_trait,
        {
            Box::pin(async { Err(tonic::Status::unimplemented(stringify!($method))) })
        }
    )*};
}
pub(crate) use refuse;

/// The interface's services, of one state.
#[derive(Clone)]
pub(crate) struct Service(pub(crate) Arc<State>);

/// A server that listens until it is dropped.
pub(crate) struct Server {
    pub(crate) state: Arc<State>,
    address: SocketAddr,
    identity: Option<Identity>,
    runtime: Option<Runtime>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(None)
    }

    pub(crate) fn start_secured(identity: Identity) -> Self {
        Self::with(Some(identity))
    }

    fn with(identity: Option<Identity>) -> Self {
        let mut server = Self {
            state: Arc::new(State::new()),
            address: ([127, 0, 0, 1], 0).into(),
            identity,
            runtime: None,
        };
        server.listen();
        server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends every connection, forgets everything that is not on the disk, and listens again at the same port.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.state.reload();
        self.listen();
    }

    pub(crate) fn stop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(10));
        }
    }

    fn listen(&mut self) {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let entered = runtime.enter();
        let incoming = TcpIncoming::bind(self.address)
            .unwrap()
            .with_nodelay(Some(true));
        self.address = incoming.local_addr().unwrap();
        let service = Service(Arc::clone(&self.state));
        let mut server = tonic::transport::Server::builder();
        if let Some(identity) = self.identity.clone() {
            let tls = ServerTlsConfig::new().identity(identity);
            server = server.tls_config(tls).unwrap();
        }
        let router = server
            .add_service(CollectionsServer::new(service.clone()))
            .add_service(PointsServer::new(service.clone()))
            .add_service(SnapshotsServer::new(service));
        runtime.spawn(router.serve_with_incoming(incoming));
        drop(entered);
        self.runtime = Some(runtime);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
