//! Bytes as digits: [`hex`].

use std::fmt::Write;

/// Two digits a byte, in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}"); // into a string: it cannot fail
    }
    text
}
