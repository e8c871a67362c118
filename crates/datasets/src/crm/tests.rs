mod versions;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use upturn_core::{Diagnostic, Metadata};

use super::*;
use crate::Label;

mod filling;
mod joining;
mod laws;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/crm")
        .join(name)
}

fn fixtures(names: &[&str]) -> Crm {
    let paths: Vec<_> = names.iter().map(|name| fixture(name)).collect();
    Crm::read(&paths, &CrmOptions::default()).unwrap()
}

/// Reads files of the given contents.
fn written(files: &[&str], options: &CrmOptions) -> Result<Crm, CrmError> {
    let folder = tempfile::tempdir().unwrap();
    let path = |(place, text): (usize, &&str)| {
        let path = folder.path().join(format!("{place}.csv"));
        fs_err::write(&path, text).unwrap();
        path
    };
    let paths: Vec<_> = files.iter().enumerate().map(path).collect();
    Crm::read(&paths, options)
}

fn read(files: &[&str]) -> Crm {
    written(files, &CrmOptions::default()).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn balances(crm: &Crm) -> bool {
    let aside: u64 = crm.sheets().iter().map(|sheet| sheet.set_aside).sum();
    let is_balanced = |s: &SheetReport| s.rows == s.used + s.stale + s.orphaned + s.set_aside;
    crm.sheets().iter().all(is_balanced) && aside == crm.rejected().len() as u64
}

fn counts(crm: &Crm) -> Vec<(SheetKind, [u64; 5])> {
    assert!(balances(crm));
    let counts = |s: &SheetReport| (s.kind, [s.rows, s.used, s.stale, s.orphaned, s.set_aside]);
    crm.sheets().iter().map(counts).collect()
}

/// A deal as a line of text, for tables.
fn line(deal: &Deal) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or("-".into());
    let date = |day: Option<Date>| day.map_or("-".into(), |day| day.to_string());
    let history: Vec<_> = deal
        .history()
        .iter()
        .map(|c| format!("{} {}", c.day(), c.stage))
        .collect();
    format!(
        "{} | {} | {} | {} | {:?} | {:?} | {}..{} | {} | {} | {} | {}",
        deal.id,
        text(&deal.account),
        text(&deal.account_id),
        text(&deal.stage),
        deal.status,
        deal.amount,
        date(deal.created),
        date(deal.closed),
        text(&deal.owner),
        deal.contact_ids.join(","),
        deal.contact_emails.join(","),
        history.join(", "),
    )
}

/// What a call was joined to, as text.
fn joined(crm: &Crm, call: &CallKeys) -> String {
    match crm.join(call) {
        Joined::Matched(found) => format!("{} by {}", found.deal.id, found.rule),
        Joined::Unmatched { reason } => reason.to_string(),
        Joined::Ambiguous { candidates, reason } => {
            let ids: Vec<_> = candidates.iter().map(|deal| deal.id.as_str()).collect();
            format!("{reason}: {}", ids.join(","))
        }
    }
}

fn call(day: &str) -> CallKeys {
    CallKeys {
        day: day.parse().ok(),
        ..CallKeys::default()
    }
}

fn with_email(day: &str, email: &str) -> CallKeys {
    CallKeys {
        participants: vec![Participant {
            email: Some(email.into()),
            name: None,
        }],
        ..call(day)
    }
}

fn with_name(day: &str, name: &str) -> CallKeys {
    CallKeys {
        participants: vec![Participant {
            email: None,
            name: Some(name.into()),
        }],
        ..call(day)
    }
}

#[test]
fn a_hubspot_export_is_read() {
    let crm = fixtures(&[
        "hubspot-deals.csv",
        "hubspot-contacts.csv",
        "hubspot-calls.csv",
    ]);
    assert_eq!(crm.vendor(), Vendor::HubSpot);
    assert_eq!(
        counts(&crm),
        [
            (SheetKind::Deals, [9, 4, 1, 0, 4]),
            (SheetKind::Contacts, [4, 4, 0, 0, 0]),
            (SheetKind::Calls, [4, 4, 0, 0, 0]),
        ]
    );
    let deals: Vec<_> = crm.deals().iter().map(line).collect();
    assert_eq!(
        deals,
        [
            "101 | Nordlicht Pumpen | 9001 | Closed Won (Sales Pipeline) | None | Some(12500.0) | 2025-02-03..2025-04-02 | Tilda Roth | 501 | mara@nordlicht.example | 2025-02-03 Appointment Scheduled (Sales Pipeline), 2025-03-20 Contract Sent (Sales Pipeline), 2025-04-02 Closed Won (Sales Pipeline)",
            "102 | Nordlicht Pumpen | 9001 | Contract Sent (Sales Pipeline) | None | Some(8000.0) | 2025-05-05..2025-12-31 | Tilda Roth | 501,502 | mara@nordlicht.example | 2025-05-05 Appointment Scheduled (Sales Pipeline), 2025-06-01 Contract Sent (Sales Pipeline)",
            "103 | Ostwerk Armaturen | 9002 | Closed Lost (Sales Pipeline) | None | Some(3000.0) | 2025-03-01..2025-06-30 | Jonas Weil | 503 |  | 2025-03-01 Appointment Scheduled (Sales Pipeline), 2025-06-30 Closed Lost (Sales Pipeline)",
            "104 | - | - | Appointment Scheduled (Sales Pipeline) | None | None | 2025-07-07..2025-09-30 | Jonas Weil |  |  | 2025-07-07 Appointment Scheduled (Sales Pipeline)",
        ]
    );
    assert_eq!(crm.deals()[2].row, RowPlace { file: 0, line: 5 });
    assert_eq!(crm.deals()[0].extra["Pipeline"], "Sales Pipeline");
    let broken: Vec<_> = crm
        .rejected()
        .iter()
        .map(|row| format!("{}: {}", row.line, row.reason))
        .collect();
    assert_eq!(
        broken,
        [
            "7: `Record ID` is missing",
            "8: `Close Date` is not a day",
            "9: `Amount` is not an amount",
            "10: 18 cells, expected 17: a text with a delimiter may lack its quotation marks",
        ]
    );
}

#[test]
fn a_salesforce_export_is_read() {
    let crm = fixtures(&[
        "salesforce-history.csv",
        "salesforce-opportunities.csv",
        "salesforce-contacts.csv",
        "salesforce-contact-roles.csv",
        "salesforce-events.csv",
    ]);
    assert_eq!(crm.vendor(), Vendor::Salesforce);
    assert_eq!(
        counts(&crm),
        [
            (SheetKind::History, [8, 6, 0, 1, 1]),
            (SheetKind::Deals, [3, 3, 0, 0, 0]),
            (SheetKind::Contacts, [2, 2, 0, 0, 0]),
            (SheetKind::Contacts, [1, 1, 0, 0, 0]),
            (SheetKind::Calls, [2, 2, 0, 0, 0]),
        ]
    );
    let deals: Vec<_> = crm.deals().iter().map(line).collect();
    assert_eq!(
        deals,
        [
            "0064100000AbCdEAAV | Quillon Labs | 0014100000QwErTAAV | Closed Won | Some(Won) | Some(40000.0) | 2025-01-15..2025-05-20 | 0054100000ZzYyX | 0034100000KkLlM |  | 2025-01-15 Prospecting, 2025-03-10 Proposal/Price Quote, 2025-05-20 Closed Won",
            "0064100000FgHiJ | Quillon Labs | 0014100000QwErT | Rejected by board | Some(Lost) | Some(9000.0) | 2025-05-25..2025-06-02 | 0054100000ZzYyX |  |  | ",
            "0064100000KlMnO | Brackwater Mills | 0014100000UiOpA | Negotiation/Review | Some(Open) | Some(15000.0) | 2025-04-01..2025-08-31 | 0054100000WwVvU |  |  | 2025-04-01 Prospecting, 2025-04-20 Closed Lost, 2025-06-01 Negotiation/Review",
        ]
    );
    let people = |deal: &Deal| {
        crm.contacts(deal)
            .flat_map(|c| c.emails.iter().cloned())
            .collect::<Vec<_>>()
    };
    assert_eq!(people(&crm.deals()[0]), ["noor@quillon.example"]);
    assert_eq!(people(&crm.deals()[2]), ["finn@brackwater.example"]);
    assert_eq!(crm.deal("0064100000AbCdE"), Some(&crm.deals()[0]));
}

#[test]
fn a_pipedrive_export_in_german_forms_is_read() {
    let crm = fixtures(&["pipedrive-deals.csv", "pipedrive-persons.csv"]);
    assert_eq!(crm.vendor(), Vendor::Pipedrive);
    let deals: Vec<_> = crm.deals().iter().map(line).collect();
    assert_eq!(
        deals,
        [
            "1 | Hof Tannenberg | - | Angebot | Some(Won) | Some(18400.5) | 2025-02-03..2025-04-14 | Lia Sommer |  | bodo.krahl@web.de,bodo@tannenberg.example | ",
            "2 | Hof Tannenberg | - | Termin | Some(Lost) | Some(7000.0) | 2025-03-01..2025-03-28 | Lia Sommer |  | bodo@tannenberg.example | ",
            "3 | - | - | Termin | Some(Open) | Some(2500.0) | 2025-05-05..- | Emil Vogt |  | rosa.lenz@web.de | ",
        ]
    );
    let label = |deal: &Deal| {
        crm.rules()
            .label(deal, Some(day("2025-03-10")), day("2025-12-31"))
    };
    assert_eq!(
        label(&crm.deals()[0]),
        Label::Won {
            known: day("2025-04-14")
        }
    );
    assert_eq!(
        label(&crm.deals()[1]),
        Label::Lost {
            known: day("2025-03-28")
        }
    );
}

#[test]
fn columns_may_be_named_by_the_user() {
    let mapping = CrmMapping::from_toml(
        "[deals]\nid = 'Vorgang'\nstage = 'Phase'\ncreated = 'Angelegt'\nclosed = 'Abschluss'\namount = 'Summe'\naccount = 'kunde'\ncontact_emails = ['Mail']",
    ).unwrap();
    let options = CrmOptions::default().with_mapping(mapping);
    let crm = Crm::read(&[fixture("other-deals.tsv")], &options).unwrap();
    assert_eq!(
        crm.deals().iter().map(line).collect::<Vec<_>>(),
        [
            "V-1 | Kraus & Sohn | - | Auftrag | None | Some(1200.0) | 2025-01-13..2025-02-03 | - |  | info@kraus.example | ",
            "V-2 | Kraus & Sohn | - | Absage | None | Some(900.5) | 2025-02-02..2025-03-04 | - |  |  | ",
        ]
    );
    let faults = [
        (
            "[deals]\nstage = 'a'",
            "`[deals]` of the column mapping does not name `id`",
        ),
        (
            "[deals]\nid = 'a'\ncolour = 'b'",
            "line 3, column 1 of the column mapping: unknown variant `colour`",
        ),
        (
            "[deal]\nid = 'a'",
            "line 1, column 2 of the column mapping: unknown variant `deal`",
        ),
        (
            "[history]\ndeal_ids = 'a'\nstage = []\ndate = 'c'",
            "does not name `stage`",
        ),
    ];
    for (text, message) in faults {
        let error = CrmMapping::from_toml(text).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn what_stops_a_reading_is_named() {
    let deals = |values: &str| format!("deal_id,stage,created,amount\n{values}");
    let table: [(&[&str], &str); 6] = [
        (&[""], "is empty"),
        (&["a,b\n1,2\n"], "are those of no known export"),
        (&["contact_id,name\n1,A\n"], "none of the files holds deals"),
        (&[&deals("1,a,03/04/2025,1\n")], "column `created` of"),
        (
            &[&deals("1,a,13/04/2025,1\n2,a,04/13/2025,1\n")],
            "has days with the day first and days with the month first",
        ),
        (&[&deals("1,a,,1.5\n2,a,,\"1,5\"\n")], "column `amount` of"),
    ];
    for (files, message) in table {
        let error = written(files, &CrmOptions::default()).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(error.hint().is_some());
    }
    let missing = Crm::read(&[PathBuf::from("no such.csv")], &CrmOptions::default());
    assert!(matches!(missing, Err(CrmError::Missing { .. })));
    let text = deals("1,a,03/04/2025,1\n");
    let options = CrmOptions::default().with_day_order(DayOrder::DayFirst);
    assert_eq!(
        written(&[&text], &options).unwrap().deals()[0].created,
        Some(day("2025-04-03"))
    );
    // A column that does not tell follows the rest of its file.
    let crm = read(&["deal_id,stage,created,closed\n1,a,03/04/2025,13/05/2025\n"]);
    assert_eq!(crm.deals()[0].created, Some(day("2025-04-03")));
}

#[test]
fn rows_that_are_no_text_or_too_long_are_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deals.csv");
    fs_err::write(
        &path,
        b"deal_id,stage,created\n1,a\xff,\n2,a,,,,\n3,aaaaaaaaaaaaaaaaaaaaaaaa,\n4\n",
    )
    .unwrap();
    let options = CrmOptions {
        max_cell_bytes: 20,
        ..CrmOptions::default()
    };
    let crm = Crm::read(&[path], &options).unwrap();
    assert_eq!(counts(&crm), [(SheetKind::Deals, [4, 2, 0, 0, 2])]);
    let ids: Vec<_> = crm.deals().iter().map(|deal| deal.id.as_str()).collect();
    assert_eq!(ids, ["2", "4"]);
}

#[test]
fn nothing_personal_is_shown_for_debugging() {
    let crm = fixtures(&[
        "hubspot-deals.csv",
        "hubspot-contacts.csv",
        "hubspot-calls.csv",
    ]);
    let keys = CallKeys {
        account: Some("SECRET".into()),
        ..with_email("2025-01-01", "SECRET@x.example")
    };
    let shown = format!(
        "{:?} {:?} {:?}",
        crm.deals(),
        keys,
        crm.contacts(&crm.deals()[0]).collect::<Vec<_>>()
    );
    for secret in ["Mara", "mara", "SECRET", "Nordlicht", "Tilda"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
