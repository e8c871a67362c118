//! The side that a label names by its words: [`side_of`].

use upturn_core::Speaker;

#[rustfmt::skip]
const SELLER: &[&str] = &[
    "adviser", "advisor", "agent", "agente", "asesor", "asesora", "assistant", "bdr", "berater", "beraterin", "closer",
    "comercial", "commercial", "conseiller", "conseillère", "consultant", "csm", "csr", "internal", "konsulent", "persuader",
    "rep", "representative", "salesman", "salesperson", "salesrep", "saleswoman", "sdr", "säljare", "seller", "vendedor",
    "vendedora", "vendeur", "vendeuse", "vendor", "venditore", "verkoper", "vertrieb", "vertriebler", "verkäufer",
    "verkäuferin",
];
#[rustfmt::skip]
const BUYER: &[&str] = &[
    "acheteur", "acheteuse", "buyer", "client", "cliente", "clients", "customer", "customers", "external", "interessent",
    "interessentin", "klant", "klient", "kunde", "kundin", "käufer", "käuferin", "lead", "patient", "persuadee", "prospect",
    "prospects", "purchaser", "shopper", "user", "visitor", "comprador", "compradora", "acquirente", "kund",
];
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "bot", "dolmetscher", "interpreter", "ivr", "narrator", "notetaker", "operator", "recorder", "recording", "system",
    "translator", "voicemail",
];
/// After a word for the buyer they make a word for the seller: `customer success manager`.
#[rustfmt::skip]
const CARE: &[&str] = &["care", "executive", "manager", "partner", "relations", "service", "services", "success", "support"];
/// They say nothing by themselves.
#[rustfmt::skip]
const NEUTRAL: &[&str] = &[
    "a", "account", "call", "center", "channel", "company", "der", "die", "el", "inside", "la", "le", "sales", "speaker",
    "team", "the", "track",
];

/// The side that the words of a label name; `None` if they name none, or two.
///
/// `caller` names none: in one company the caller buys, in another he sells. A word next to an unknown one counts
/// (`Agent Smith`), but `sales` does only with a word for a person or alone, for it is a surname, too. Labels that are
/// e-mail addresses are not read.
pub(super) fn side_of(label: &str) -> Option<Speaker> {
    if label.contains('@') || label.len() > 80 {
        return None;
    }
    let lower = apart(label).to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let mut sides = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let next = words.get(place + 1).is_some_and(|next| CARE.contains(next));
        let side = match word {
            _ if next && (BUYER.contains(word) || *word == "account" || *word == "sales") => {
                Speaker::Seller
            }
            _ if SELLER.contains(word) => Speaker::Seller,
            _ if BUYER.contains(word) => Speaker::Buyer,
            _ if OTHER.contains(word) => Speaker::Other,
            _ => continue,
        };
        sides.push(side);
    }
    if sides.is_empty()
        && words.contains(&"sales")
        && words.iter().all(|word| NEUTRAL.contains(word))
    {
        return Some(Speaker::Seller);
    }
    sides.dedup();
    match sides.as_slice() {
        [side] => Some(*side),
        // `client advisor`, `customer agent`: the last word says what it is.
        [Speaker::Buyer, Speaker::Seller] => Some(Speaker::Seller),
        _ => None,
    }
}

/// `SalesRep` as `Sales Rep`.
fn apart(label: &str) -> String {
    let mut text = String::with_capacity(label.len() + 4);
    let mut after_lower = false;
    for character in label.chars() {
        if after_lower && character.is_uppercase() {
            text.push(' ');
        }
        text.push(character);
        after_lower = character.is_lowercase();
    }
    text
}

/// Whether a label may be somebody's name: it has a letter and no digit, and is no word for a side.
pub(crate) fn is_name(label: &str) -> bool {
    let letters = label.chars().any(char::is_alphabetic);
    letters && !label.chars().any(char::is_numeric) && side_of(label).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_the_seller_are_known_in_several_spellings() {
        for label in [
            "Agent",
            "AGENT_1",
            "agent-0",
            "Sales Rep",
            "SalesRep",
            "sales",
            "Sales 1",
            "seller",
            "John (Agent)",
            "Customer Success Manager",
            "client advisor",
            "Account Executive",
            "Verkäufer",
            "Rep:",
            "Sales Team",
            "sdr",
        ] {
            assert_eq!(side_of(label), Some(Speaker::Seller), "{label}");
        }
    }

    #[test]
    fn words_for_the_buyer_are_known_in_several_spellings() {
        for label in [
            "Customer",
            "customer_1",
            "PROSPECT",
            "Client 2",
            "buyer",
            "Kunde",
            "user",
            "The Customer",
            "Lead",
        ] {
            assert_eq!(side_of(label), Some(Speaker::Buyer), "{label}");
        }
        assert_eq!(side_of("IVR"), Some(Speaker::Other));
    }

    #[test]
    fn other_labels_name_no_side() {
        for label in [
            "",
            "SPEAKER_00",
            "Jane Doe",
            "Caller",
            "Ana Sales",
            "agent@acme.example",
            "Agent or customer",
            "1",
            "Clientele",
        ] {
            assert_eq!(side_of(label), None, "{label}");
        }
    }
}
