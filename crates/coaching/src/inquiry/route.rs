//! How a question is understood: [`Inquiry`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::Outcome;

use crate::ObjectionKind;
use crate::text::words;

/// The questions that have a way of their own. English; what fits none of them is [`Inquiry::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "inquiry", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Inquiry {
    /// "Why might this deal stall?"
    WhyStall,
    /// "What did calls that won do differently here?"
    WhatWonCallsDid,
    /// "Who else objected to price like this?"
    WhoElseObjected {
        /// What the objection is about; none for any.
        about: Option<ObjectionKind>,
    },
    /// "Show me calls like it that we won."
    CallsLikeIt {
        /// How they ended; none for either way.
        outcome: Option<Outcome>,
    },
    /// "What should I ask next?"
    WhatNext,
    /// Anything else.
    Other,
}

const OBJECTING: &[&str] = &[
    "object",
    "objected",
    "objects",
    "objection",
    "objections",
    "complained",
    "refused",
    "resisted",
];
const OTHERS: &[&str] = &[
    "who", "else", "others", "other", "which", "anyone", "anybody", "similar",
];
const WINNING: &[&str] = &["won", "win", "wins", "winning", "winners", "successful"];
const DOING: &[&str] = &[
    "do",
    "did",
    "does",
    "done",
    "differently",
    "different",
    "say",
    "said",
    "ask",
    "asked",
];
const LOSING: &[&str] = &["lost", "lose", "losing", "failed"];
const LIKENESS: &[&str] = &["like", "similar", "comparable", "alike", "resemble"];
const CALLS: &[&str] = &[
    "call",
    "calls",
    "deal",
    "deals",
    "conversation",
    "conversations",
    "ones",
];
const WONDERING: &[&str] = &["why", "what", "how", "where"];
const STALLING: &[&str] = &[
    "stall", "stalls", "stalled", "stalling", "stuck", "lose", "losing", "lost", "risk", "risks",
    "fail", "slip", "slipping", "die",
];
const ABOUT: &[(ObjectionKind, &[&str])] = &[
    (
        ObjectionKind::Price,
        &[
            "price",
            "prices",
            "pricing",
            "cost",
            "costs",
            "expensive",
            "budget",
            "money",
        ],
    ),
    (ObjectionKind::Timing, &["time", "timing", "later", "now"]),
    (
        ObjectionKind::Authority,
        &[
            "authority",
            "boss",
            "manager",
            "decide",
            "decides",
            "approval",
        ],
    ),
    (ObjectionKind::Need, &["need", "needs", "interest"]),
    (ObjectionKind::Trust, &["trust", "doubt", "doubts", "proof"]),
    (
        ObjectionKind::Competitor,
        &["competitor", "competitors", "vendor", "alternative"],
    ),
];

impl Inquiry {
    /// Understands a question by its words.
    ///
    /// ```
    /// use upturn_coaching::{Inquiry, ObjectionKind};
    ///
    /// let price = Some(ObjectionKind::Price);
    /// assert_eq!(Inquiry::of("Why might this deal stall?"), Inquiry::WhyStall);
    /// assert_eq!(Inquiry::of("Who else objected to price like this?"), Inquiry::WhoElseObjected { about: price });
    /// assert_eq!(Inquiry::of("What should I ask next?"), Inquiry::WhatNext);
    /// assert_eq!(Inquiry::of("Did anyone mention ferrets?"), Inquiry::Other);
    /// ```
    pub fn of(question: &str) -> Self {
        let words = words(question);
        let has = |some: &[&str]| words.iter().any(|word| some.contains(&word.as_str()));
        if has(OBJECTING) && has(OTHERS) {
            let about = ABOUT.iter().find(|(_, names)| has(names));
            return Self::WhoElseObjected {
                about: about.map(|(kind, _)| *kind),
            };
        }
        if has(WINNING) && has(DOING) {
            return Self::WhatWonCallsDid;
        }
        if has(LIKENESS) && has(CALLS) {
            let outcome = match (has(WINNING), has(LOSING)) {
                (true, false) => Some(Outcome::Won),
                (false, true) => Some(Outcome::Lost),
                _ => None,
            };
            return Self::CallsLikeIt { outcome };
        }
        if has(&["next"]) && has(DOING) {
            return Self::WhatNext;
        }
        if has(STALLING) && has(WONDERING) {
            return Self::WhyStall;
        }
        Self::Other
    }
}
