//! A trained model folder, opened: [`Model`].

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};
use upturn_core::{
    Conversation, Embeddings, Fingerprint, VectorStore, VectorStoreError, VectorStoreRetriever,
};
use upturn_encoder::{Encoder, EncoderOptions};
use upturn_predict::{ConversionPredictor, FittedPredictor, PredictorFile};
use upturn_training::{PREDICTOR_FILE, Seen, TrainedOn};

use crate::ModelError;

/// Encoder and predictor of one folder.
#[derive(Debug, Clone)]
pub struct Model {
    encoder: Arc<Encoder>,
    predictor: Arc<FittedPredictor>,
    fingerprint: Fingerprint,
    folder: PathBuf,
    noted: Arc<Noted>,
}

/// What the folder noted of the calls it learnt from, once it was asked.
#[derive(Default)]
struct Noted(OnceLock<Option<TrainedOn>>);

impl fmt::Debug for Noted {
    /// Without the digests.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Noted").finish_non_exhaustive()
    }
}

impl Model {
    /// Opens what `upturn train` wrote.
    ///
    /// # Errors
    ///
    /// [`ModelError`] names the file that is missing, truncated, foreign or does not agree with the others.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, ModelError> {
        Self::open_with(folder.as_ref(), &EncoderOptions::default())
    }

    /// As [`open`](Self::open), computed as `options` say.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with(folder: &Path, options: &EncoderOptions) -> Result<Self, ModelError> {
        if !folder.is_dir() {
            return Err(ModelError::NoFolder {
                folder: folder.to_owned(),
            });
        }
        let encoder = Encoder::open(folder, options).map_err(|source| ModelError::Encoder {
            folder: folder.to_owned(),
            source,
        })?;
        let path = folder.join(PREDICTOR_FILE);
        if !path.is_file() {
            return Err(ModelError::NoPredictor {
                folder: folder.to_owned(),
            });
        }
        let bytes = fs_err::read(&path)?;
        let file: PredictorFile = serde_json::from_slice(&bytes)
            .map_err(|source| ModelError::Predictor { path, source })?;
        let got = Embeddings::fingerprint(&encoder);
        if file.encoder != *got {
            return Err(ModelError::ForeignPredictor {
                expected: file.encoder,
                got: got.clone(),
            });
        }
        let fingerprint = of_both(got, &bytes);
        Ok(Self {
            encoder: Arc::new(encoder),
            predictor: Arc::new(file.predictor),
            fingerprint,
            folder: folder.to_owned(),
            noted: Arc::default(),
        })
    }

    /// Which of these calls it learnt from, and which are of an account that it learnt from; what it says of the first is memory and no
    /// prediction. None of all if the folder does not tell; its note is read once.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] if the folder's note of them can't be read.
    pub fn seen<'a>(
        &self,
        calls: impl IntoIterator<Item = &'a Conversation>,
    ) -> Result<Vec<Option<Seen>>, ModelError> {
        Ok(match self.noted()? {
            Some(noted) => noted.seen(calls),
            None => calls.into_iter().map(|_| None).collect(),
        })
    }

    fn noted(&self) -> Result<Option<&TrainedOn>, ModelError> {
        if let Some(noted) = self.noted.0.get() {
            return Ok(noted.as_ref());
        }
        let read = TrainedOn::read(&self.folder)?;
        Ok(self.noted.0.get_or_init(|| read).as_ref())
    }

    /// The encoder: an [`Embeddings`] provider and a [`upturn_core::MomentEncoder`].
    pub fn encoder(&self) -> &Arc<Encoder> {
        &self.encoder
    }

    /// What predictions carry: the digest of encoder and predictor together.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Finds moments in a collection that this model's encoder filled.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::ForeignEncoder`] if another encoder filled it.
    pub fn retriever(
        &self,
        store: Arc<dyn VectorStore>,
    ) -> Result<VectorStoreRetriever, VectorStoreError> {
        VectorStoreRetriever::new(self.encoder.clone(), store)
    }

    /// Predicts with the neighbours of a collection that this model's encoder filled.
    ///
    /// # Errors
    ///
    /// [`ModelError::Store`] if another encoder filled it, [`ModelError::Misfit`] if the predictor is of other vectors.
    pub fn predictor(
        &self,
        store: Arc<dyn VectorStore>,
    ) -> Result<ConversionPredictor, ModelError> {
        let retriever = Arc::new(self.retriever(store)?);
        Ok(ConversionPredictor::new(
            self.predictor.clone(),
            self.encoder.clone(),
            retriever,
            self.fingerprint.clone(),
        )?)
    }

    /// Predicts without neighbours, where their collection can't be opened; see
    /// [`FittedPredictor::predict_without_evidence`].
    ///
    /// # Errors
    ///
    /// [`ModelError::Misfit`] if the predictor is of other vectors.
    pub fn predictor_without_evidence(&self) -> Result<ConversionPredictor, ModelError> {
        Ok(ConversionPredictor::without_evidence(
            self.predictor.clone(),
            self.encoder.clone(),
            self.fingerprint.clone(),
        )?)
    }
}

fn of_both(encoder: &Fingerprint, predictor: &[u8]) -> Fingerprint {
    let digest = Sha256::new()
        .chain_update(encoder.as_str())
        .chain_update(predictor)
        .finalize();
    let hexadecimal = |mut text: String, byte: &u8| {
        let _ = write!(text, "{byte:02x}");
        text
    };
    Fingerprint::new(digest.iter().fold(String::new(), hexadecimal))
}
