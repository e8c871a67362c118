//! How a name may be spelt: with and without accents, in capitals.

/// Letters with a mark, what stands for them without it, and what is written where the mark cannot be typed.
#[rustfmt::skip]
const MARKED: &[(&str, &str, &str)] = &[
    ("àáâãåā", "a", "a"), ("ä", "a", "ae"), ("æ", "ae", "ae"), ("çćč", "c", "c"), ("ďđ", "d", "d"),
    ("èéêëēęě", "e", "e"), ("ğ", "g", "g"), ("ìíîïīı", "i", "i"), ("ł", "l", "l"), ("ñńň", "n", "n"),
    ("òóôõōő", "o", "o"), ("öø", "o", "oe"), ("ř", "r", "r"), ("śšş", "s", "s"), ("ß", "ss", "ss"), ("ţť", "t", "t"),
    ("ùúûūůű", "u", "u"), ("ü", "u", "ue"), ("ýÿ", "y", "y"), ("źżž", "z", "z"),
];

/// The name as given; where it has letters beyond ASCII, also in lower case, in capitals, and without marks.
pub(super) fn of(name: &str) -> Vec<String> {
    let mut spellings = vec![name.to_owned()];
    if !name.is_ascii() {
        let lower = name.to_lowercase();
        let plain: String = lower
            .chars()
            .map(|c| replaced(c, |marked| marked.1))
            .collect();
        let typed: String = lower
            .chars()
            .map(|c| replaced(c, |marked| marked.2))
            .collect();
        spellings.extend([lower, name.to_uppercase(), plain, typed]);
    }
    spellings
}

fn replaced(
    c: char,
    form: impl Fn(&(&'static str, &'static str, &'static str)) -> &'static str,
) -> String {
    let marked = MARKED.iter().find(|(letters, ..)| letters.contains(c));
    marked.map_or_else(|| c.to_string(), |marked| form(marked).to_owned())
}
