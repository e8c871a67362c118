use std::io::BufReader;

use proptest::prelude::*;

use super::*;

fn read(bytes: &[u8], piece: usize) -> (String, &'static str, u64) {
    let mut decoded = Decoded::new(BufReader::with_capacity(piece, bytes));
    let mut text = Vec::new();
    decoded.read_to_end(&mut text).unwrap();
    (
        String::from_utf8(text).unwrap(),
        decoded.encoding(),
        decoded.replaced(),
    )
}

#[test]
fn an_old_encoding_is_recognised() {
    let text = "Grüße aus Köln, schöne Straße für 5 € – nicht “teuer”. Müller hört zu.";
    let bytes = encoding_rs::WINDOWS_1252.encode(text).0;
    assert_eq!(read(&bytes, 3), (text.to_owned(), "windows-1252", 0));
    let text = "Добрый день, это компания Люмен. Мы звоним по поводу вашего заказа.";
    let bytes = encoding_rs::WINDOWS_1251.encode(text).0;
    assert_eq!(read(&bytes, 8192), (text.to_owned(), "windows-1251", 0));
}

#[test]
fn one_broken_byte_does_not_make_another_encoding_of_utf_8() {
    let bytes = [&b"J\xF6rg, "[..], "Grüße aus Köln".as_bytes()].concat();
    let (text, encoding, replaced) = read(&bytes, 5);
    assert_eq!(
        (text.as_str(), encoding, replaced),
        ("J\u{fffd}rg, Grüße aus Köln", "UTF-8", 1)
    );
}

#[test]
fn a_character_across_the_end_of_the_look_is_not_broken() {
    let text = "x".repeat(HEAD - 1) + "é";
    assert_eq!(read(text.as_bytes(), 8192), (text.clone(), "UTF-8", 0));
}

#[test]
fn broken_bytes_far_behind_the_start_are_counted() {
    let bytes = [&b"x".repeat(HEAD + 10)[..], b"\xff\xfe ok \xc3"].concat();
    let (text, encoding, replaced) = read(&bytes, 8192);
    assert!(text.ends_with("x\u{fffd}\u{fffd} ok \u{fffd}"));
    assert_eq!((encoding, replaced), ("UTF-8", 3));
}

proptest! {
    #[test]
    fn marked_text_comes_back(text in "\\PC{0,40}", piece in 1usize..9) {
        let marked = format!("\u{feff}{text}");
        let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, encoding) in [(marked.as_bytes(), "UTF-8"), (&little, "UTF-16LE"), (&big, "UTF-16BE")] {
            prop_assert_eq!(read(bytes, piece), (text.clone(), encoding, 0));
        }
        if !text.starts_with('\u{feff}') {
            prop_assert_eq!(read(text.as_bytes(), piece), (text, "UTF-8", 0));
        }
    }

    #[test]
    fn broken_utf_8_is_replaced_as_the_standard_library_does(
        parts in prop::collection::vec(prop_oneof!["ü{3,6}".prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 1..3)], 0..20),
        piece in 1usize..9,
    ) {
        let bytes = parts.concat();
        let (text, encoding, replaced) = read(&bytes, piece);
        prop_assert_eq!(&text, &read(&bytes, 8192).0);
        if encoding == UTF_8 {
            let sound = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
            prop_assert_eq!(text, String::from_utf8_lossy(sound));
            let broken = sound.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
            prop_assert_eq!(replaced, broken as u64);
        }
    }
}
