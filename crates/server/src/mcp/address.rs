//! Addresses of calls: `upturn://call/ID`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use upturn_core::ConversationId;

use super::failure::Failure;

/// What stands before the id.
const BEFORE: &str = "upturn://call/";

/// The template of all addresses, by RFC 6570.
pub(super) const TEMPLATE: &str = "upturn://call/{id}";

/// What is written as `%XX` inside an address: all but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The address of a call.
pub(super) fn address(id: &ConversationId) -> String {
    format!("{BEFORE}{}", utf8_percent_encode(id.as_str(), ESCAPED))
}

/// The call that an address names.
pub(super) fn id_of(address: &str) -> Result<ConversationId, Failure> {
    let id = address.strip_prefix(BEFORE).and_then(|escaped| {
        let id = percent_decode_str(escaped).decode_utf8().ok()?;
        ConversationId::new(id).ok()
    });
    id.ok_or(Failure::Address)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_is_written_so_that_it_is_one_segment() {
        let id = ConversationId::new("a/b c?#%é").unwrap();
        assert_eq!(address(&id), "upturn://call/a%2Fb%20c%3F%23%25%C3%A9");
    }

    #[test]
    fn other_addresses_name_no_call() {
        for other in [
            "upturn://call/",
            "upturn://calls/a",
            "file:///a",
            "upturn://call/%FF",
            "a",
        ] {
            assert!(id_of(other).is_err(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn every_id_is_found_in_its_address(id in ".{1,100}") {
            if let Ok(id) = ConversationId::new(id) {
                prop_assert_eq!(id_of(&address(&id)).ok(), Some(id));
            }
        }
    }
}
