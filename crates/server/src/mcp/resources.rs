//! Calls as resources: lists pages of them and reads one.

use std::sync::Arc;

use rmcp::model::{ListResourcesResult, ReadResourceResult, Resource, ResourceContents};
use upturn_core::{Cause, ConversationId};

use super::CallSource;
use super::address::{address, id_of};
use super::failure::Failure;
use super::transcript::transcript;

/// Most calls on one page.
const PAGE: usize = 100;

/// The page after a cursor, which is the last id of the page before; the first one without.
pub(super) async fn page(
    calls: Option<Arc<dyn CallSource>>,
    cursor: Option<String>,
) -> Result<ListResourcesResult, Failure> {
    let Some(calls) = calls else {
        return Ok(ListResourcesResult::default());
    };
    let after = cursor.map(ConversationId::new).transpose();
    let after = after.map_err(|_| Failure::Cursor)?;
    // One more than is shown tells whether there is another page.
    let mut ids = waited(move || calls.page(after.as_ref(), PAGE + 1)).await?;
    let has_more = ids.len() > PAGE;
    ids.truncate(PAGE);
    let mut page =
        ListResourcesResult::with_all_items(ids.iter().map(resource).collect::<Vec<_>>());
    page.next_cursor = ids.last().filter(|_| has_more).map(ToString::to_string);
    Ok(page)
}

/// The call at an address.
pub(super) async fn read(
    calls: Option<Arc<dyn CallSource>>,
    at: String,
) -> Result<ReadResourceResult, Failure> {
    let (id, calls) = (id_of(&at)?, calls.ok_or(Failure::Address)?);
    let found = {
        let id = id.clone();
        waited(move || calls.find(&id)).await?
    };
    let call = found.ok_or(Failure::NoCall { id })?;
    let text = ResourceContents::text(transcript(&call), at);
    Ok(ReadResourceResult::new(vec![text]))
}

fn resource(id: &ConversationId) -> Resource {
    Resource::new(address(id), id.as_str()).with_mime_type("text/plain")
}

/// Work that may wait, on a thread for it.
async fn waited<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Cause> + Send + 'static,
) -> Result<T, Failure> {
    let worked = tokio::task::spawn_blocking(work).await;
    Ok(worked.map_err(|_| Failure::Panicked)??)
}
