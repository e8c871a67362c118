//! Exports of CRMs.

use std::path::{Path, PathBuf};

use upturn_core::{Date, Metadata};
use upturn_datasets::{CallKeys, Crm, CrmMapping, CrmOptions, DayOrder, Joined, LabelRules};

use super::case::{Case, file, folder};

/// Exports of one vendor: their headers stand above the parts of an input.
type Exports = [&'static str; 3];

const HUBSPOT: Exports = [
    "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Last Modified Date,Deal owner,Associated Company,Associated Contact,Associated Contact IDs,\"Date entered \"\"Contract Sent (Sales Pipeline)\"\"\"",
    "Record ID,First Name,Last Name,Email,Associated Company,Associated Company IDs,Associated Deal IDs",
    "Record ID,Call Title,Activity date,Associated Deal IDs,Associated Company IDs,Associated Contact IDs",
];
const SALESFORCE: Exports = [
    "Id,AccountId,Account.Name,Name,StageName,Amount,CloseDate,CreatedDate,LastModifiedDate,IsWon,IsClosed,OwnerId,ContactId",
    "Id,OpportunityId,StageName,Amount,CloseDate,CreatedDate",
    "Id,WhatId,WhoId,ActivityDate",
];
const PIPEDRIVE: Exports = [
    "Deal - ID;Deal - Title;Deal - Status;Deal - Stage;Deal - Value;Deal - Deal created;Deal - Won time;Deal - Lost time;Deal - Organization",
    "Person - ID;Person - Name;Person - Email - Work;Person - Organization",
    "Person - ID;Person - Name;Person - Email - Work;Person - Organization",
];

pub fn run(data: &[u8]) {
    let Some(case) = Case::of(data) else {
        return;
    };
    let (_folder, folder) = folder();
    let mut options = CrmOptions::default();
    if case.is_low() {
        options = options.with_day_order(DayOrder::DayFirst);
        options.max_cell_bytes = case.options.max_line_bytes;
    }
    let parts: [&[u8]; 3] = case.parts();
    match case.arm(5) {
        0 => exports(&folder, ["", "", ""], parts, &options),
        1 => exports(&folder, HUBSPOT, parts, &options),
        2 => exports(&folder, SALESFORCE, parts, &options),
        3 => exports(&folder, PIPEDRIVE, parts, &options),
        _ => {
            let [columns, labels, sheet] = parts;
            if let Ok(mapping) = CrmMapping::from_toml(&String::from_utf8_lossy(columns)) {
                options = options.with_mapping(mapping);
            }
            if let Ok(rules) = LabelRules::from_toml(&String::from_utf8_lossy(labels)) {
                options = options.with_rules(rules);
            }
            let path = file(&folder, "a.csv", sheet);
            read(&[path], &options);
        }
    }
}

fn exports(folder: &Path, headers: Exports, parts: [&[u8]; 3], options: &CrmOptions) {
    let mut paths = Vec::new();
    let mut expected = Vec::new();
    for (place, (header, part)) in headers.into_iter().zip(parts).enumerate() {
        if place > 0 && part.is_empty() {
            continue;
        }
        let bytes = [header.as_bytes(), b"\n", part].concat();
        paths.push(file(folder, &format!("{place}.csv"), &bytes));
        expected.push((!header.is_empty() && !part.contains(&b'"')).then(|| rows(part)));
    }
    let Some(found) = read(&paths, options) else {
        return;
    };
    for (sheet, expected) in found.sheets().iter().zip(expected) {
        let expected = expected.unwrap_or(sheet.rows);
        assert_eq!(sheet.rows, expected, "a row is lost");
    }
}

/// Every row is counted once, every broken one listed, and a deal is found by its id.
fn read(paths: &[PathBuf], options: &CrmOptions) -> Option<Crm> {
    let found = Crm::read(paths, options).ok()?;
    let mut aside = 0;
    for sheet in found.sheets() {
        let counted = sheet.used + sheet.stale + sheet.orphaned + sheet.set_aside;
        assert_eq!(sheet.rows, counted, "a row is lost");
        aside += sheet.set_aside;
    }
    assert_eq!(aside, found.rejected().len() as u64);
    let day = Date::constant(2026, 3, 4);
    for deal in found.deals().iter().take(20) {
        let by_id = CallKeys {
            deal_id: Some(deal.id.clone()),
            ..CallKeys::default()
        };
        let joined = found.join(&by_id);
        assert!(matches!(joined, Joined::Matched(_)), "a deal is lost");
        let by_account = CallKeys {
            account: deal.account.clone(),
            account_id: deal.account_id.clone(),
            day: Some(day),
            ..CallKeys::default()
        };
        if let Joined::Matched(joined) = found.join(&by_account) {
            let mut metadata = Metadata::default();
            found.apply(&joined, &mut metadata);
            let _ = found.rules().label(joined.deal, metadata.date, day);
        }
        let _ = found.contacts(deal).count();
    }
    let _ = found.unmatched_deals().count();
    Some(found)
}

/// Lines that are not empty, of a file without quotation marks.
fn rows(bytes: &[u8]) -> u64 {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines.filter(|line| !line.is_empty()).count() as u64
}
