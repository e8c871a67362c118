//! Which deal a call is joined to.

use super::*;

#[test]
fn calls_are_joined_by_the_table_of_calls() {
    let crm = fixtures(&[
        "hubspot-deals.csv",
        "hubspot-contacts.csv",
        "hubspot-calls.csv",
    ]);
    let by_id = |id: &str| {
        joined(
            &crm,
            &CallKeys {
                call_id: Some(id.into()),
                ..CallKeys::default()
            },
        )
    };
    assert_eq!(by_id("7001"), "101 by call-id");
    // Both deals are named; the one that was open in June is taken.
    assert_eq!(by_id("7002"), "102 by call-id");
    assert_eq!(by_id("7003"), "103 by account-id");
    assert_eq!(by_id("7004"), UnmatchedReason::UnknownDeal.to_string());
    assert_eq!(by_id("7005"), UnmatchedReason::NoKeys.to_string());
    let unmatched: Vec<_> = crm.unmatched_deals().map(|deal| deal.id.as_str()).collect();
    assert_eq!(unmatched, ["104"]);
    let salesforce = fixtures(&[
        "salesforce-opportunities.csv",
        "salesforce-history.csv",
        "salesforce-events.csv",
    ]);
    let by_id = |id: &str| {
        joined(
            &salesforce,
            &CallKeys {
                call_id: Some(id.into()),
                ..CallKeys::default()
            },
        )
    };
    assert_eq!(by_id("00U4100000EvEnT"), "0064100000AbCdEAAV by call-id");
    assert_eq!(by_id("00U4100000EvEnU"), "0064100000KlMnO by account-id");
}

#[test]
fn calls_are_joined_by_deal_and_account() {
    let crm = fixtures(&["hubspot-deals.csv", "hubspot-contacts.csv"]);
    let deal = |id: &str| CallKeys {
        deal_id: Some(id.into()),
        ..call("2030-01-01")
    };
    let account = |id: &str, day: &str| CallKeys {
        account_id: Some(id.into()),
        ..call(day)
    };
    let named = |name: &str, day: &str| CallKeys {
        account: Some(name.into()),
        ..call(day)
    };
    let none_open = "no deal of the customer was open at that time";
    let table = [
        (deal("101"), "101 by deal-id"),
        (deal("999"), "the deal it names is in no file"),
        (account("9001", "2025-02-03"), "101 by account-id"),
        (account("9001", "2025-04-09"), "101 by account-id"),
        (account("9001", "2025-04-10"), none_open),
        (account("9001", "2025-02-02"), none_open),
        // The end of an open deal is only expected.
        (account("9001", "2026-06-01"), "102 by account-id"),
        (
            account("9001", ""),
            "several deals, and the day of the call is not known: 101,102",
        ),
        (account("9002", ""), "103 by account-id"),
        (named("nordlicht  PUMPEN", "2025-06-01"), "102 by account"),
    ];
    for (keys, expected) in table {
        assert_eq!(
            joined(&crm, &keys),
            expected,
            "{keys:?} {:?}",
            keys.account_id
        );
    }
}

#[test]
fn calls_are_joined_by_their_participants() {
    let crm = fixtures(&["hubspot-deals.csv", "hubspot-contacts.csv"]);
    let no_keys = "the call has no id, customer or participant to find it by";
    let unknown = "neither its customer nor its participants are known";
    let table = [
        (
            with_email("2025-03-01", "Mara@Nordlicht.example"),
            "101 by email",
        ),
        (
            with_email("2025-06-01", "per.aas@gmail.com"),
            "102 by email",
        ),
        // Ute Kern is in no deal: those of her company are hers.
        (
            with_email("2025-06-01", "ute@ostwerk.example"),
            "103 by email",
        ),
        (
            with_email("2025-06-01", "new@ostwerk.example"),
            "103 by domain",
        ),
        (with_email("2025-06-01", "somebody@gmail.com"), unknown),
        (with_name("2025-06-01", "Brandt, Ilse"), "103 by name"),
        (with_name("2025-06-01", "Ilse"), no_keys),
        (CallKeys::default(), no_keys),
    ];
    for (keys, expected) in table {
        assert_eq!(joined(&crm, &keys), expected, "{keys:?}");
    }
}

#[test]
fn of_several_open_deals_votes_then_the_latest_creation_decide() {
    let deals = "deal_id,stage,created,closed,status,account_id,contact_emails\n\
        a,Talk,2025-01-01,,open,1,ann@x.example\n\
        b,Talk,2025-02-01,,open,1,ann@x.example;bob@x.example\n\
        c,Talk,2025-03-01,,open,1,ann@x.example\n\
        d,Talk,2025-03-01,,open,2,cas@y.example\n\
        e,Talk,2025-03-01,,open,2,cas@y.example\n\
        f,Talk,2025-01-01,2025-04-01,won,3,dee@z.example\n\
        g,Talk,2024-01-01,,open,3,dee@z.example\n";
    let crm = read(&[deals]);
    let two = CallKeys {
        participants: ["ann@x.example", "bob@x.example"]
            .map(|email| Participant {
                email: Some(email.into()),
                name: None,
            })
            .into(),
        ..call("2025-04-01")
    };
    assert_eq!(joined(&crm, &two), "b by email");
    assert_eq!(
        joined(&crm, &with_email("2025-04-01", "ann@x.example")),
        "c by email"
    );
    assert_eq!(
        joined(&crm, &with_email("2025-02-15", "ann@x.example")),
        "b by email"
    );
    assert_eq!(
        joined(&crm, &with_email("2025-04-01", "cas@y.example")),
        "several deals equally near in time: d,e"
    );
    // The ended deal is the nearest until it ends; after that a running one is nearer.
    assert_eq!(
        joined(&crm, &with_email("2025-04-01", "dee@z.example")),
        "f by email"
    );
    assert_eq!(
        joined(&crm, &with_email("2025-04-02", "dee@z.example")),
        "g by email"
    );
}

#[test]
fn colleagues_are_no_customers_and_a_known_address_rules_out_namesakes() {
    let deals = "deal_id,stage,created,contact_emails,contact_names\n\
        a,Talk,2025-01-01,me@seller.example,\n\
        b,Talk,2025-01-01,,Ann Doe\n\
        c,Talk,2025-06-01,ann@x.example,\n";
    let own = CrmOptions::default().with_own_domains(vec!["Seller.example".into()]);
    let mut keys = with_email("2025-02-01", "me@seller.example");
    assert_eq!(joined(&read(&[deals]), &keys), "a by email");
    assert_eq!(
        joined(&written(&[deals], &own).unwrap(), &keys),
        UnmatchedReason::NoKeys.to_string()
    );
    keys = with_email("2025-02-01", "ann@x.example");
    keys.participants[0].name = Some("Ann Doe".into());
    assert_eq!(
        joined(&read(&[deals]), &keys),
        UnmatchedReason::NoneOpen.to_string()
    );
    keys.participants[0].email = None;
    assert_eq!(joined(&read(&[deals]), &keys), "b by name");
}

#[test]
fn too_many_deals_are_not_compared() {
    let rows = (0..10_001).map(|deal| format!("{deal},Talk,2025-01-01,1"));
    let rows: Vec<String> = rows.collect();
    let deals = format!("deal_id,stage,created,account_id\n{}", rows.join("\n"));
    let crm = read(&[&deals]);
    let keys = CallKeys {
        account_id: Some("1".into()),
        ..call("2025-02-01")
    };
    assert_eq!(joined(&crm, &keys), "too many deals to compare: ");
}

#[test]
fn a_call_that_stands_twice_has_the_deals_of_both_and_the_earlier_day() {
    let deals = "deal_id,stage,created\na,Talk,2025-01-01\nb,Talk,2025-02-01\n";
    for rows in [
        "c,a,2025-01-15\nc,b,2025-02-15",
        "c,b,2025-02-15\nc,a,2025-01-15",
    ] {
        let crm = read(&[deals, &format!("call_id,deal_id,date\n{rows}\n")]);
        let found = crm.join(&CallKeys {
            call_id: Some("c".into()),
            ..CallKeys::default()
        });
        let Joined::Matched(found) = found else {
            panic!()
        };
        assert_eq!(
            (found.deal.id.as_str(), found.day),
            ("a", Some(day("2025-01-15")))
        );
    }
}
