//! What holds for all exports.

use proptest::prelude::*;

use super::*;
use crate::{Label, LabelRules};

#[derive(Debug, Clone)]
struct Rows {
    deals: Vec<String>,
    contacts: Vec<String>,
    history: Vec<String>,
    calls: Vec<String>,
}

/// Rows with few ids, so that duplicates, conflicts and orphans are common.
fn any_rows() -> impl Strategy<Value = Rows> {
    let id = || 0u8..4;
    let date = || {
        prop::option::of(1u8..28)
            .prop_map(|d| d.map_or(String::new(), |d| format!("2025-03-{d:02}")))
    };
    let stage = || prop::sample::select(vec!["Talk", "Offer", "Closed Won", "Closed Lost"]);
    let deal = (
        id(),
        stage(),
        date(),
        date(),
        date(),
        id(),
        prop::option::of(id()),
        prop::sample::select(vec!["", "x", "y", "soon"]),
    )
        .prop_map(|(i, s, c, e, m, a, p, z)| {
            format!(
                "d{i},{s},{c},{e},{m},a{a},{},{}",
                p.map_or(String::new(), |p| format!("p{p}")),
                if z == "soon" { "1,2" } else { z }
            )
        });
    let contact = (id(), id(), prop::option::of(id())).prop_map(|(i, a, d)| {
        format!(
            "p{i},Ann{i} Doe,e{i}@x{a}.example,a{a},{}",
            d.map_or(String::new(), |d| format!("d{d}"))
        )
    });
    let change = (id(), stage(), date()).prop_map(|(i, s, d)| format!("d{i},{s},{d}"));
    let call = (id(), id(), date(), prop::bool::ANY).prop_map(|(i, d, at, has)| {
        format!(
            "c{i},{},{at}",
            if has { format!("d{d}") } else { String::new() }
        )
    });
    let rows = |row: BoxedStrategy<String>| prop::collection::vec(row, 0..7);
    (
        rows(deal.boxed()),
        rows(contact.boxed()),
        rows(change.boxed()),
        rows(call.boxed()),
    )
        .prop_map(|(deals, contacts, history, calls)| Rows {
            deals,
            contacts,
            history,
            calls,
        })
}

fn read_rows(rows: &Rows, turn: usize) -> Crm {
    let sheet = |header: &str, rows: &[String]| {
        let mut rows = rows.to_vec();
        let by = turn % rows.len().max(1);
        rows.rotate_left(by);
        if turn % 2 == 1 {
            rows.reverse();
        }
        format!("{header}\n{}\n", rows.join("\n"))
    };
    let mut files = [
        sheet(
            "deal_id,stage,created,closed,modified,account_id,contact_ids,note",
            &rows.deals,
        ),
        sheet("contact_id,name,email,account_id,deal_ids", &rows.contacts),
        sheet("deal_id,stage,date", &rows.history),
        sheet("call_id,deal_id,date", &rows.calls),
    ];
    files.rotate_left(turn % 4);
    read(&files.each_ref().map(String::as_str))
}

fn any_call() -> impl Strategy<Value = CallKeys> {
    let id =
        |kind: &'static str| prop::option::of((0u8..5).prop_map(move |id| format!("{kind}{id}")));
    (
        id("c"),
        id("d"),
        id("a"),
        prop::collection::vec((0u8..5, 0u8..4, prop::bool::ANY), 0..3),
        prop::option::of(1u8..28),
    )
        .prop_map(|(call_id, deal_id, account_id, people, date)| CallKeys {
            call_id,
            deal_id,
            account_id,
            participants: people
                .into_iter()
                .map(|(p, x, named)| Participant {
                    email: (!named).then(|| format!("e{p}@x{x}.example")),
                    name: named.then(|| format!("Ann{p} Doe")),
                })
                .collect(),
            day: date.map(|d| Date::constant(2025, 3, i8::try_from(d).unwrap())),
            account: None,
        })
}

/// The day that was taken for a call.
fn on(crm: &Crm, call: &CallKeys) -> Option<Date> {
    match crm.join(call) {
        Joined::Matched(found) => found.day,
        Joined::Unmatched { .. } | Joined::Ambiguous { .. } => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_order_of_rows_and_files_changes_nothing(rows in any_rows(), turn in 1usize..20, calls in prop::collection::vec(any_call(), 1..8)) {
        let (one, other) = (read_rows(&rows, 0), read_rows(&rows, turn));
        prop_assert!(balances(&one) && balances(&other));
        let all = |crm: &Crm| crm.deals().iter().map(|deal| (line(deal), deal.extra.clone())).collect::<Vec<_>>();
        prop_assert_eq!(all(&one), all(&other));
        for call in &calls {
            prop_assert_eq!(joined(&one, call), joined(&other, call));
            prop_assert_eq!(on(&one, call), on(&other, call));
        }
        let unmatched = |crm: &Crm| crm.unmatched_deals().map(|deal| deal.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(unmatched(&one), unmatched(&other));
    }

    #[test]
    fn every_row_is_counted_once_and_every_call_has_one_label(rows in any_rows(), calls in prop::collection::vec(any_call(), 1..8)) {
        let crm = read_rows(&rows, 0);
        let read: u64 = crm.sheets().iter().map(|sheet| sheet.rows).sum();
        let given = rows.deals.len() + rows.contacts.len() + rows.history.len() + rows.calls.len();
        prop_assert_eq!(read, given as u64);
        prop_assert!(balances(&crm));
        let rules = LabelRules::any();
        for call in &calls {
            let Joined::Matched(found) = crm.join(call) else { continue };
            let mut metadata = Metadata::default();
            crm.apply(&found, &mut metadata);
            prop_assert!(metadata.stage.as_deref().is_none_or(|stage| rules.end(stage).is_none()));
            let label = rules.label(found.deal, found.day, day("2025-03-20"));
            prop_assert_eq!(label.outcome().is_some(), matches!(label, Label::Won { .. } | Label::Lost { .. }));
            if let (Some(known), Some(called)) = (label.known(), found.day) {
                prop_assert!(called <= known && known <= day("2025-03-20"));
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(prop::num::u8::ANY, 0..300), text in "(deal_id|stage|created|[,;\t\"\n]|[0-9/.]{1,8}|\\PC){0,60}") {
        let folder = tempfile::tempdir().unwrap();
        for content in [bytes, text.clone().into_bytes(), format!("deal_id,stage,created,amount\n{text}").into_bytes()] {
            let path = folder.path().join("deals.csv");
            fs_err::write(&path, content).unwrap();
            if let Ok(crm) = Crm::read(&[path], &CrmOptions::default()) {
                prop_assert!(balances(&crm));
            }
        }
    }
}
