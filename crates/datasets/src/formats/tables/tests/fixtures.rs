//! The fixtures, read as a user would.

use std::path::Path;

use serde_json::json;

use super::model::all;
use crate::{ColumnMapping, CsvRecords, ReadOptions, Shape, Transcript};

fn read(name: &str, mapping: &ColumnMapping) -> (Shape, Vec<Result<Transcript, String>>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/formats/tables")
        .join(name);
    let bytes = fs_err::read(path).unwrap();
    let mut records = CsvRecords::new(bytes.as_slice(), mapping, &ReadOptions::default()).unwrap();
    let read = all(&mut records).into_iter();
    let read = read
        .map(|record| {
            record
                .content
                .map_err(|reason| format!("{}: {reason}", record.place))
        })
        .collect();
    (records.shape(), read)
}

fn said(call: &Transcript) -> Vec<(&str, usize, Option<u64>)> {
    let label =
        |party: Option<usize>| party.map_or("-", |party| call.parties[party].label.as_str());
    call.utterances
        .iter()
        .map(|said| (label(said.party), said.text.len(), said.start_ms))
        .collect()
}

#[test]
fn an_export_of_hubspot_calls_needs_only_the_order_of_its_dates() {
    let mapping = ColumnMapping::default()
        .with_flag("date_order=mdy")
        .unwrap();
    let (shape, calls) = read("hubspot-calls.csv", &mapping);
    assert_eq!((shape, calls.len()), (Shape::Calls, 4));
    let first = calls[0].as_ref().unwrap();
    assert_eq!(first.id, "30912");
    assert_eq!(
        said(first),
        [
            ("Mara Lindqvist", 48, Some(0)),
            ("Tom Obi", 36, Some(6000)),
            ("Mara Lindqvist", 78, Some(9000))
        ]
    );
    assert_eq!(
        first.metadata.date.map(|day| day.to_string()),
        Some("2026-03-04".into())
    );
    assert_eq!(
        json!(first.metadata),
        json!({"account": "Obi Bakeries", "rep": "Mara Lindqvist", "date": "2026-03-04", "deal": "Ovens for Leith",
            "Call outcome": "Connected", "Call duration (HH:mm:ss)": "00:00:15", "Call Title": "Demo, second part"})
    );
    assert_eq!(calls[1].as_ref().unwrap().utterances.len(), 2);
    assert_eq!(
        calls[2],
        Err("7: `turns` holds nothing that was said".into())
    );
    assert_eq!(
        calls[3],
        Err("8: 7 cells in the row, 9 columns in the header".into())
    );
}

#[test]
fn a_table_of_turns_from_a_warehouse_needs_no_mapping() {
    let (shape, calls) = read("warehouse-turns.csv", &ColumnMapping::default());
    assert_eq!((shape, calls.len()), (Shape::Turns, 3));
    let first = calls[0].as_ref().unwrap();
    assert_eq!(
        said(first),
        [
            ("agent", 31, Some(0)),
            ("customer", 36, Some(4200)),
            ("agent", 24, Some(9750))
        ]
    );
    assert_eq!(first.outcome, Some(upturn_core::Outcome::Won));
    assert_eq!(
        json!(first.metadata),
        json!({"account": "A-17", "industry": "retail", "CHANNEL": "phone"})
    );
    assert_eq!(calls[1].as_ref().unwrap().outcome, None);
    let broken = "8: a row of dialogue `c-3` is broken, so all of it is set aside: unknown word `maybe` in `CONVERTED`";
    assert!(calls[2].as_ref().unwrap_err().starts_with(broken));
}

#[test]
fn a_german_spreadsheet_with_semicolons_is_read_with_a_mapping() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/tables/tabelle.toml");
    let mapping = ColumnMapping::from_toml(&fs_err::read_to_string(path).unwrap()).unwrap();
    let (shape, calls) = read("tabelle.csv", &mapping);
    assert_eq!((shape, calls.len()), (Shape::Turns, 2));
    let first = calls[0].as_ref().unwrap();
    assert_eq!(
        said(first),
        [("Frau Aydın", 24, Some(0)), ("Herr Kolb", 19, Some(3500))]
    );
    assert_eq!(
        (first.metadata.amount, first.outcome),
        (Some(12_500.5), Some(upturn_core::Outcome::Lost))
    );
    assert_eq!(
        first.metadata.date.map(|day| day.to_string()),
        Some("2026-04-03".into())
    );
}
