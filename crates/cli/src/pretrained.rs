//! The encoder that training starts from.

use std::path::Path;

use upturn::encoder::pull::{PullRequest, Pulled, pull};
use upturn::encoder::{Encoder, EncoderOptions};

use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;

/// Opens a folder, or the model of that name, which is pulled where it is not in the cache.
///
/// # Errors
///
/// Why it can't be had or opened.
pub(crate) fn open(
    place: &str,
    options: &EncoderOptions,
    context: &Context,
    progress: &Progress,
) -> Result<Encoder, Failure> {
    let path = Path::new(place);
    if path.is_dir() || path.components().count() > 1 {
        return Ok(Encoder::open(path, options)?);
    }
    let pulled = pulled(&request(place, context), context, progress)?;
    Ok(Encoder::open(&pulled.folder, options)?)
}

/// What the environment says about pulling.
pub(crate) fn request(name: &str, context: &Context) -> PullRequest {
    let environment = &context.environment;
    PullRequest {
        cache: environment.cache.clone(),
        endpoint: environment.hub.clone(),
        ..PullRequest::new(name)
    }
}

/// Pulls a model and says where it came from.
///
/// # Errors
///
/// Why it can't be had.
pub(crate) fn pulled(
    request: &PullRequest,
    context: &Context,
    progress: &Progress,
) -> Result<Pulled, Failure> {
    let pulled = pull(request, progress);
    progress.clear();
    let pulled = pulled?;
    context
        .printer
        .detail(&format!("model `{}`: {}", request.name, pulled.source));
    Ok(pulled)
}
