//! A collection on a Qdrant server: [`Server`]. Without the feature `qdrant` there is none.

#[cfg(feature = "qdrant")]
pub(crate) use with_client::Server;
#[cfg(not(feature = "qdrant"))]
pub(crate) use without_client::Server;

#[cfg(feature = "qdrant")]
mod with_client {
    use upturn::vectorstore::edge::EdgeLayout;
    use upturn::vectorstore::qdrant::{
        CollectionLayout, QdrantConfig, QdrantStore, QdrantStoreError, Rebuild,
    };
    use upturn::{Fingerprint, VectorStore, VectorStoreError};

    use crate::environment::Secret;
    use crate::error::CliError;
    use crate::failure::Failure;

    /// A name on a server.
    #[derive(Debug)]
    pub(crate) struct Server {
        url: String,
        collection: String,
        config: QdrantConfig,
    }

    /// A generation that is not published yet.
    #[derive(Debug)]
    pub(crate) struct Next(Rebuild);

    impl Next {
        pub(crate) fn publish(&self) -> Result<(), Failure> {
            Ok(self.0.publish()?)
        }
    }

    impl Server {
        #[expect(clippy::unnecessary_wraps, reason = "other builds have no client")]
        pub(crate) fn new(
            url: String,
            collection: String,
            key: Option<Secret>,
        ) -> Result<Self, CliError> {
            let config = QdrantConfig::new(url.clone());
            let config = match key {
                Some(Secret(key)) => config.with_api_key(key),
                None => config,
            };
            Ok(Self {
                url,
                collection,
                config,
            })
        }

        /// Without what may stand before an `@` in the address: a name and a password.
        fn address(&self) -> String {
            let (scheme, rest) = self.url.split_once("://").unwrap_or(("http", &self.url));
            let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
            format!("{scheme}://{host}")
        }

        pub(crate) fn options(&self) -> String {
            let (address, collection) = (self.address(), shell_words::quote(&self.collection));
            format!("--store {address} --collection {collection}")
        }

        pub(crate) fn name(&self) -> String {
            format!("{}/{}", self.address(), self.collection)
        }

        pub(crate) fn open(&self, encoder: &Fingerprint) -> Result<Box<dyn VectorStore>, Failure> {
            let store = QdrantStore::open(&self.config, &self.collection, encoder)?;
            Ok(Box::new(store))
        }

        /// A refusal names the encoder that filled it.
        pub(crate) fn open_any(&self) -> Result<Box<dyn VectorStore>, Failure> {
            let nobody = Fingerprint::new("");
            match QdrantStore::open(&self.config, &self.collection, &nobody) {
                Err(QdrantStoreError::Refused(VectorStoreError::ForeignEncoder {
                    expected,
                    ..
                })) => self.open(&expected),
                opened => Ok(Box::new(opened?)),
            }
        }

        pub(crate) fn create_or_open(
            &self,
            dimension: usize,
            encoder: &Fingerprint,
            layout: Option<EdgeLayout>,
        ) -> Result<Box<dyn VectorStore>, Failure> {
            let config = self.laid_out(layout);
            let store = QdrantStore::create_or_open(&config, &self.collection, dimension, encoder)?;
            Ok(Box::new(store))
        }

        fn laid_out(&self, layout: Option<EdgeLayout>) -> QdrantConfig {
            let EdgeLayout {
                vectors_on_disk,
                words_on_disk,
                graph_on_disk,
                quantization,
            } = layout.unwrap_or_default();
            let layout = CollectionLayout {
                vectors_on_disk,
                words_on_disk,
                graph_on_disk,
                quantization,
                ..CollectionLayout::default()
            };
            self.config.clone().with_layout(layout)
        }

        pub(crate) fn remove_unpublished(&self) -> Result<(), Failure> {
            Ok(QdrantStore::remove_unpublished(
                &self.config,
                &self.collection,
            )?)
        }

        /// The next generation, and its store. What was begun before and never published is removed.
        pub(crate) fn rebuild(
            &self,
            dimension: usize,
            encoder: &Fingerprint,
            layout: Option<EdgeLayout>,
        ) -> Result<(Next, Box<dyn VectorStore>), Failure> {
            self.remove_unpublished()?;
            let config = self.laid_out(layout);
            let next = QdrantStore::rebuild(&config, &self.collection, dimension, encoder)?;
            let store = QdrantStore::open(&self.config, next.store().collection(), encoder)?;
            Ok((Next(next), Box::new(store)))
        }
    }
}

#[cfg(not(feature = "qdrant"))]
mod without_client {
    use upturn::vectorstore::edge::EdgeLayout;
    use upturn::{Fingerprint, VectorStore};

    use crate::environment::Secret;
    use crate::error::CliError;
    use crate::failure::Failure;

    /// There is none.
    #[derive(Debug)]
    pub(crate) enum Server {}

    /// There is none.
    #[derive(Debug)]
    pub(crate) enum Next {}

    impl Next {
        pub(crate) fn publish(&self) -> Result<(), Failure> {
            match *self {}
        }
    }

    impl Server {
        pub(crate) fn new(_: String, _: String, _: Option<Secret>) -> Result<Self, CliError> {
            Err(CliError::NoClient)
        }

        pub(crate) fn options(&self) -> String {
            match *self {}
        }

        pub(crate) fn name(&self) -> String {
            match *self {}
        }

        pub(crate) fn open(&self, _: &Fingerprint) -> Result<Box<dyn VectorStore>, Failure> {
            match *self {}
        }

        pub(crate) fn open_any(&self) -> Result<Box<dyn VectorStore>, Failure> {
            match *self {}
        }

        pub(crate) fn create_or_open(
            &self,
            _: usize,
            _: &Fingerprint,
            _: Option<EdgeLayout>,
        ) -> Result<Box<dyn VectorStore>, Failure> {
            match *self {}
        }

        pub(crate) fn remove_unpublished(&self) -> Result<(), Failure> {
            match *self {}
        }

        pub(crate) fn rebuild(
            &self,
            _: usize,
            _: &Fingerprint,
            _: Option<EdgeLayout>,
        ) -> Result<(Next, Box<dyn VectorStore>), Failure> {
            match *self {}
        }
    }
}
