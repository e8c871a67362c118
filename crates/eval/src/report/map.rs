//! Where calls lie before and after fine-tuning: [`EmbeddingMap`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Projection;

/// Calls drawn of a view, at most.
const MOST_DOTS: usize = 1500;

/// Calls as points of a plane, once for each encoder.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EmbeddingMap {
    /// Such as `before fine-tuning` and `after fine-tuning`.
    pub views: Vec<MapView>,
}

/// The plane of one encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapView {
    /// Which encoder.
    pub name: String,
    /// Share of the variance that each axis holds.
    pub explained: [f64; 2],
    /// How many calls there are; at most 1,500 of them, evenly by place, are drawn.
    pub of: u64,
    /// The calls drawn.
    pub dots: Vec<Dot>,
}

/// A call.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dot {
    /// First principal component.
    pub x: f64,
    /// Second.
    pub y: f64,
    /// What came out.
    pub won: bool,
}

impl EmbeddingMap {
    /// The same with another view; `won[i]` is what came of the call with point `i`.
    #[must_use]
    pub fn with_view(
        mut self,
        name: impl Into<String>,
        projection: &Projection,
        won: &[bool],
    ) -> Self {
        let calls: Vec<_> = projection.points.iter().zip(won).collect();
        let step = calls.len().div_ceil(MOST_DOTS).max(1);
        let dot = |(point, won): &(&[f64; 2], &bool)| {
            let [x, y] = **point;
            Dot { x, y, won: **won }
        };
        self.views.push(MapView {
            name: name.into(),
            explained: projection.explained,
            of: calls.len() as u64,
            dots: calls.iter().step_by(step).map(dot).collect(),
        });
        self
    }
}
