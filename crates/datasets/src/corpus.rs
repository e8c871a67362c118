//! The forms of data that can be read: [`Corpus`].

use std::fmt;
use std::str::FromStr;

use upturn_core::{Diagnostic, ErrorKind};

/// A form of data set, named as on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Corpus {
    /// The canonical form: one conversation per line of JSON Lines; a file, or a folder of `*.jsonl` and `*.json`.
    Jsonl,
    /// Persuasion for Good (Wang et al., ACL 2019): a folder with `full_dialog.csv` and `full_info.csv`.
    PersuasionForGood,
    /// `CraigslistBargain` (He et al., EMNLP 2018): a JSON array of dialogues, or a folder of them.
    CraigslistBargain,
}

impl Corpus {
    /// All of them, in the order in which they are listed to a reader.
    pub const ALL: [Self; 3] = [
        Self::Jsonl,
        Self::PersuasionForGood,
        Self::CraigslistBargain,
    ];

    /// Its name: `jsonl`, `persuasion-for-good` or `craigslist-bargain`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::PersuasionForGood => "persuasion-for-good",
            Self::CraigslistBargain => "craigslist-bargain",
        }
    }

    /// Which files it is read from, as half a sentence.
    pub(crate) const fn expects(self) -> &'static str {
        match self {
            Self::Jsonl => {
                "`jsonl` is read from a file with one conversation per line, or a folder of `*.jsonl` and `*.json` files"
            }
            Self::PersuasionForGood => {
                "`persuasion-for-good` is read from the folder that holds `full_dialog.csv` and `full_info.csv`"
            }
            Self::CraigslistBargain => {
                "`craigslist-bargain` is read from a `.json` file with an array of dialogues, or a folder of them"
            }
        }
    }
}

impl fmt::Display for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Corpus {
    type Err = UnknownCorpus;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|corpus| corpus.as_str() == name)
            .ok_or_else(|| UnknownCorpus {
                name: name.to_owned(),
            })
    }
}

/// A name that no [`Corpus`] has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown corpus `{name}`, expected {}", crate::rejected::one_of(&Corpus::ALL.map(Corpus::as_str)))]
#[non_exhaustive]
pub struct UnknownCorpus {
    /// What was given.
    pub name: String,
}

impl Diagnostic for UnknownCorpus {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some("`jsonl` is the form for your own calls".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_corpus_and_others_list_the_names() {
        for corpus in Corpus::ALL {
            assert_eq!(corpus.as_str().parse(), Ok(corpus));
        }
        let error = "cragslist".parse::<Corpus>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown corpus `cragslist`, expected `jsonl`, `persuasion-for-good` or `craigslist-bargain`"
        );
    }
}
