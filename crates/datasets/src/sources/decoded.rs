//! Text in any encoding, as UTF-8: [`Decoded`].

use std::fmt;
use std::io::{self, BufRead, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE};

use super::peeked::{Peeked, read_buffered};

/// Name of UTF-8.
pub(crate) const UTF_8: &str = "UTF-8";

/// Bytes by which an encoding is told: most calls as a whole.
const HEAD: usize = 256 * 1024;

/// Bytes that are decoded at once.
const BUFFER: usize = 32 * 1024;

/// What stands for a malformed sequence.
const REPLACEMENT: &str = "\u{fffd}";

/// A stream of text in any encoding, read as UTF-8 without a byte order mark.
///
/// # Laws
///
/// - A byte order mark decides: UTF-8, UTF-16 little or big endian.
/// - Without one, the first 256 KiB decide: UTF-8 if they are; also if they are broken but hold more sound sequences of
///   several bytes than broken ones; otherwise the encoding that [`chardetng`] takes them for, as a browser would.
/// - What it yields is UTF-8. Each malformed sequence becomes one U+FFFD and is counted.
pub struct Decoded<R> {
    input: Peeked<R>,
    encoding: &'static Encoding,
    decoder: Decoder,
    buffer: Vec<u8>,
    used: usize,
    filled: usize,
    replaced: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    InputEnded,
    Done,
}

impl<R: BufRead> Decoded<R> {
    /// Looks at the start of a stream; its errors come when it is read.
    pub fn new(input: R) -> Self {
        let input = Peeked::new(input, HEAD);
        let encoding = guess(input.head(), input.head().len() < HEAD);
        Self::with_encoding(input, encoding)
    }

    fn with_encoding(input: Peeked<R>, encoding: &'static Encoding) -> Self {
        Self {
            input,
            encoding,
            decoder: encoding.new_decoder_with_bom_removal(),
            buffer: vec![0; BUFFER],
            used: 0,
            filled: 0,
            replaced: 0,
            state: State::Reading,
        }
    }

    /// Name of the encoding it was taken for, after the WHATWG Encoding Standard: `UTF-8`, `UTF-16LE`, `windows-1252`.
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// How many malformed sequences became U+FFFD so far.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    /// Decodes one piece into the empty buffer.
    fn decode(&mut self) -> io::Result<()> {
        let input = if self.state == State::Reading {
            self.input.fill_buf()?
        } else {
            &[]
        };
        let is_last = input.is_empty();
        let room = BUFFER - REPLACEMENT.len();
        let target = self.buffer.get_mut(..room).unwrap_or_default();
        let (result, read, written) = self
            .decoder
            .decode_to_utf8_without_replacement(input, target, is_last);
        if self.state == State::Reading {
            self.input.consume(read);
        }
        (self.used, self.filled) = (0, written);
        self.state = match (is_last, &result) {
            (false, _) => State::Reading,
            (true, DecoderResult::InputEmpty) => State::Done,
            (true, DecoderResult::OutputFull | DecoderResult::Malformed(..)) => State::InputEnded,
        };
        if let DecoderResult::Malformed(..) = result {
            self.replace();
        }
        Ok(())
    }

    /// Puts the replacement behind what was decoded.
    fn replace(&mut self) {
        self.replaced += 1;
        let end = self.filled + REPLACEMENT.len();
        if let Some(place) = self.buffer.get_mut(self.filled..end) {
            place.copy_from_slice(REPLACEMENT.as_bytes());
            self.filled = end;
        }
    }
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.used == self.filled && self.state != State::Done {
            self.decode()?;
        }
        Ok(self.buffer.get(self.used..self.filled).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.used = self.filled.min(self.used + bytes);
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

impl<R> fmt::Debug for Decoded<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoded")
            .field("encoding", &self.encoding.name())
            .field("replaced", &self.replaced)
            .finish_non_exhaustive()
    }
}

/// The stream as UTF-8 if it begins with a byte order mark of UTF-16, otherwise as it is.
///
/// For data of many records, in which a broken one must not change how the others are read.
pub(crate) fn utf8_by_mark(input: Box<dyn BufRead + Send>) -> Box<dyn BufRead + Send> {
    let input = Peeked::new(input, 3);
    match Encoding::for_bom(input.head()) {
        Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            Box::new(Decoded::with_encoding(input, encoding))
        }
        _ => Box::new(input),
    }
}

/// The start of a file as text, whatever its encoding.
pub(crate) fn decoded_head(head: &[u8]) -> String {
    guess(head, false).decode(head).0.into_owned()
}

/// The encoding of the start of a text, or of all of it.
fn guess(head: &[u8], is_whole: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    let (mut sound, mut broken) = (0, 0);
    let mut chunks = head.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        let is_cut = !is_whole && chunks.peek().is_none();
        broken += usize::from(!chunk.invalid().is_empty() && !is_cut);
    }
    if broken == 0 || sound > broken {
        return encoding_rs::UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(head, is_whole);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests;
