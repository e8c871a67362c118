//! Who speaks, and on whose behalf: accounts, buyers and sellers, all invented.

use rand::{RngExt, SeedableRng};

use crate::Trade;
use crate::chance::{Dice, pick};

/// Conversations per account, as a fraction: every ten accounts share thirteen conversations.
const CALLS_PER_ACCOUNT: (u64, u64) = (13, 10);

/// Keeps the homes' buyers apart from the insured: half of all names away.
const MOVED: u64 = 14_411;

/// First names of the two who speak.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Persons {
    pub(crate) buyer: &'static str,
    pub(crate) rep: &'static str,
}

/// The customer a conversation is about.
#[derive(Debug)]
pub(crate) struct Account {
    /// Unique within a trade and seed.
    pub(crate) name: String,
    /// The buyer's line of business.
    pub(crate) industry: &'static str,
    /// First name of the buyer.
    pub(crate) buyer: &'static str,
}

impl Account {
    /// The account of the conversation at `ordinal` within its trade: 1.3 conversations share one.
    pub(crate) fn of(trade: Trade, seed: u64, ordinal: u64) -> Self {
        let (calls, accounts) = CALLS_PER_ACCOUNT;
        let number = ordinal.saturating_mul(accounts) / calls;
        let mut dice = Dice::seed_from_u64(seed);
        dice.set_stream(u64::MAX - number);
        match trade {
            Trade::Software => Self::company(number, seed, &mut dice),
            Trade::Insurance => Self::household(number, seed, HOUSEHOLDS, &mut dice),
            Trade::RealEstate => {
                Self::household(number, seed.wrapping_add(MOVED), MOVERS, &mut dice)
            }
        }
    }

    fn company(number: u64, seed: u64, dice: &mut Dice) -> Self {
        let name = unique(number, seed, [COMPANY_HEADS, COMPANY_TAILS, COMPANY_FORMS]);
        Self {
            name,
            industry: pick(dice, INDUSTRIES),
            buyer: pick(dice, FIRST_NAMES),
        }
    }

    fn household(number: u64, seed: u64, kinds: &[&'static str], dice: &mut Dice) -> Self {
        let name = unique(number, seed, [FIRST_NAMES, INITIALS, LAST_NAMES]);
        let first = name.split(' ').next().unwrap_or_default();
        let buyer = FIRST_NAMES.iter().copied().find(|one| *one == first);
        Self {
            industry: pick(dice, kinds),
            buyer: buyer.unwrap_or_default(),
            name,
        }
    }
}

/// A seller's full name; its first word is what the seller is called.
pub(crate) fn rep(dice: &mut Dice) -> (&'static str, String) {
    let at = dice.random_range(0..REPS.len());
    let full = REPS.get(at).copied().unwrap_or_default();
    (full.split(' ').next().unwrap_or_default(), full.to_owned())
}

/// One name for each number, no two alike: the number is scattered over all combinations, from a start that the seed
/// sets, and beyond the last of them names carry a count.
fn unique(number: u64, seed: u64, parts: [&[&str]; 3]) -> String {
    let sizes = parts.map(|part| part.len() as u64);
    let combinations: u64 = sizes.iter().product();
    // 7,907 is a prime larger than any part, hence coprime to their product: a bijection.
    let start = (number % combinations + seed % combinations) % combinations;
    let mut rest = start * 7_907 % combinations;
    let mut words: Vec<String> = Vec::with_capacity(4);
    for (part, size) in parts.iter().zip(sizes) {
        let at = usize::try_from(rest % size).unwrap_or_default();
        words.push(part.get(at).copied().unwrap_or_default().to_owned());
        rest /= size;
    }
    let round = number / combinations;
    if round > 0 {
        words.push((round + 1).to_string());
    }
    words.join(" ")
}

/// Everybody who may speak.
pub(crate) const PERSONS: [&[&str]; 2] = [FIRST_NAMES, REPS];

const COMPANY_HEADS: &[&str] = &[
    "Alder",
    "Brightwater",
    "Cobalt",
    "Dunmore",
    "Elmfield",
    "Foxglove",
    "Granite",
    "Hallow",
    "Ironbridge",
    "Juniper",
    "Kestrel",
    "Larkspur",
    "Maple",
    "Northgate",
    "Oakhurst",
    "Pinecrest",
    "Quarry",
    "Redwing",
    "Silverbirch",
    "Thistle",
    "Umber",
    "Vantage",
    "Westbrook",
    "Yarrow",
    "Zephyr",
    "Amberline",
    "Bluestone",
    "Cinder",
    "Driftwood",
    "Everly",
    "Fenland",
    "Gullwing",
    "Heath",
    "Ivory",
];
const COMPANY_TAILS: &[&str] = &[
    "Freight",
    "Foods",
    "Components",
    "Textiles",
    "Logistics",
    "Medical",
    "Printing",
    "Tools",
    "Packaging",
    "Energy",
    "Optics",
    "Furniture",
    "Chemicals",
    "Retail",
    "Machinery",
    "Nurseries",
    "Brewing",
    "Ceramics",
    "Plastics",
    "Coatings",
    "Paper",
    "Fasteners",
    "Cycles",
];
const COMPANY_FORMS: &[&str] = &[
    "Group",
    "Works",
    "Partners",
    "Holding",
    "Supply",
    "Brothers",
    "Company",
    "International",
    "Trading",
];
const INDUSTRIES: &[&str] = &[
    "manufacturing",
    "logistics",
    "wholesale",
    "retail",
    "healthcare",
    "food",
    "construction",
    "energy",
    "services",
];
const HOUSEHOLDS: &[&str] = &[
    "private household",
    "family",
    "self-employed",
    "small business",
];
const MOVERS: &[&str] = &[
    "first home",
    "family home",
    "second home",
    "downsizing",
    "investment",
];
const FIRST_NAMES: &[&str] = &[
    "Adele", "Bruno", "Celia", "Dario", "Edith", "Farid", "Gwen", "Hugo", "Irma", "Jarek", "Katya",
    "Louis", "Mira", "Nils", "Olga", "Pavel", "Quentin", "Rosa", "Stefan", "Tamsin", "Ugo", "Vera",
    "Walter", "Xenia", "Yusuf", "Zora", "Amir", "Berta", "Cyril", "Dunja", "Emil", "Fiona",
    "Gustav", "Helene", "Ivan", "Judith", "Karim",
];
const INITIALS: &[&str] = &[
    "A.", "B.", "C.", "D.", "E.", "F.", "G.", "H.", "J.", "K.", "L.", "M.", "N.", "P.", "R.", "S.",
    "T.", "V.", "W.",
];
const LAST_NAMES: &[&str] = &[
    "Abramsen",
    "Bellweather",
    "Castellano",
    "Drummond",
    "Eriksdal",
    "Fairbrook",
    "Galloway",
    "Hartwick",
    "Ilvesson",
    "Jablonska",
    "Kirchner",
    "Lomax",
    "Montrose",
    "Nakadai",
    "Oduya",
    "Pettigrew",
    "Quill",
    "Rosenthal",
    "Saarinen",
    "Thackeray",
    "Ullman",
    "Vasquez",
    "Whitlock",
    "Yardley",
    "Zielinski",
    "Amundsen",
    "Brandt",
    "Corrigan",
    "Delacroix",
    "Esposito",
    "Ferreira",
    "Grimshaw",
    "Holloway",
    "Iyer",
    "Jansson",
    "Kowalczyk",
    "Lindgren",
    "Marchetti",
    "Novak",
    "Ostrander",
    "Pemberton",
];
const REPS: &[&str] = &[
    "Alma Reyes",
    "Ben Okafor",
    "Carla Winter",
    "Dev Malhotra",
    "Elin Strand",
    "Frank Moretti",
    "Gina Park",
    "Henry Osei",
    "Isla Monroe",
    "Jack Fontaine",
    "Kim Larsen",
    "Lena Duarte",
    "Milo Ashby",
    "Nadia Karam",
    "Owen Pryce",
    "Petra Zeman",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn thirteen_conversations_share_ten_accounts() {
        for trade in Trade::ALL {
            let names: HashSet<String> = (0..2_600)
                .map(|at| Account::of(trade, 3, at).name)
                .collect();
            assert_eq!(names.len(), 2_000, "{trade}");
        }
    }

    #[test]
    fn conversations_of_one_account_are_with_one_buyer() {
        let (one, other) = (
            Account::of(Trade::Software, 3, 0),
            Account::of(Trade::Software, 3, 1),
        );
        assert_eq!((one.name, one.buyer), (other.name, other.buyer));
    }

    #[test]
    fn names_never_repeat_even_when_all_combinations_are_used_up() {
        let parts = [&["a", "b", "c"][..], &["d", "e"], &["f", "g"]];
        let names: HashSet<String> = (0..40).map(|number| unique(number, 5, parts)).collect();
        assert_eq!(names.len(), 40);
    }
}
