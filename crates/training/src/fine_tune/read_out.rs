//! What vectors say of targets in a straight line: [`ReadOut`].

use candle_core::Tensor;
use rayon::prelude::*;
use upturn_core::Speaker;

use crate::TrainingError;
use crate::conversation::{PreparedCall, SeenCall};
use crate::trained_part::TrainedPart;
use ridge::Normal;
use upturn_encoder::Mode;

/// The sides that have a read-out, in its order.
pub(super) const SIDES: [Speaker; 2] = [Speaker::Seller, Speaker::Buyer];

/// Calls that one thread reads at a time, and chunks of them that are held at once.
const CALLS: usize = 8;
const CHUNKS: usize = 16;

/// A ridge regression for each side, from a turn's vector to its target.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReadOut {
    /// `[SIDES × hidden]`
    pub(super) weights: Vec<f32>,
    /// `[SIDES]`
    pub(super) intercepts: [f32; 2],
}

impl ReadOut {
    /// Fits to what the encoder makes of the calls' turns now. Holds `hidden²` numbers a side and a few calls, however
    /// many there are.
    pub(super) fn fit(
        part: &TrainedPart<'_>,
        calls: &[PreparedCall],
        targets: &[Vec<f32>],
        penalty: f64,
    ) -> Result<Self, TrainingError> {
        let hidden = part.encoder.config().hidden;
        let mut sums = SIDES.map(|_| Normal::new(hidden));
        let chunks: Vec<_> = calls.chunks(CALLS).zip(targets.chunks(CALLS)).collect();
        for chunks in chunks.chunks(CHUNKS) {
            let read: Vec<Tensor> = chunks
                .par_iter()
                .map(|(calls, _)| {
                    let seen: Vec<SeenCall<'_>> = calls.iter().map(PreparedCall::whole).collect();
                    part.turns(&seen, Mode::Inference)
                })
                .collect::<Result<_, _>>()?;
            for ((calls, targets), turns) in chunks.iter().zip(read) {
                let speakers = calls.iter().flat_map(|call| &call.speakers);
                let rows = turns.to_vec2::<f32>()?.into_iter().zip(speakers);
                for ((row, speaker), target) in rows.zip(targets.iter().flatten()) {
                    for (side, sums) in SIDES.iter().zip(&mut sums) {
                        if side == speaker {
                            sums.add(&row, f64::from(*target));
                        }
                    }
                }
            }
        }
        let solved = sums.map(|sums| sums.solve(penalty));
        Ok(Self {
            intercepts: solved.each_ref().map(|(_, intercept)| *intercept),
            weights: solved
                .into_iter()
                .flat_map(|(weights, _)| weights)
                .collect(),
        })
    }
}

mod ridge;
