use proptest::prelude::*;
use upturn_core::{Diagnostic, Speaker};

use super::*;
use crate::{Party, Transcript, Utterance};

const SELLS: &str =
    "Hi, my name is Jo and I'm calling from Acme. Are you interested in what we offer?";
const BUYS: &str =
    "I'm looking for something. How much is it? That is too expensive. Would you take less?";

/// A call in which each of the labels says one text.
fn call(said: &[(&str, &str)]) -> Transcript {
    let mut transcript = Transcript::default();
    for (label, text) in said {
        let party = Some(transcript.party(label));
        transcript.utterances.push(Utterance {
            party,
            text: (*text).to_owned(),
            ..Utterance::default()
        });
    }
    transcript
}

fn with_emails(mut transcript: Transcript, emails: &[&str]) -> Transcript {
    for (party, email) in transcript.parties.iter_mut().zip(emails) {
        party.email = Some((*email).to_owned()).filter(|email| !email.is_empty());
    }
    transcript
}

/// The initials of the sides and the rule, or the reason why not.
fn decided(rules: &RoleRules, transcript: &Transcript) -> String {
    match rules.assign(transcript) {
        Ok(found) => {
            let initial = |side: &Speaker| side.as_str()[..1].to_owned();
            let sides: String = found.sides.iter().map(initial).collect();
            format!("{sides} {}", found.rule)
        }
        Err(reason) => reason.as_str().to_owned(),
    }
}

fn rules(toml: &str) -> RoleRules {
    RoleRules::from_toml(toml).unwrap()
}

#[test]
fn a_stated_side_stands_before_every_rule() {
    let mut transcript = call(&[("Agent", "a"), ("Customer", "b")]);
    transcript.parties[0].side = Some(Speaker::Buyer);
    transcript.parties[1].side = Some(Speaker::Seller);
    assert_eq!(
        decided(&rules("[labels]\n\"*\" = \"other\""), &transcript),
        "bs stated"
    );
}

#[test]
fn patterns_name_parties_by_label_name_and_address() {
    let rules = rules(
        "[labels]\n\"Jane*\" = \"seller\"\n\"*@shop.example\" = \"buyer\"\n\"Jane Roe\" = \"buyer\"\n[diarisation]\nspeaker_00 = \"seller\"",
    );
    let mut transcript = call(&[("1", "a"), ("2", "b")]);
    transcript.parties[0].name = Some("JANE DOE".into());
    let transcript = with_emails(transcript, &["", "Bo@Shop.example"]);
    assert_eq!(decided(&rules, &transcript), "sb mapping");
    assert_eq!(
        decided(&rules, &call(&[("jane roe", "a"), ("SPEAKER_00", "b")])),
        "bs mapping"
    );
}

#[test]
fn a_domain_tells_the_seller_and_others_buy() {
    let rules = rules("seller_domains = [\"@Acme.example\"]\nother_domains = [\"bot.example\"]");
    let three = call(&[("1", "a"), ("2", "b"), ("3", "c")]);
    let emails = [
        "jo@sales.acme.example",
        "x@notacme.example",
        "rec@bot.example",
    ];
    assert_eq!(
        decided(&rules, &with_emails(three.clone(), &emails)),
        "sbo domain"
    );
    assert_eq!(
        decided(&rules, &with_emails(three, &["a@acme.example", "", ""])),
        "several_candidates"
    );
    assert_eq!(
        decided(
            &rules,
            &call(&[("jo@acme.example", "a"), ("bo@shop.example", "b")])
        ),
        "sb domain"
    );
}

#[test]
fn several_rules_are_told_with_the_weakest() {
    let rules = rules("seller_domains = [\"acme.example\"]\n[labels]\n\"Bo\" = \"buyer\"");
    let transcript = with_emails(call(&[("1", "a"), ("Bo", "b")]), &["jo@acme.example", ""]);
    assert_eq!(decided(&rules, &transcript), "sb mixed_domain");
    let transcript = with_emails(
        call(&[("1", "a"), ("Bo", "b"), ("Customer", "c")]),
        &["jo@acme.example", ""],
    );
    assert_eq!(decided(&rules, &transcript), "sbb mixed_diarisation");
}

#[test]
fn of_two_the_unknown_one_is_the_other_side() {
    let rules = RoleRules::default();
    assert_eq!(
        decided(&rules, &call(&[("Agent", "a"), ("Jane", "b")])),
        "sb diarisation"
    );
    assert_eq!(
        decided(&rules, &call(&[("Caller", "a"), ("Agent", "b")])),
        "bs diarisation"
    );
    assert_eq!(
        decided(&rules, &call(&[("Caller", "a"), ("Customer", "b")])),
        "sb diarisation"
    );
    assert_eq!(
        decided(
            &rules,
            &call(&[("Agent", "a"), ("Jane", "b"), ("IVR", "c")])
        ),
        "sbo diarisation"
    );
}

#[test]
fn who_says_nothing_decides_nothing() {
    let rules = RoleRules::default();
    let mut transcript = call(&[("Agent", "a"), ("Jane", "b"), ("Customer", " ")]);
    assert_eq!(decided(&rules, &transcript), "sbb diarisation");
    transcript.parties.push(Party::new("Jim"));
    assert_eq!(decided(&rules, &transcript), "sbbo diarisation");
}

#[test]
fn what_cannot_be_decided_is_set_aside_with_its_reason() {
    let rules = RoleRules::default();
    let nobody = Transcript {
        utterances: vec![Utterance {
            text: "a".into(),
            ..Utterance::default()
        }],
        ..Transcript::default()
    };
    assert_eq!(decided(&rules, &nobody), "no_parties");
    for (said, reason) in [
        (&[("Agent", "a")][..], "one_party"),
        (&[("Agent", "a"), ("Sales Rep", "b")], "one_side"),
        (&[("Customer", "a"), ("Client", "b")], "one_side"),
        (
            &[("Agent", "a"), ("Jane", "b"), ("Joe", "c")],
            "several_candidates",
        ),
        (
            &[("Jim", "a"), ("Jane", "b"), ("Joe", "c")],
            "several_candidates",
        ),
        (&[("Jim", "a"), ("Jane", "b")], "not_plain"),
        (&[("Jim", "a"), ("IVR", "b")], "one_side"),
    ] {
        assert_eq!(decided(&rules, &call(said)), reason, "{said:?}");
    }
    let strict = self::rules("guess = false");
    let reason = strict
        .assign(&call(&[("Jim", SELLS), ("Jane", BUYS)]))
        .unwrap_err();
    assert_eq!(reason, Undecided::NoRule);
    assert!(reason.hint().unwrap().contains("guess"));
}

#[test]
fn what_is_said_decides_only_with_a_margin() {
    let rules = RoleRules::default();
    assert_eq!(
        decided(&rules, &call(&[("1", SELLS), ("2", BUYS), ("IVR", "x")])),
        "sbo opens_and_asks"
    );
    assert_eq!(
        decided(&rules, &call(&[("1", BUYS), ("2", SELLS)])),
        "bs opens_and_asks"
    );
    assert_eq!(
        decided(&rules, &call(&[("1", "Too expensive."), ("2", "Hi.")])),
        "not_plain"
    );
    // `your team` is not `our team`.
    assert_eq!(
        decided(
            &rules,
            &call(&[("1", "your team your team your team"), ("2", "Hi.")])
        ),
        "not_plain"
    );
}

#[test]
fn a_faulty_file_is_told_with_its_line() {
    for (toml, message) in [
        (
            "guess = true\nseller_domain = []",
            "line 2, column 1 of the file of roles: unknown field `seller_domain`",
        ),
        (
            "guess = true\n[labels]\n\"a\" = \"sellr\"",
            "line 3, column 7 of the file of roles: unknown variant `sellr`",
        ),
        ("guess = ", "line 1, column 9 of the file of roles: "),
        (
            "[labels]\n\" \" = \"seller\"",
            "a pattern in `[labels]` of the file of roles is empty",
        ),
        (
            "[labels]\na = \"seller\"\n[diarisation]\nA = \"buyer\"",
            "pattern `a` has one side in `[labels]` and another",
        ),
        (
            "seller_domains = [\"a b\"]",
            "of 3 characters in `seller_domains` is no domain",
        ),
        (
            "seller_domains = [\"a.example\"]\nother_domains = [\"@A.example\"]",
            "domain `a.example` stands in",
        ),
        ("other_domains = [\"a.example\"]", "no `seller_domains`"),
    ] {
        let error = RoleRules::from_toml(toml).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(error.hint().is_some());
    }
    assert_eq!(RoleRules::from_toml("").unwrap(), RoleRules::default());
}

#[test]
fn rules_survive_a_round_trip() {
    let rules = rules(
        "seller_domains = [\"acme.example\"]\nguess = false\n[labels]\n\"Jane*\" = \"seller\"",
    );
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<RoleRules>(&json).unwrap(), rules);
}

proptest! {
    #[test]
    fn both_sides_speak_or_there_is_a_reason(
        said in prop::collection::vec((0usize..5, prop::sample::select(vec!["", "a", SELLS, BUYS])), 0..9),
        labels in prop::collection::hash_set(prop::sample::select(vec!["Agent", "Customer", "x", "y", "IVR", "z"]), 5),
        stated in prop::collection::vec(prop::option::weighted(0.2, prop::sample::select(vec![Speaker::Seller, Speaker::Buyer, Speaker::Other])), 5),
    ) {
        let mut transcript = Transcript::default();
        for (label, side) in labels.into_iter().zip(stated) {
            let party = transcript.party(label);
            transcript.parties[party].side = side;
        }
        for (party, text) in said {
            transcript.utterances.push(Utterance { party: Some(party), text: text.into(), ..Utterance::default() });
        }
        if let Ok(roles) = RoleRules::default().assign(&transcript) {
            prop_assert_eq!(roles.sides.len(), transcript.parties.len());
            for (side, party) in roles.sides.iter().zip(&transcript.parties) {
                prop_assert!(party.side.is_none_or(|stated| stated == *side));
            }
            for side in [Speaker::Seller, Speaker::Buyer] {
                let speaks = transcript.utterances.iter().any(|said| !said.text.is_empty() && roles.sides[said.party.unwrap()] == side);
                prop_assert!(speaks, "{:?}", roles);
            }
        }
    }
}
