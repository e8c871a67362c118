//! The rules that a user gives: [`RoleRules`], from a small TOML file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use upturn_core::Speaker;

use super::RoleError;
use super::glob::Pattern;
use crate::toml_place::place;
use crate::{Party, Quoted};

/// Who sells and who buys, as far as the user says it.
///
/// ```
/// use upturn_core::Speaker;
/// use upturn_datasets::{RoleRules, Transcript, Utterance};
///
/// let rules = RoleRules::from_toml(
///     r#"
/// seller_domains = ["acme.example"]
/// other_domains = ["recorder.example"]
/// guess = false
///
/// [labels]
/// "Jane Doe" = "seller"
/// "Notetaker*" = "other"
/// "*@partner.example" = "seller"
/// "#,
/// )?;
/// let mut call = Transcript::default();
/// for (label, text) in [("Jane Doe", "Shall we start?"), ("SPEAKER_01", "Yes."), ("Notetaker (Acme)", "Recording.")] {
///     let party = Some(call.party(label));
///     call.utterances.push(Utterance { party, text: text.to_owned(), ..Utterance::default() });
/// }
/// let roles = rules.assign(&call)?;
/// assert_eq!(roles.sides, [Speaker::Seller, Speaker::Buyer, Speaker::Other]);
/// assert_eq!(roles.rule.as_str(), "mapping");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RoleRules {
    /// Domains of the seller's e-mail addresses, subdomains included. With them, addresses of all other domains are the
    /// buyer's. None by default.
    pub seller_domains: Vec<String>,
    /// Domains of neither side: a recorder, an interpreter. None by default.
    pub other_domains: Vec<String>,
    /// Whether what two unknown parties say may decide. On by default.
    pub guess: bool,
    /// How many more signs of selling a party needs for that. 3 by default; the measured table stands at `opening`.
    pub guess_margin: u32,
    /// Side of a party by its label, name or e-mail address; `*` stands for any characters. Case makes no difference; the
    /// pattern with the most fixed characters counts, one without `*` before all others.
    pub labels: BTreeMap<String, Speaker>,
    /// The same for the labels of a diariser (`SPEAKER_00`), for those who like to keep them apart.
    pub diarisation: BTreeMap<String, Speaker>,
}

impl Default for RoleRules {
    fn default() -> Self {
        Self {
            seller_domains: Vec::new(),
            other_domains: Vec::new(),
            guess: true,
            guess_margin: 3,
            labels: BTreeMap::new(),
            diarisation: BTreeMap::new(),
        }
    }
}

impl RoleRules {
    /// Reads the rules from TOML.
    ///
    /// # Errors
    ///
    /// [`RoleError::Form`] with the line, or a rule that contradicts another or itself.
    pub fn from_toml(text: &str) -> Result<Self, RoleError> {
        let mut rules: Self = toml::from_str(text).map_err(|error| {
            let (line, column) = place(text, error.span());
            RoleError::Form {
                line,
                column,
                what: error
                    .message()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            }
        })?;
        rules.check_patterns()?;
        rules.check_domains()?;
        Ok(rules)
    }

    fn check_patterns(&self) -> Result<(), RoleError> {
        for (table, patterns) in [("labels", &self.labels), ("diarisation", &self.diarisation)] {
            if patterns.keys().any(|pattern| pattern.trim().is_empty()) {
                return Err(RoleError::EmptyPattern { table });
            }
        }
        for (label, side) in &self.labels {
            let same =
                |(other, _): &(&String, &Speaker)| Pattern::new(other) == Pattern::new(label);
            let others = self.diarisation.iter().chain(&self.labels);
            if others.filter(same).any(|(_, other)| other != side) {
                let pattern = Quoted::new(label);
                return Err(RoleError::TwoSides { pattern });
            }
        }
        Ok(())
    }

    /// Checks the domains and puts them into one form.
    fn check_domains(&mut self) -> Result<(), RoleError> {
        for (list, domains) in [
            ("seller_domains", &mut self.seller_domains),
            ("other_domains", &mut self.other_domains),
        ] {
            for domain in domains {
                let given = domain.trim().to_lowercase();
                let bare = given.strip_prefix('@').unwrap_or(&given);
                let is_domain = !bare.is_empty()
                    && !bare.starts_with('.')
                    && !bare.ends_with('.')
                    && !bare
                        .contains(|c: char| c == '@' || c == '*' || c == '/' || c.is_whitespace());
                if !is_domain {
                    let domain = Quoted::new(domain);
                    return Err(RoleError::BadDomain { domain, list });
                }
                bare.clone_into(domain);
            }
        }
        if let Some(domain) = self
            .seller_domains
            .iter()
            .find(|domain| self.other_domains.contains(domain))
        {
            let domain = Quoted::new(domain);
            return Err(RoleError::TwoLists { domain });
        }
        if self.seller_domains.is_empty() && !self.other_domains.is_empty() {
            return Err(RoleError::NoSellerDomain);
        }
        Ok(())
    }

    /// The side of a party by the patterns; the most exact one that fits counts.
    pub(super) fn by_mapping(&self, party: &Party) -> Option<Speaker> {
        if self.labels.is_empty() && self.diarisation.is_empty() {
            return None;
        }
        let known = [
            Some(&party.label),
            party.name.as_ref(),
            party.email.as_ref(),
        ];
        let known: Vec<_> = known
            .into_iter()
            .flatten()
            .map(|text| text.trim().to_lowercase())
            .collect();
        let patterns = self.labels.iter().chain(&self.diarisation);
        patterns
            .map(|(pattern, side)| (Pattern::new(pattern), *side))
            .filter(|(pattern, _)| known.iter().any(|text| pattern.fits(text)))
            .max_by_key(|(pattern, _)| pattern.rank())
            .map(|(_, side)| side)
    }

    /// The side of a party by the domain of its e-mail address, or of its label if that is one.
    pub(super) fn by_domain(&self, party: &Party) -> Option<Speaker> {
        if self.seller_domains.is_empty() {
            return None;
        }
        let address = party.email.as_deref().unwrap_or(&party.label);
        let (_, domain) = address.trim().rsplit_once('@')?;
        let domain = domain.trim_end_matches('>').to_lowercase();
        let is_one_of = |domains: &[String]| domains.iter().any(|known| is_within(&domain, known));
        match domain.as_str() {
            "" => None,
            _ if is_one_of(&self.other_domains) => Some(Speaker::Other),
            _ if is_one_of(&self.seller_domains) => Some(Speaker::Seller),
            _ => Some(Speaker::Buyer),
        }
    }
}

/// Whether a domain is another or one of its subdomains.
fn is_within(domain: &str, other: &str) -> bool {
    domain
        .strip_suffix(other)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
