//! On which side an author of messages stands: [`side`].

use upturn_core::Speaker;

use crate::Party;

/// The side that a role or a kind of author states; none for words that state no side.
pub(super) fn side(role: &str) -> Option<Speaker> {
    match role.trim().to_ascii_lowercase().as_str() {
        "user" | "buyer" | "customer" | "lead" | "contact" | "end-user" | "end_user" => {
            Some(Speaker::Buyer)
        }
        "assistant" | "agent" | "human_agent" | "operator" | "rep" | "seller" | "admin"
        | "team" | "bot" => Some(Speaker::Seller),
        "system" | "developer" | "tool" | "function" => Some(Speaker::Other),
        _ => None,
    }
}

/// What an author is called: the role, and what tells apart those who have the same.
pub(super) fn label(role: &str, apart: Option<&str>) -> String {
    match apart.map(str::trim).filter(|apart| !apart.is_empty()) {
        Some(apart) => format!("{} {apart}", role.trim()),
        None => role.trim().to_owned(),
    }
}

/// Tells a party its side, name and e-mail address, where they are not known yet and given.
pub(super) fn describe(party: &mut Party, role: &str, name: Option<&str>, email: Option<&str>) {
    let given = |text: Option<&str>| {
        let text = text.filter(|text| !text.trim().is_empty());
        text.map(str::to_owned)
    };
    party.side = party.side.or_else(|| side(role));
    party.name = party.name.take().or_else(|| given(name));
    party.email = party.email.take().or_else(|| given(email));
}
