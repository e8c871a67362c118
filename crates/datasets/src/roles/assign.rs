//! From rules and a transcript to sides: [`Roles`] and the [`RoleRule`] that decided.

use std::fmt;

use serde::{Deserialize, Serialize};
use upturn_core::Speaker;

use super::{RoleRules, Undecided, label_words, opening};
use crate::{Party, Transcript};

/// The side of every party.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Roles {
    /// One for each of [`Transcript::parties`]; a seller and a buyer who speak are among them.
    pub sides: Vec<Speaker>,
    /// What decided.
    pub rule: RoleRule,
}

/// What decided who sells and who buys, from the strongest to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleRule {
    /// The source states the sides.
    Stated,
    /// The user's patterns name the parties.
    Mapping,
    /// The domains of the e-mail addresses.
    Domain,
    /// The words of the labels.
    Diarisation,
    /// Several of these, each for another party.
    Mixed(Weakest),
    /// What the two parties say.
    OpensAndAsks,
}

/// The weakest of several rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weakest {
    /// The user's patterns; the rest is stated.
    Mapping,
    /// The domains of the e-mail addresses.
    Domain,
    /// The words of the labels.
    Diarisation,
}

impl RoleRule {
    /// Its name in files: `stated`, `mapping`, `domain`, `diarisation`, `opens_and_asks`, or `mixed_` with the weakest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Mapping => "mapping",
            Self::Domain => "domain",
            Self::Diarisation => "diarisation",
            Self::Mixed(Weakest::Mapping) => "mixed_mapping",
            Self::Mixed(Weakest::Domain) => "mixed_domain",
            Self::Mixed(Weakest::Diarisation) => "mixed_diarisation",
            Self::OpensAndAsks => "opens_and_asks",
        }
    }

    /// This rule and another together.
    fn and(self, other: Self) -> Self {
        match self.weakest().max(other.weakest()) {
            _ if self == other => self,
            Self::Mapping => Self::Mixed(Weakest::Mapping),
            Self::Domain => Self::Mixed(Weakest::Domain),
            Self::Diarisation => Self::Mixed(Weakest::Diarisation),
            rule @ (Self::Stated | Self::Mixed(_) | Self::OpensAndAsks) => rule,
        }
    }

    /// The weakest rule of a mixture.
    const fn weakest(self) -> Self {
        match self {
            Self::Mixed(Weakest::Mapping) => Self::Mapping,
            Self::Mixed(Weakest::Domain) => Self::Domain,
            Self::Mixed(Weakest::Diarisation) => Self::Diarisation,
            Self::Stated
            | Self::Mapping
            | Self::Domain
            | Self::Diarisation
            | Self::OpensAndAsks => self,
        }
    }
}

impl fmt::Display for RoleRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl RoleRules {
    /// The sides of a transcript's parties.
    ///
    /// Laws: sides are one for each party; a seller and a buyer are among those who speak; a party whose side is stated
    /// keeps it. Whoever speaks besides a known seller and a known buyer, and of whom nothing is known, becomes
    /// [`Speaker::Other`], as does who says nothing and is not known.
    ///
    /// # Errors
    ///
    /// [`Undecided`]: the conversation is to be set aside.
    pub fn assign(&self, transcript: &Transcript) -> Result<Roles, Undecided> {
        let speaking = who_speaks(transcript)?;
        let mut known: Vec<Option<(Speaker, RoleRule)>> = transcript
            .parties
            .iter()
            .map(|party| self.known(party))
            .collect();
        let of = |known: &[Option<(Speaker, RoleRule)>], party: usize| {
            known.get(party).copied().flatten()
        };
        let unknown: Vec<usize> = speaking
            .iter()
            .copied()
            .filter(|party| of(&known, *party).is_none())
            .collect();
        let sides: Vec<_> = speaking
            .iter()
            .filter_map(|party| of(&known, *party))
            .collect();
        let found = |side| sides.iter().any(|(known, _)| *known == side);

        match (
            found(Speaker::Seller),
            found(Speaker::Buyer),
            unknown.as_slice(),
        ) {
            (true, true, _) => {}
            (false, false, [first, second]) => {
                return self.by_words(transcript, [*first, *second], &known);
            }
            (true, false, [buyer]) => set(&mut known, *buyer, Speaker::Buyer, &sides),
            (false, true, [seller]) => set(&mut known, *seller, Speaker::Seller, &sides),
            (_, _, unknown) if unknown.len() > 1 => {
                let parties = unknown.len();
                return Err(Undecided::SeveralCandidates { parties });
            }
            (false, _, _) => {
                return Err(Undecided::OneSide {
                    missing: Speaker::Seller,
                });
            }
            (true, false, _) => {
                return Err(Undecided::OneSide {
                    missing: Speaker::Buyer,
                });
            }
        }
        let deciding = speaking.iter().filter_map(|party| of(&known, *party));
        let rule = deciding
            .filter(|(side, _)| *side != Speaker::Other)
            .map(|(_, rule)| rule)
            .reduce(RoleRule::and);
        let sides = known
            .iter()
            .map(|known| known.map_or(Speaker::Other, |(side, _)| side));
        Ok(Roles {
            sides: sides.collect(),
            rule: rule.unwrap_or(RoleRule::Stated),
        })
    }

    /// What the rules know of a party by itself.
    fn known(&self, party: &Party) -> Option<(Speaker, RoleRule)> {
        let by = |rule| move |side| (side, rule);
        party
            .side
            .map(by(RoleRule::Stated))
            .or_else(|| self.by_mapping(party).map(by(RoleRule::Mapping)))
            .or_else(|| self.by_domain(party).map(by(RoleRule::Domain)))
            .or_else(|| label_words::side_of(&party.label).map(by(RoleRule::Diarisation)))
    }

    /// The sides of two parties by what they say; the others keep what is known of them.
    fn by_words(
        &self,
        transcript: &Transcript,
        pair: [usize; 2],
        known: &[Option<(Speaker, RoleRule)>],
    ) -> Result<Roles, Undecided> {
        if !self.guess {
            return Err(Undecided::NoRule);
        }
        let seller = opening::seller_by_words(transcript, pair, self.guess_margin)
            .ok_or(Undecided::NotPlain)?;
        let sides = known.iter().enumerate().map(|(party, known)| match known {
            _ if party == seller => Speaker::Seller,
            _ if pair.contains(&party) => Speaker::Buyer,
            Some((side, _)) => *side,
            None => Speaker::Other,
        });
        Ok(Roles {
            sides: sides.collect(),
            rule: RoleRule::OpensAndAsks,
        })
    }
}

/// Gives the only unknown party the side that is missing, by the weakest rule that decided the others.
fn set(
    known: &mut [Option<(Speaker, RoleRule)>],
    party: usize,
    side: Speaker,
    others: &[(Speaker, RoleRule)],
) {
    let rule = others.iter().map(|(_, rule)| *rule).reduce(RoleRule::and);
    if let (Some(known), Some(rule)) = (known.get_mut(party), rule) {
        *known = Some((side, rule));
    }
}

/// The places of the parties that say something: two at least.
fn who_speaks(transcript: &Transcript) -> Result<Vec<usize>, Undecided> {
    let mut speaks = vec![false; transcript.parties.len()];
    for said in transcript
        .utterances
        .iter()
        .filter(|said| !said.text.trim().is_empty())
    {
        if let Some(speaks) = said.party.and_then(|party| speaks.get_mut(party)) {
            *speaks = true;
        }
    }
    let speaking: Vec<_> = speaks
        .iter()
        .enumerate()
        .filter(|(_, speaks)| **speaks)
        .map(|(place, _)| place)
        .collect();
    match speaking.len() {
        0 => Err(Undecided::NoParties),
        1 => Err(Undecided::OneParty),
        _ => Ok(speaking),
    }
}
