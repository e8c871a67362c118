//! The public name of a collection: an alias of its latest generation, `NAME-1`, `NAME-2` and so on.

use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::{
    AliasOperations, ChangeAliases, CreateAlias, DeleteAlias, ListAliasesRequest,
    ListCollectionsRequest,
};

use crate::QdrantStoreError;
use crate::connection::{Connection, Repeat};

/// The name of a generation.
pub(crate) fn generation(name: &str, number: u64) -> String {
    format!("{name}-{number}")
}

/// The collection that the name is an alias of; none if it is no alias.
pub(crate) fn resolve(
    connection: &Connection,
    name: &str,
) -> Result<Option<String>, QdrantStoreError> {
    let request = ListAliasesRequest {};
    let listed = connection
        .call(Repeat::Safe, request, |stubs, request| async move {
            stubs.collections().list_aliases(request).await
        })
        .map_err(|failure| QdrantStoreError::new(name, "being looked up", failure))?;
    let alias = listed
        .aliases
        .into_iter()
        .find(|alias| alias.alias_name == name);
    Ok(alias.map(|alias| alias.collection_name))
}

/// The number of the latest generation, filled or not; 0 if there is none. And whether a collection has the name itself.
pub(crate) fn latest(connection: &Connection, name: &str) -> Result<(u64, bool), QdrantStoreError> {
    let request = ListCollectionsRequest {};
    let listed = connection
        .call(Repeat::Safe, request, |stubs, request| async move {
            stubs.collections().list(request).await
        })
        .map_err(|failure| QdrantStoreError::new(name, "being looked up", failure))?;
    let names = || listed.collections.iter().map(|found| found.name.as_str());
    let number = |found: &str| found.strip_prefix(name)?.strip_prefix('-')?.parse().ok();
    let latest = names().filter_map(number).max().unwrap_or(0);
    Ok((latest, names().any(|found| found == name)))
}

/// The generations of a name that has one in use, but for that one.
pub(crate) fn unpublished(
    connection: &Connection,
    name: &str,
) -> Result<Vec<String>, QdrantStoreError> {
    let Some(used) = resolve(connection, name)? else {
        return Ok(Vec::new());
    };
    let (latest, _) = latest(connection, name)?;
    let others = (1..=latest).map(|number| generation(name, number));
    Ok(others.filter(|other| *other != used).collect())
}

/// Makes the name an alias of the collection, in one step, whatever it was an alias of before.
pub(crate) fn point(
    connection: &Connection,
    name: &str,
    collection: &str,
) -> Result<(), QdrantStoreError> {
    let old = resolve(connection, name)?;
    if old.as_deref() == Some(collection) {
        return Ok(());
    }
    let forget = old.map(|_| {
        Action::DeleteAlias(DeleteAlias {
            alias_name: name.to_owned(),
        })
    });
    let remember = Action::CreateAlias(CreateAlias {
        collection_name: collection.to_owned(),
        alias_name: name.to_owned(),
    });
    let actions = forget.into_iter().chain([remember]);
    let request = ChangeAliases {
        actions: actions
            .map(|action| AliasOperations {
                action: Some(action),
            })
            .collect(),
        timeout: Some(connection.timeout().as_secs().max(1)),
    };
    let moved = connection.call(Repeat::Never, request, |stubs, request| async move {
        stubs.collections().update_aliases(request).await
    });
    match moved {
        // The answer may be lost although the alias was moved.
        Err(_) if resolve(connection, name)?.as_deref() == Some(collection) => Ok(()),
        moved => moved
            .map(|_| ())
            .map_err(|failure| QdrantStoreError::new(name, "being renamed", failure)),
    }
}
