//! The gradient of more rows than fit into memory: [`grad_cache`].

use candle_core::backprop::GradStore;
use candle_core::{Error, Tensor, Var};

/// What [`grad_cache`] finds.
#[derive(Debug)]
pub struct CachedGradients {
    /// Value of the loss over all rows, cut off from any graph. Shape: `[]`.
    pub loss: Tensor,
    /// Gradient of the loss for every variable that it depends on, through `embed` or in `loss` itself.
    pub gradients: GradStore,
}

/// The gradient of a loss over many rows in the memory of one mini-batch (Gao et al. 2021, "Scaling deep contrastive
/// learning batch size under memory limited setup", section 3; `GradCache`).
///
/// 1. `embed` each mini-batch and keep only its numbers; 2. `loss` of all of them, and its gradient `g` for each row;
/// 3. `embed` each mini-batch again and go backward from the surrogate `Σ g · embed(..)`, adding up the variables'
///    gradients. Costs a second forward pass, and memory for one mini-batch's graph, all rows' vectors and what `loss`
///    keeps (`rows × rows` for [`MultipleNegativesRanking`](super::MultipleNegativesRanking)).
///
/// # Laws
///
/// - **Exact.** Value and gradients equal those of `loss` over all mini-batches embedded at once, up to the order of sums,
///   as long as `embed` gives the same rows whenever it is called with the same mini-batch.
/// - **Dropout.** `embed` is called twice with each number: with a `DropoutStream` (of `upturn-encoder`) made *inside*
///   `embed` from the step and this number, the second pass repeats the masks of the first. A stream made outside goes
///   on counting, and breaks the first law.
///
/// # Shapes
///
/// `embed(number, mini_batch): → [rows, dimension]`, `loss: [all rows, dimension] → []`, rows in the order of mini-batches
///
/// # Errors
///
/// Those of `embed` and `loss`; candle's for no mini-batch at all, or for mini-batches that differ in dimension.
///
/// ```
/// use candle_core::{Device, Tensor, Var};
/// use upturn_training::loss::{Loss, LossBatch, LossError, MultipleNegativesRanking, Pairs, grad_cache};
///
/// let weights = Var::new(&[[1f32, 0.], [0., 1.]], &Device::Cpu)?;
/// let anchors = Tensor::new(&[[1f32, 2.], [3., 1.]], &Device::Cpu)?;
/// let positives = Tensor::new(&[[2f32, 3.], [1., 0.]], &Device::Cpu)?;
/// let cached = grad_cache(
///     &[anchors, positives],
///     |_, texts: &Tensor| Ok(texts.matmul(&weights)?),
///     |vectors| {
///         let pairs = Some(Pairs::from_columns(vectors, 2)?);
///         MultipleNegativesRanking::default().of(&LossBatch { pairs, ..LossBatch::default() })
///     },
/// ).map_err(|error: LossError| error)?;
/// assert!(cached.gradients.get(&weights).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn grad_cache<B, E: From<Error>>(
    mini_batches: &[B],
    embed: impl Fn(usize, &B) -> Result<Tensor, E>,
    loss: impl FnOnce(&Tensor) -> Result<Tensor, E>,
) -> Result<CachedGradients, E> {
    let mut known = Vec::with_capacity(mini_batches.len());
    for (number, mini_batch) in mini_batches.iter().enumerate() {
        known.push(embed(number, mini_batch)?.detach());
    }
    let vectors = Var::from_tensor(&Tensor::cat(&known, 0)?)?;
    let value = loss(&vectors)?;
    let mut gradients = of_variables(&value)?;
    let Some(slopes) = gradients.remove(&vectors) else {
        return Ok(CachedGradients {
            loss: value.detach(),
            gradients,
        });
    };
    let mut first = 0;
    for (number, (mini_batch, known)) in mini_batches.iter().zip(&known).enumerate() {
        let rows = known.dim(0)?;
        let slopes = slopes.narrow(0, first, rows)?.contiguous()?;
        let surrogate = (embed(number, mini_batch)? * slopes)?.sum_all()?;
        gradients.extend(of_variables(&surrogate)?)?;
        first += rows;
    }
    Ok(CachedGradients {
        loss: value.detach(),
        gradients,
    })
}

/// The gradients of variables alone, as numbers: candle's store also holds those of constants, as large as what they came
/// from, and its gradients hang on the graph, which would stay in memory and take part in the next backward pass.
fn of_variables(value: &Tensor) -> candle_core::Result<GradStore> {
    let mut all = value.backward()?;
    let mut kept = GradStore::default();
    for node in value.sorted_nodes() {
        if let Some(gradient) = node.is_variable().then(|| all.remove(node)).flatten() {
            kept.insert(node, gradient.detach());
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests;
