use std::io::{Cursor, Write};

use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 1).unwrap()
}

fn read(file: Vec<u8>, piece: usize) -> (Compression, io::Result<Vec<u8>>) {
    let input = BufReader::with_capacity(piece, Cursor::new(file));
    let (compression, mut input) = unpacked(input).unwrap();
    let mut bytes = Vec::new();
    (compression, input.read_to_end(&mut bytes).map(|_| bytes))
}

#[test]
fn a_file_that_breaks_off_is_an_error_with_its_place() {
    let text: Vec<u8> = (0..200_000_u32)
        .flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes())
        .collect();
    for (packed, name) in [(gzip(&text), "gzip"), (zstd(&text), "zstd")] {
        let error = read(packed[..packed.len() / 2].to_vec(), 8192)
            .1
            .unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with(&format!("the {name} data is broken or cut off at byte ")),
            "{message}"
        );
        let at: u64 = message.split(' ').nth(10).unwrap().parse().unwrap();
        assert!((200_000..700_000).contains(&at), "{at}");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}

#[test]
fn what_follows_the_end_is_an_error_and_not_lost() {
    for mut packed in [gzip(b"one"), zstd(b"one")] {
        packed.extend_from_slice(b"garbage!");
        assert!(read(packed, 8192).1.is_err());
    }
}

#[test]
fn a_changed_byte_is_found_by_the_checksum() {
    let mut packed = gzip(b"call: hello, hello, hello");
    let place = packed.len() - 6;
    packed[place] ^= 1;
    assert!(read(packed, 8192).1.is_err());
}

#[test]
fn a_small_file_that_unpacks_to_much_is_read_in_pieces() {
    let much = 4 << 20;
    for packed in [gzip(&vec![0; much]), zstd(&vec![0; much])] {
        assert!(packed.len() < much / 50);
        let (_, mut input) = unpacked(Cursor::new(packed)).unwrap();
        let (mut all, mut most) = (0, 0);
        loop {
            let piece = input.fill_buf().unwrap().len();
            if piece == 0 {
                break;
            }
            (all, most) = (all + piece, most.max(piece));
            input.consume(piece);
        }
        assert_eq!(all, much);
        assert!(most <= 64 * 1024, "{most}");
    }
}

proptest! {
    #[test]
    fn what_was_packed_in_parts_is_unpacked_as_one(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..4),
        piece in 1usize..9,
    ) {
        let all = parts.concat();
        let packed = |pack: fn(&[u8]) -> Vec<u8>| parts.iter().flat_map(|part| pack(part)).collect::<Vec<u8>>();
        for (file, expected) in [(packed(gzip), Compression::Gzip), (packed(zstd), Compression::Zstd)] {
            let (compression, bytes) = read(file, piece);
            prop_assert_eq!(compression, expected);
            prop_assert_eq!(bytes.unwrap(), all.clone());
        }
    }

    #[test]
    fn any_bytes_end_in_bytes_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..60), magic in 0usize..3) {
        let magic = [&b""[..], b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd"][magic];
        let file = [magic, &bytes].concat();
        let (compression, read) = read(file.clone(), 3);
        if compression == Compression::None {
            prop_assert_eq!(read.unwrap(), file);
        }
    }
}
