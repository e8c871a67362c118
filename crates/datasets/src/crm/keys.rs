//! When two ids, names or addresses are the same.

/// Words of a name or stage: lower case, single spaces.
pub(crate) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(word.chars().flat_map(char::to_lowercase));
    }
    words
}

/// An id without the space around it; of a Salesforce id of 18 characters the 15 that make it up.
///
/// The last three of the 18 only say which of the 15 are capitals (help article "Convert 15-Character Record IDs to
/// 18-Character IDs", Salesforce), so exports with either form join.
pub(crate) fn id(text: &str) -> &str {
    let text = text.trim();
    match (text.get(..15), text.get(15..)) {
        (Some(short), Some(end)) if end.len() == 3 && capitals(short) == end => short,
        _ => text,
    }
}

/// The three characters that tell which of 15 are capitals: a bit for each, five to a character.
fn capitals(short: &str) -> String {
    let code = |five: &[u8]| {
        let bit = |(place, byte): (usize, &u8)| u8::from(byte.is_ascii_uppercase()) << place;
        let bits: u8 = five.iter().enumerate().map(bit).sum();
        char::from(if bits < 26 {
            b'A' + bits
        } else {
            b'0' + (bits - 26)
        })
    };
    if !short.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return String::new();
    }
    short.as_bytes().chunks(5).map(code).collect()
}

/// An e-mail address in lower case; none if it is no address.
pub(crate) fn email(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>']);
    let (name, domain) = text.rsplit_once('@')?;
    let is_address =
        !name.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace);
    is_address.then(|| text.to_lowercase())
}

/// Domain of an address, in the form of [`email`].
pub(crate) fn domain(email: &str) -> Option<&str> {
    email.rsplit_once('@').map(|(_, domain)| domain)
}

/// A person's name if it has at least two words; `Doe, Jane` is `Jane Doe`.
pub(crate) fn person(text: &str) -> Option<String> {
    let turned = match text.split_once(',') {
        Some((last, first)) if !first.contains(',') => words(&format!("{first} {last}")),
        _ => words(text),
    };
    turned.contains(' ').then_some(turned)
}

/// Providers with whom anybody has an address, so that the domain says nothing about the company.
const FREE_MAIL: &[&str] = &[
    "126.com",
    "163.com",
    "aol.com",
    "bluewin.ch",
    "btinternet.com",
    "comcast.net",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.de",
    "hotmail.fr",
    "hotmail.it",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "live.de",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "t-online.de",
    "tutanota.com",
    "verizon.net",
    "wanadoo.fr",
    "web.de",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.de",
    "yahoo.fr",
    "yahoo.it",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
];

/// Whether a domain gives addresses to anybody.
pub(crate) fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(&domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_salesforce_id_are_one() {
        // Capitals at places 0, 2 and 4 of the last five: 1 + 4 + 16 = 21, which is `V`.
        assert_eq!(capitals("0064100000AbCdE"), "AAV");
        assert_eq!(id(" 0064100000AbCdEAAV "), "0064100000AbCdE");
        assert_eq!(id("0064100000AbCdEAAA"), "0064100000AbCdEAAA");
        assert_eq!(id("0064100000AbCdE"), "0064100000AbCdE");
        assert_eq!(id("äöüäöüäöüäöüäöü"), "äöüäöüäöüäöüäöü");
    }

    #[test]
    fn names_need_two_words_and_may_be_turned_round() {
        assert_eq!(person("Doe,  Jane"), Some("jane doe".into()));
        assert_eq!(person(" Jane\tDOE "), Some("jane doe".into()));
        assert_eq!(person("Jane"), None);
    }

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        assert_eq!(
            email(" <Ann@Acme.Example> "),
            Some("ann@acme.example".into())
        );
        for none in ["", "ann", "@acme.example", "ann@acme", "a b@acme.example"] {
            assert_eq!(email(none), None, "{none}");
        }
    }
}
