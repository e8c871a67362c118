//! The first line of a CSV file: its columns and the sign between them, [`Header`].

use std::io::BufRead;

use super::TableError;
use super::buffered::chunk;

/// What the first line says.
pub(crate) struct Header {
    /// The line as it stands, without a byte order mark; with its line break, if it has one.
    pub(crate) bytes: Vec<u8>,
    /// The sign between two cells.
    pub(crate) delimiter: u8,
    /// How many lines it spans, with the blank ones and a line `sep=` before it.
    pub(crate) lines: u64,
}

impl Header {
    /// Longest header in bytes, if the limit of the options is not lower.
    const LONGEST: usize = 1024 * 1024;

    /// Reads the header and nothing after it.
    ///
    /// # Errors
    ///
    /// [`TableError::Io`], [`TableError::Empty`] or [`TableError::LongHeader`].
    pub(crate) fn read(input: &mut impl BufRead, limit: usize) -> Result<Self, TableError> {
        let limit = limit.min(Self::LONGEST);
        let (mut lines, mut told, mut is_first) = (0, None, true);
        loop {
            let mut bytes = line(input, limit)?;
            if bytes.is_empty() {
                return Err(TableError::Empty);
            }
            lines += memchr::memchr_iter(b'\n', &bytes).count() as u64;
            if is_first && bytes.starts_with(crate::lines::BOM) {
                bytes.drain(..crate::lines::BOM.len());
            }
            let is_start = std::mem::take(&mut is_first);
            let text = bytes.trim_ascii();
            if let (true, [b's', b'e', b'p', b'=', sign]) = (is_start, text) {
                told = Some(*sign);
            } else if !text.is_empty() {
                let delimiter = told.unwrap_or_else(|| delimiter(&bytes));
                return Ok(Self {
                    bytes,
                    delimiter,
                    lines,
                });
            }
        }
    }
}

/// A line with its break, which does not end within quotation marks; empty at the end of the file.
fn line(input: &mut impl BufRead, limit: usize) -> Result<Vec<u8>, TableError> {
    let (mut held, mut is_quoted) = (Vec::new(), false);
    loop {
        let part = chunk(input)?;
        if part.is_empty() {
            return Ok(held);
        }
        let mut used = 0;
        let ends = part.iter().any(|byte| {
            used += 1;
            is_quoted ^= *byte == b'"';
            *byte == b'\n' && !is_quoted
        });
        held.extend_from_slice(part.get(..used).unwrap_or(part));
        input.consume(used);
        if held.len() > limit {
            return Err(TableError::LongHeader { limit });
        }
        if ends {
            return Ok(held);
        }
    }
}

/// The most frequent of the usual signs outside of quotation marks; a comma if there is none.
fn delimiter(header: &[u8]) -> u8 {
    const SIGNS: [u8; 4] = [b'|', b'\t', b';', b','];
    let mut counts = [0_usize; 4];
    let mut is_quoted = false;
    for byte in header {
        is_quoted ^= *byte == b'"';
        for (sign, count) in SIGNS.iter().zip(&mut counts) {
            *count += usize::from(!is_quoted && byte == sign);
        }
    }
    let most = SIGNS.iter().zip(counts).max_by_key(|(_, count)| *count);
    most.map_or(b',', |(sign, _)| *sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(String, char, u64), TableError> {
        let mut input = bytes;
        let header = Header::read(&mut input, 64)?;
        Ok((
            String::from_utf8(header.bytes).unwrap(),
            header.delimiter.into(),
            header.lines,
        ))
    }

    #[test]
    fn the_sign_is_the_most_frequent_one_outside_of_quotation_marks() {
        for (header, sign) in [
            ("id,text\n1", ','),
            ("id;text,x;y", ';'),
            ("id\ttext", '\t'),
            ("\"a;b;c\",d", ','),
            ("id|text|x", '|'),
            ("id", ','),
        ] {
            assert_eq!(read(header.as_bytes()).unwrap().1, sign, "{header}");
        }
        assert_eq!(
            read(b"\xEF\xBB\xBFsep=;\r\nid;a,b,c\n").unwrap(),
            ("id;a,b,c\n".into(), ';', 2)
        );
    }

    #[test]
    fn a_header_may_have_breaks_in_quotation_marks_and_blank_lines_before_it() {
        assert_eq!(
            read(b"\n\"a\nb\",c\nd").unwrap(),
            ("\"a\nb\",c\n".into(), ',', 3)
        );
        assert!(matches!(read(b""), Err(TableError::Empty)));
        assert!(matches!(read(b"\n\r\n"), Err(TableError::Empty)));
        assert!(matches!(
            read(&[b'x'; 65]),
            Err(TableError::LongHeader { limit: 64 })
        ));
    }
}
