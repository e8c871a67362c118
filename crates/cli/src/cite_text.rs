//! Evidence as people read it: [`cite`].

use upturn::TurnRange;
use upturn::coaching::Cite;

/// Most turns that are named.
const MOST_TURNS: usize = 5;

/// `longest_monologue = 240 (turn 7)`.
pub(crate) fn cite(cite: &Cite) -> String {
    format!("{} = {}{}", cite.about, cite.value, turns(&cite.turns))
}

fn turns(turns: &[TurnRange]) -> String {
    let named = turns.iter().take(MOST_TURNS).map(ToString::to_string);
    let mut text = named.collect::<Vec<_>>().join(", ");
    if turns.len() > MOST_TURNS {
        text.push_str(", …");
    }
    if text.is_empty() {
        text
    } else {
        format!(" ({text})")
    }
}
