//! What users write by hand: rules of roles, labels, columns and redaction.

use upturn_datasets::{
    ColumnMapping, CrmMapping, LabelRules, PseudonymKey, RedactionOptions, Redactor, RoleRules,
    Transcript, Utterance,
};

use super::case::Case;

pub fn run(data: &[u8]) {
    let Some(case) = Case::of(data) else {
        return;
    };
    let [text, probe] = case.texts();
    match case.arm(6) {
        0 => roles(&text, &probe),
        1 => labels(&text, &probe),
        2 => {
            let _ = ColumnMapping::from_toml(&text);
        }
        3 => {
            let _ = CrmMapping::from_toml(&text);
        }
        4 => redaction(&text),
        _ => {
            let _ = ColumnMapping::default().with_flag(&text);
            let key = PseudonymKey::new(text.as_bytes());
            assert_eq!(key.is_ok(), text.len() >= PseudonymKey::LEAST_BYTES);
        }
    }
}

/// Each party gets a side, or the call none.
fn roles(text: &str, probe: &str) {
    let Ok(rules) = RoleRules::from_toml(text) else {
        return;
    };
    let mut call = Transcript::default();
    for label in probe.lines().take(8) {
        let party = call.party(label);
        if let Some(party) = call.parties.get_mut(party) {
            party.email = label.contains('@').then(|| label.to_owned());
        }
        call.utterances.push(Utterance {
            party: Some(party),
            text: label.to_owned(),
            ..Utterance::default()
        });
    }
    if let Ok(roles) = rules.assign(&call) {
        assert_eq!(roles.sides.len(), call.parties.len());
    }
}

fn labels(text: &str, probe: &str) {
    if let Ok(rules) = LabelRules::from_toml(text) {
        let _ = rules.end(probe);
    }
}

/// A redactor is made of it or refused; longer patterns and more rules only take time.
fn redaction(text: &str) {
    let Ok(mut options) = toml::from_str::<RedactionOptions>(text) else {
        return;
    };
    options.kinds = options.kinds.into_iter().take(1).collect();
    if options
        .custom
        .iter()
        .all(|custom| custom.pattern.len() < 200)
        && options.custom.len() < 4
    {
        let key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
        let _ = Redactor::new(options.with_key(key));
    }
}
