//! How a buyer takes what the seller just did, before saying anything else.

/// The seller helped.
pub(crate) const WARM: &[&str] = &[
    "[Okay|Ah], that [helps|clears it up].",
    "[Good|Fair] point.",
    "That's [useful|good] to know.",
    "[Nice|Good], I hadn't [seen|looked at] it like that.",
    "Glad you [ask|brought that up].",
    "[Yes|Yeah], exactly.",
    "That [makes sense|sounds sensible].",
    "Good question.",
    "I [like|appreciate] that.",
    "[Right|Okay], now I [follow|get it].",
    "Thanks for [saying so|being straight].",
    "That's a [fair|clear] answer.",
];

/// The seller neither helped nor hurt.
pub(crate) const FLAT: &[&str] = &[
    "[Okay|Right].",
    "Hm.",
    "[I see|Mm].",
    "Let me [think|see].",
    "[Well|So].",
    "Could be.",
    "[Maybe|Perhaps], yes.",
    "All right.",
    "[Yes and no|Hard to say].",
    "I [guess|suppose].",
];

/// The seller talked past the buyer.
pub(crate) const COLD: &[&str] = &[
    "[That's not|Not] what I asked.",
    "[Sure|If you say so].",
    "[Hm|Well], I don't know.",
    "You [said|told me] that already.",
    "[Okay|Right], whatever.",
    "I'm not so sure [about that|there].",
    "Let me [stop|interrupt] you.",
    "[Sorry|Well], that's beside the point.",
    "That's [easy|easily] said.",
    "We're [drifting|going round in circles].",
    "I'd [rather|prefer to] judge that myself.",
    "[Hm|Look], slow down.",
];
