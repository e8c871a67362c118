//! The prompts that come with the program, from the folder `prompts` at the top.

/// Name and file of each, in order.
pub(super) const SHIPPED: [(&str, &str); 9] = [
    (
        "agent_system",
        include_str!("../../../../prompts/agent_system.prompt.md"),
    ),
    (
        "answer_question",
        include_str!("../../../../prompts/answer_question.prompt.md"),
    ),
    (
        "coach_call",
        include_str!("../../../../prompts/coach_call.prompt.md"),
    ),
    (
        "coach_turn",
        include_str!("../../../../prompts/coach_turn.prompt.md"),
    ),
    (
        "explain_call",
        include_str!("../../../../prompts/explain_call.prompt.md"),
    ),
    (
        "rephrase_explanation",
        include_str!("../../../../prompts/rephrase_explanation.prompt.md"),
    ),
    (
        "rephrase_prediction",
        include_str!("../../../../prompts/rephrase_prediction.prompt.md"),
    ),
    (
        "rephrase_similar_calls",
        include_str!("../../../../prompts/rephrase_similar_calls.prompt.md"),
    ),
    (
        "summarise_history",
        include_str!("../../../../prompts/summarise_history.prompt.md"),
    ),
];
