use upturn::{Metadata, Probability, Speaker, Turn};

use super::*;

/// Every fourth is won; of 100 calls 80 are Ada's, 15 Bo's, and 5 have nobody.
fn calls() -> Vec<Conversation> {
    let call = |place: usize| {
        let id = ConversationId::new(format!("c{place}")).unwrap();
        let rep = match place {
            0..80 => Some("Ada".to_owned()),
            80..95 => Some(" Bo ".to_owned()),
            _ => None,
        };
        let metadata = Metadata {
            rep,
            amount: Some(7.0),
            ..Metadata::default()
        };
        let turns = vec![Turn::new(Speaker::Buyer, "yes")];
        Conversation::new(id, turns)
            .unwrap()
            .with_metadata(metadata)
    };
    (0..100).map(call).collect()
}

/// Of all calls the same.
fn said(calls: &[&Conversation], probability: f64) -> Predictions {
    let row = |(place, call): (usize, &&Conversation)| Row {
        id: call.id().clone(),
        group: call.group().to_owned(),
        won: place.is_multiple_of(4),
        probability: Probability::new(probability).unwrap(),
    };
    Predictions::new(calls.iter().enumerate().map(row).collect()).unwrap()
}

#[test]
fn segments_are_of_the_longest_prefix_and_persons_are_compared_with_the_shortest() {
    let calls = calls();
    let calls: Vec<&Conversation> = calls.iter().collect();
    let fields = Field::of(&["rep".to_owned(), "rep".to_owned()], &calls).unwrap();
    let ours = [said(&calls, 0.5), said(&calls, 0.2), said(&calls, 0.9)];
    let reports = SegmentReport::all(&fields, &calls, &[0.5, 0.25, 1.0], &ours);
    let [report] = reports.as_slice() else {
        panic!("{reports:?}");
    };
    let text = report.to_string();
    for told in [
        "Whether probabilities hold by `rep`, 100 % of the turns known\n\nrep  calls",
        "Ada     80        80     90.0 %  25.0 %  [16.8 %, 35.5 %]  too high, beyond chance",
        "5 calls say no `rep`",
        "allows for looking at 2 segments",
        "with 25 % of the turns known",
        "Ada        80  25.0 %  [16.8 %, 35.5 %]    20.0 %        -3.2 %",
        "not ranked, with fewer than 30 calls: Bo (15)",
    ] {
        assert!(text.contains(told), "`{told}` is not in:\n{text}");
    }
}

#[test]
fn what_is_no_name_is_no_segment() {
    let calls = calls();
    let calls: Vec<&Conversation> = calls.iter().collect();
    for field in ["amount", "stage", "colour"] {
        let error = Field::of(&[field.to_owned()], &calls).unwrap_err();
        let told = format!("none of the 100 calls says a `{field}` to cut them by");
        assert_eq!(error.to_string(), told);
    }
}
