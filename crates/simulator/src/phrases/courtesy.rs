//! What everybody says whatever the state of the sale: greetings, closings, lead-ins, tails and noises.
//!
//! Closings are drawn from these pools for won and lost conversations alike, so the last turns carry no label.

/// First words of the seller.
pub(crate) const SELLER_GREETINGS: &[&str] = &[
    "[Hello|Hi|Good morning|Good afternoon] {buyer}, this is {rep}, [thanks for taking the call|good to hear you|is this still a good time]?",
    "{buyer}, [hello|hi], {rep} here, [how are you|can you hear me all right|how was your {weekday}]?",
    "[Hi|Hello] {buyer}, {rep} speaking, we [said|agreed on] {weekday}, so here I am.",
    "[Good morning|Good day|Hello], am I speaking to {buyer}, this is {rep} about {product}.",
    "[Hey|Hi] {buyer}, it's {rep}, [sorry for the two minutes|I hope the traffic let you through|nice to talk again].",
    "{rep} here, [hello|good morning] {buyer}, [shall we start|I've got about half an hour|where did we leave it]?",
];

/// First words of the buyer.
pub(crate) const BUYER_GREETINGS: &[&str] = &[
    "[Hi|Hello|Morning] {rep}, [yes|sure], [I can hear you fine|now is fine|I have a little while].",
    "Yes, [speaking|that's me|this is {buyer}], [hello|good to hear from you].",
    "[Hello|Hi], [just a second|let me close the door], [okay|right], [go on|now I'm with you].",
    "{rep}, [hi|hello], I'm [fine|well|all right], thanks, [and you|a bit of a long {weekday}].",
    "[Hello|Yes, hello], I've got [twenty minutes|some time|until the hour], then the next thing.",
    "[Hi|Hello] there, [good|okay], I was [expecting|waiting for] you, so [let's see|begin].",
];

/// Last words of the seller, whatever came before.
pub(crate) const SELLER_CLOSINGS: &[&str] = &[
    "[Thanks|Thank you] for your time today, {buyer}, I'll [send|mail] you [a summary|my notes] of what we talked about.",
    "[Well|Right|Okay], our time is up, [thank you|thanks], {buyer}, [have a good {weekday}|enjoy the rest of the day].",
    "I'll [leave|stop] it there for today, [my number is in the mail|you know where to find me], [bye now|take care].",
    "[Good|Okay], then I'll [write down|type up] what we [said|discussed] and you'll [get|have] it by {weekday}, [goodbye|bye], {buyer}.",
    "[Thank you|Thanks], that was [{number} minutes|our half hour], I'll [let you go|let you get on], {buyer}.",
    "[Right|Okay], my next appointment is [waiting|calling], [thanks again|thank you, {buyer}], [speak soon|goodbye].",
    "I have to [run|leave it here], {buyer}, [all the best|have a nice evening] and [regards to {colleague}|take care].",
];

/// Last words of the buyer, whatever came before.
pub(crate) const BUYER_CLOSINGS: &[&str] = &[
    "[Okay|All right|Right], thanks {rep}, [bye|goodbye|take care].",
    "[Thanks|Thank you], {rep}, [have a good day|same to you|you too], [bye|goodbye].",
    "[Yes|Okay], I have to [go|get to the next thing] as well, [bye|goodbye], {rep}.",
    "[Fine|Okay|Good], [mail me|write to me] and I'll [read it|see it], [bye|goodbye then].",
    "[All right|Okay], [speak to you|talk to you], {rep}, [bye bye|have a nice {weekday}].",
    "[Thank you|Thanks] for the call, {rep}, [goodbye|bye for now|until then].",
    "[Right|Okay], [somebody's at the door|my phone is nearly flat|they're calling me], [bye|goodbye], {rep}.",
];

/// Before a sentence; each ends in a blank.
pub(crate) const LEAD_INS: &[&str] = &[
    "Well, ",
    "So, ",
    "Look, ",
    "I mean, ",
    "To be honest, ",
    "You know, ",
    "Okay, ",
    "The thing is, ",
    "Right, ",
    "As I said, ",
    "Let me put it this way, ",
    "If you ask me, ",
    "Just so you know, ",
    "Hmm, ",
    "See, ",
    "Between you and me, ",
    "Now, ",
    "Put simply, ",
    "Let me think, ",
];

/// After a sentence, before its full stop; each begins with a comma.
pub(crate) const TAILS: &[&str] = &[
    ", you know",
    ", if that makes sense",
    ", so to speak",
    ", as it stands",
    ", at least today",
    ", more or less",
    ", I'd say",
    ", if you see what I mean",
    ", to put it that way",
    ", for what it's worth",
    ", let me put it like that",
    ", as far as I can tell",
    ", or so",
];

/// Noises of someone who hesitates.
pub(crate) const FILLERS: &[&str] = &[
    "um,",
    "uh,",
    "er,",
    "you know,",
    "like,",
    "I mean,",
    "well,",
    "let's see,",
    "hm,",
];

/// Noises of someone who listens.
pub(crate) const BACKCHANNELS: &[&str] = &[
    "Mm-hm.",
    "Right.",
    "Okay.",
    "I see.",
    "Yeah.",
    "Uh-huh.",
    "Sure.",
    "Got it.",
    "Mm.",
    "Go on.",
    "Yes.",
    "Okay, yeah.",
    "Right, right.",
    "Hm, okay.",
];

/// First words of someone who breaks in.
pub(crate) const INTERRUPTIONS: &[&str] = &[
    "Sorry, can I jump in,",
    "Wait,",
    "Sorry to cut you off,",
    "Hold on,",
    "Can I just say,",
    "One second,",
    "Sorry, before you go on,",
    "Just quickly,",
];

/// First names of people who are mentioned.
pub(crate) const COLLEAGUES: &[&str] = &[
    "Anneke", "Tobias", "Priya", "Marcel", "Ines", "Oskar", "Leila", "Dmitri", "Noor", "Felix",
    "Greta", "Samir", "Yuki", "Paolo", "Hanna", "Emeka", "Signe", "Ravi", "Clara", "Jonas",
];

/// Months.
pub(crate) const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days on which something is said to happen.
pub(crate) const WEEKDAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];

/// Small numbers in words.
pub(crate) const NUMBERS: &[&str] = &[
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve",
];

/// Lengths of working time.
pub(crate) const HOURS: &[&str] = &[
    "two hours",
    "three hours",
    "four hours",
    "half a day",
    "a full day",
    "six hours",
    "eight hours",
    "ten hours",
    "a day and a half",
    "two days",
    "fifteen hours",
    "twenty hours",
];
