//! Text to token ids: [`TextTokenizer`].

use std::path::Path;

use tokenizers::Tokenizer;
use upturn_core::Speaker;

use crate::EncoderError;

/// A Hugging Face tokenizer without padding and truncation, which are ours.
#[derive(Debug, Clone)]
pub struct TextTokenizer {
    tokenizer: Tokenizer,
    open: u32,
    close: u32,
    marks: [Vec<u32>; 3],
}

/// The tokens of one turn, without its speaker's mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenizedTurn {
    /// Token ids.
    pub ids: Vec<u32>,
    /// Byte in the turn's text at which each token starts.
    pub starts: Vec<usize>,
    /// Whether each token begins a word: a cut there changes no other token.
    pub begins_word: Vec<bool>,
}

impl TextTokenizer {
    /// Reads `tokenizer.json`.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, EncoderError> {
        let wrap = |source| EncoderError::Tokenizer {
            path: path.to_owned(),
            source,
        };
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(wrap)?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(wrap)?;
        let frame = tokenizer.encode("", true).map_err(wrap)?;
        let &[open, close] = frame.get_ids() else {
            return Err(wrap(
                "it does not put exactly one token before and one behind a text".into(),
            ));
        };
        let mark = |speaker| -> Result<Vec<u32>, EncoderError> {
            Ok(tokenizer
                .encode(mark(speaker), false)
                .map_err(wrap)?
                .get_ids()
                .to_vec())
        };
        let marks = [
            mark(Speaker::Seller)?,
            mark(Speaker::Buyer)?,
            mark(Speaker::Other)?,
        ];
        Ok(Self {
            tokenizer,
            open,
            close,
            marks,
        })
    }

    /// Number of words, added ones included.
    pub fn vocabulary(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// The token ids of a text between the two special tokens, cut to the first `window` tokens, these included.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Tokenizer`].
    pub fn text(&self, text: &str, window: usize) -> Result<Vec<u32>, EncoderError> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(unusable)?;
        let kept = encoding
            .get_ids()
            .iter()
            .copied()
            .take(window.saturating_sub(2));
        Ok(self.framed(kept))
    }

    /// The token ids of a turn with what is needed to cut it.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Tokenizer`].
    pub fn turn(&self, text: &str) -> Result<TokenizedTurn, EncoderError> {
        let encoding = self.tokenizer.encode(text, false).map_err(unusable)?;
        let words = encoding.get_word_ids();
        let begins = |at: usize| at == 0 || words.get(at) != words.get(at - 1);
        Ok(TokenizedTurn {
            ids: encoding.get_ids().to_vec(),
            starts: encoding
                .get_offsets()
                .iter()
                .map(|(start, _)| *start)
                .collect(),
            begins_word: (0..words.len()).map(begins).collect(),
        })
    }

    /// The tokens of a speaker's mark.
    pub fn mark(&self, speaker: Speaker) -> &[u32] {
        let [seller, buyer, other] = &self.marks;
        match speaker {
            Speaker::Seller => seller,
            Speaker::Buyer => buyer,
            Speaker::Other => other,
        }
    }

    /// Puts the special tokens around a sequence.
    pub fn framed(&self, ids: impl IntoIterator<Item = u32>) -> Vec<u32> {
        std::iter::once(self.open)
            .chain(ids)
            .chain(std::iter::once(self.close))
            .collect()
    }
}

/// How a speaker is marked in the text that the encoder reads: `seller:`.
pub(crate) const fn mark(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Seller => "seller:",
        Speaker::Buyer => "buyer:",
        Speaker::Other => "other:",
    }
}

fn unusable(source: tokenizers::Error) -> EncoderError {
    EncoderError::Tokenizer {
        path: "tokenizer.json".into(),
        source,
    }
}
