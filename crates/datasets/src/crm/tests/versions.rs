//! Several rows of one deal.

use super::*;

#[test]
fn of_several_rows_of_a_deal_the_one_modified_last_holds() {
    let rows = [
        "1,Talk,2025-03-01,10,ann@x.example",
        "1,Offer,2025-04-01,20,bob@x.example",
        "1,Lost,,30,",
    ];
    for turn in 0..3 {
        let mut turned = rows;
        turned.rotate_left(turn);
        let text = format!(
            "deal_id,stage,modified,amount,contact_emails,created\n{},\n{},\n{},\n",
            turned[0], turned[1], turned[2]
        );
        let crm = read(&[&text]);
        assert_eq!(counts(&crm), [(SheetKind::Deals, [3, 1, 2, 0, 0])]);
        let deal = &crm.deals()[0];
        assert_eq!(
            (deal.stage.as_deref(), deal.amount),
            (Some("Offer"), Some(20.0))
        );
        assert_eq!(deal.contact_emails, ["ann@x.example", "bob@x.example"]);
    }
}

#[test]
fn rows_that_differ_in_one_cell_are_one_deal_whatever_their_order() {
    let header = "deal_id,deal,stage,status,amount,created,closed,modified,owner,account,account_id,industry,note";
    let cells = "1,A,Talk,open,1,2025-01-01,2025-02-01,2025-01-05,Ann,Acme,9,Steel,x";
    let others = "1,B,Walk,won,2,2025-01-02,2025-02-02,2025-01-06,Bob,Base,8,Wood,y";
    for column in 1..13 {
        let mut changed: Vec<&str> = cells.split(',').collect();
        changed[column] = others.split(',').nth(column).unwrap();
        let changed = changed.join(",");
        let one = read(&[&format!("{header}\n{cells}\n{changed}\n")]);
        let other = read(&[&format!("{header}\n{changed}\n{cells}\n")]);
        let shown = |crm: &Crm| {
            let deal = &crm.deals()[0];
            (
                line(deal),
                deal.name.clone(),
                deal.industry.clone(),
                deal.modified,
                deal.extra.clone(),
            )
        };
        assert_eq!(shown(&one), shown(&other), "column {column}");
        assert_eq!(counts(&one), [(SheetKind::Deals, [2, 1, 1, 0, 0])]);
    }
}

#[test]
fn the_end_of_a_deal_that_was_opened_again_is_none() {
    let crm = read(&["ID,Title,Status,Stage,Won time,Lost time\n\
        1,A,open,Talk,2025-03-01,2025-04-01\n\
        2,B,lost,Talk,2025-03-01,2025-04-01\n\
        3,C,won,Talk,2025-03-01,2025-04-01\n"]);
    let closed: Vec<_> = crm.deals().iter().map(|deal| deal.closed).collect();
    assert_eq!(
        closed,
        [None, Some(day("2025-04-01")), Some(day("2025-03-01"))]
    );
}
