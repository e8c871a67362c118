//! langchain-rust's options for a store of upturn's: [`options`].

use langchain_rust::vectorstore::VecStoreOptions;
use serde_json::Value;
use upturn_core::Filter;

use crate::LangchainError;

/// Options whose filters are this one.
///
/// ```
/// use langchain_rust::vectorstore::{Retriever, VecStoreOptions};
/// use upturn_core::{Filter, Outcome};
/// use upturn_langchain_rust::{CallStore, options};
///
/// # fn of(store: CallStore) -> Result<(), Box<dyn std::error::Error>> {
/// let won = Filter { outcome: Some(Outcome::Won), ..Filter::default() };
/// let winning = Retriever::new(store, 3).with_options(options(&won)?);
/// // The same by hand:
/// let by_hand = VecStoreOptions::new().with_filters(serde_json::json!({ "outcome": "won" }));
/// # let _ = (winning, by_hand);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`LangchainError::Filters`] where a filter has no JSON; none of today's.
pub fn options(filter: &Filter) -> Result<VecStoreOptions<Value>, LangchainError> {
    let filters = serde_json::to_value(filter).map_err(LangchainError::Filters)?;
    Ok(VecStoreOptions::new().with_filters(filters))
}

/// The filter that the options ask for.
pub(crate) fn filter(options: &VecStoreOptions<Value>) -> Result<Filter, LangchainError> {
    let refused = |option| Err(LangchainError::Option { option });
    if options.name_space.is_some() {
        return refused("name_space");
    }
    if options.embedder.is_some() {
        return refused("embedder");
    }
    let filters = options.filters.clone().map(serde_json::from_value);
    let filters = filters.transpose().map_err(LangchainError::Filters)?;
    Ok(filters.unwrap_or_default())
}
