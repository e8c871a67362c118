//! Whether a store may be believed, and what is done where it may not: [`sound`].

use std::path::Path;

use upturn_core::{Fingerprint, VectorStoreError};
use upturn_vectorstore_edge::{EdgeStore, EdgeStoreError};
use upturn_vectorstore_ledger::Ledger;

use crate::repair::{count, reconcile, refill};
use crate::seal::Seal;
use crate::{IndexError, Repair, room};

/// The store of a folder, and what had to be done so that it holds what the ledger says.
pub(crate) fn sound(
    folder: &Path,
    ledger: &mut Ledger,
    dimension: Option<usize>,
    encoder: &Fingerprint,
) -> Result<(EdgeStore, Option<Repair>), IndexError> {
    let sealed = Seal::read(folder);
    if let Some(seal) = &sealed {
        let now = Seal::of(folder, ledger.revision()).map_err(IndexError::io(folder))?;
        if !now.has_files_of(seal) {
            let reason = "its files are not those that were closed".to_owned();
            return anew(folder, ledger, dimension, encoder, reason);
        }
    }
    let is_known = sealed.is_some_and(|seal| seal.revision() == ledger.revision());
    if !is_known {
        // Already when it is opened the engine does again what its log says.
        room::check(folder, &[])?;
    }
    let opened = match EdgeStore::open(folder, encoder) {
        Ok(store) if is_known => return Ok((store, None)),
        Ok(store) => reconcile(&store, ledger, encoder, Some(folder)).map(|repair| (store, repair)),
        Err(error) => Err(error.into()),
    };
    match opened {
        Ok((store, repair)) if count(&store)? == points(ledger, encoder)? => Ok((store, repair)),
        Ok((store, _)) => {
            drop(store);
            anew(
                folder,
                ledger,
                dimension,
                encoder,
                "it lost points".to_owned(),
            )
        }
        Err(error) if is_final(&error) => Err(error),
        Err(error) => anew(folder, ledger, dimension, encoder, error.to_string()),
    }
}

/// How many points the ledger has of an encoder.
pub(crate) fn points(ledger: &mut Ledger, encoder: &Fingerprint) -> Result<usize, IndexError> {
    let indexed = ledger.indexed(encoder)?;
    Ok(indexed.values().map(|known| known.points).sum())
}

/// Whether filling the store again would not help, or do harm.
fn is_final(error: &IndexError) -> bool {
    match error {
        IndexError::Edge(EdgeStoreError::Refused(_) | EdgeStoreError::Locked { .. })
        | IndexError::Ledger(_)
        | IndexError::NoLedger { .. }
        | IndexError::NotForgotten { .. }
        | IndexError::Unpublished { .. }
        | IndexError::NoRoom { .. }
        | IndexError::ByCalls => true,
        IndexError::Edge(_) | IndexError::Store(_) | IndexError::Io { .. } => false,
    }
}

fn anew(
    folder: &Path,
    ledger: &mut Ledger,
    dimension: Option<usize>,
    encoder: &Fingerprint,
    reason: String,
) -> Result<(EdgeStore, Option<Repair>), IndexError> {
    let own = first_dimension(ledger, encoder)?;
    if let (None, Some(expected)) = (own, ledger.last_encoder()) {
        return Err(VectorStoreError::ForeignEncoder {
            collection: folder.display().to_string(),
            expected,
            got: encoder.clone(),
        }
        .into());
    }
    let Some(dimension) = own.or(dimension) else {
        // Nothing was ever put into it: the store itself says what is wrong.
        return Ok((EdgeStore::open(folder, encoder)?, None));
    };
    let repair = refill(folder, ledger, dimension, encoder, reason)?;
    Ok((EdgeStore::open(folder, encoder)?, Some(repair)))
}

fn first_dimension(
    ledger: &mut Ledger,
    encoder: &Fingerprint,
) -> Result<Option<usize>, IndexError> {
    for calls in ledger.calls(encoder)? {
        let first = calls?.into_iter().flat_map(|call| call.points).next();
        if let Some(point) = first {
            return Ok(Some(point.embedding.dimension()));
        }
    }
    Ok(None)
}
