//! The language of a call as a tag: [`tag`].

/// ISO 639-1, the codes of ISO 639-2 (that for bibliographies first), and the English name.
const LANGUAGES: &[(&str, &[&str], &str)] = &[
    ("ar", &["ara"], "arabic"),
    ("bg", &["bul"], "bulgarian"),
    ("ca", &["cat"], "catalan"),
    ("cs", &["cze", "ces"], "czech"),
    ("da", &["dan"], "danish"),
    ("de", &["ger", "deu"], "german"),
    ("el", &["gre", "ell"], "greek"),
    ("en", &["eng"], "english"),
    ("es", &["spa"], "spanish"),
    ("et", &["est"], "estonian"),
    ("fi", &["fin"], "finnish"),
    ("fr", &["fre", "fra"], "french"),
    ("he", &["heb"], "hebrew"),
    ("hi", &["hin"], "hindi"),
    ("hr", &["hrv"], "croatian"),
    ("hu", &["hun"], "hungarian"),
    ("id", &["ind"], "indonesian"),
    ("it", &["ita"], "italian"),
    ("ja", &["jpn"], "japanese"),
    ("ko", &["kor"], "korean"),
    ("lt", &["lit"], "lithuanian"),
    ("lv", &["lav"], "latvian"),
    ("ms", &["may", "msa"], "malay"),
    ("nl", &["dut", "nld"], "dutch"),
    ("no", &["nor"], "norwegian"),
    ("pl", &["pol"], "polish"),
    ("pt", &["por"], "portuguese"),
    ("ro", &["rum", "ron"], "romanian"),
    ("ru", &["rus"], "russian"),
    ("sk", &["slo", "slk"], "slovak"),
    ("sl", &["slv"], "slovenian"),
    ("sr", &["srp"], "serbian"),
    ("sv", &["swe"], "swedish"),
    ("th", &["tha"], "thai"),
    ("tr", &["tur"], "turkish"),
    ("uk", &["ukr"], "ukrainian"),
    ("vi", &["vie"], "vietnamese"),
    ("zh", &["chi", "zho"], "chinese"),
];

/// The BCP 47 tag, in small letters, of a tag (`en-US`), a locale (`en_us`), a code of three letters (`eng`) or an
/// English name (`english`); none for anything else, and for `und`.
pub(crate) fn tag(written: &str) -> Option<String> {
    let written = written.trim().to_ascii_lowercase().replace('_', "-");
    let (primary, rest) = match written.split_once('-') {
        Some((primary, rest)) => (primary, Some(rest)),
        None => (written.as_str(), None),
    };
    let is_shorter = |(_, long, name): &&(&str, &[&str], &str)| {
        long.contains(&primary) || (rest.is_none() && *name == primary)
    };
    let short = LANGUAGES.iter().find(is_shorter).map(|(short, ..)| *short);
    let primary = short.or_else(|| is_code(primary).then_some(primary))?;
    match rest {
        None => Some(primary.to_owned()),
        Some(rest) if rest.split('-').all(is_subtag) => Some(format!("{primary}-{rest}")),
        Some(_) => None,
    }
}

fn is_code(primary: &str) -> bool {
    let is_length = matches!(primary.len(), 2 | 3);
    is_length && primary != "und" && primary.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_subtag(part: &str) -> bool {
    matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_locales_codes_and_names_become_the_same_tag() {
        for (written, expected) in [
            ("en", "en"),
            ("en-US", "en-us"),
            ("en_us", "en-us"),
            ("eng", "en"),
            ("English", "en"),
            ("fre", "fr"),
            ("fra", "fr"),
            ("deu-AT", "de-at"),
            ("haw", "haw"),
            ("zh-Hans-CN", "zh-hans-cn"),
        ] {
            assert_eq!(tag(written).as_deref(), Some(expected));
        }
        for none in [
            "",
            "und",
            "haitian creole",
            "x",
            "en-",
            "english-us",
            "unknown",
            "日本",
        ] {
            assert_eq!(tag(none), None, "{none}");
        }
    }
}
