//! Where the calls held out of a fold lie, before and after fine-tuning: [`of`].

use upturn::eval::{EmbeddingMap, Projection};
use upturn::{Cause, Conversation, MomentEncoder, Prefix, points};

use crate::held_out::{CHUNK, Fitted, HeldOut};

/// One view an encoder, the generic one first, and that one only where fine-tuning made it no better; none
/// without calls.
pub(super) fn of(
    held_out: &HeldOut<'_>,
    fitted: &Fitted<'_>,
    test: &[&Conversation],
) -> Result<Option<EmbeddingMap>, Cause> {
    let won: Vec<bool> = test.iter().map(|call| is_won(call)).collect();
    let view = |map: EmbeddingMap, name: &str, encoder: &dyn MomentEncoder| {
        let vectors = vectors(held_out, encoder, test)?;
        let projection = Projection::of(&vectors).map_err(Cause::new)?;
        Ok(map.with_view(name, &projection, &won))
    };
    if test.is_empty() {
        return Ok(None);
    }
    let generic = held_out.encoder;
    let map = if fitted.is_fine_tuned() {
        let before = view(EmbeddingMap::default(), "before fine-tuning", generic)?;
        view(before, "after fine-tuning", fitted.moments())?
    } else {
        view(EmbeddingMap::default(), "generic encoder", generic)?
    };
    Ok(Some(map))
}

fn is_won(call: &Conversation) -> bool {
    call.outcome().is_some_and(upturn::Outcome::is_won)
}

/// The vector that stands for each whole call.
fn vectors(
    held_out: &HeldOut<'_>,
    encoder: &dyn MomentEncoder,
    calls: &[&Conversation],
) -> Result<Vec<Vec<f32>>, Cause> {
    let mut vectors = Vec::with_capacity(calls.len());
    for chunk in calls.chunks(CHUNK) {
        let whole: Vec<Prefix<'_>> = chunk.iter().map(|call| call.whole()).collect();
        for (call, moments) in chunk.iter().zip(held_out.encode(encoder, &whole)?) {
            // The point of the call stands behind those of its moments.
            let point = points(call, &moments).pop();
            vectors.push(point.map_or_else(Vec::new, |point| point.embedding.as_slice().to_vec()));
        }
    }
    Ok(vectors)
}
