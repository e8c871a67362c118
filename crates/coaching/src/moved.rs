//! What moved a prediction: [`WhatMovedIt`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::TurnRange;

/// How the logit changes if a stretch of the call had not been said.
///
/// Leave-one-out attribution ("Understanding neural networks through representation erasure", Li et al. 2016). Shares need
/// not sum to the logit: what two stretches say together is taken away with either.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatMovedIt {
    /// By moment, in the order of the call. Empty for a call of one moment: nothing would be left.
    pub moments: Vec<Moved>,
    /// By turn, in the order of the call. Empty for a call of one turn.
    pub turns: Vec<Moved>,
}

/// A stretch of the call and what it did.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Which turns.
    pub turns: TurnRange,
    /// The logit with them less the logit without them; above zero they speak for won.
    pub logit: f64,
}
