//! What is told of a step: [`StepEvent`].

use serde::Serialize;

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It begins.
    Started,
    /// It has an output.
    Done,
    /// It has none, or nobody waited for the rest of it.
    Failed,
}

/// What a user interface is told of a step. It holds neither input nor output: transcripts are personal data.
///
/// # Laws
///
/// - **Pairs.** Each id is told twice: first as [`Started`](StepState::Started), then as one of the others.
/// - **Nested.** A parent starts before its steps do, and ends after them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepEvent {
    /// Which step of its run, counted from 1 in the order in which they start.
    pub id: u64,
    /// Within which step of the same run; none for the outermost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<u64>,
    /// [`Runnable::name`](crate::Runnable::name).
    pub step: String,
    /// How far it is.
    pub state: StepState,
}
