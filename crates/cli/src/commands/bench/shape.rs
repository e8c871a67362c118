//! A batch of equal sequences: [`Shape`].

use std::fmt;
use std::str::FromStr;

/// So many sequences of so many tokens, written `32x128`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) sequences: usize,
    pub(super) tokens: usize,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.sequences, self.tokens)
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let whole = |part: &str| part.parse().ok().filter(|number| *number > 0);
        text.split_once('x')
            .and_then(|(sequences, tokens)| {
                Some(Self {
                    sequences: whole(sequences)?,
                    tokens: whole(tokens)?,
                })
            })
            .ok_or_else(|| "expected sequences x tokens, such as 32x128".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_read_as_it_is_written() {
        let shape: Shape = "32x128".parse().unwrap();
        assert_eq!((shape.sequences, shape.tokens), (32, 128));
        assert_eq!(shape.to_string(), "32x128");
        for bad in ["32", "0x8", "8x", "x", "axb", "8x0"] {
            assert!(bad.parse::<Shape>().is_err(), "{bad}");
        }
    }
}
