use super::*;

fn restates(own: &str, given: &str) -> bool {
    let given = named_numbers(given);
    let own = named_numbers(own);
    !own.is_empty()
        && own
            .iter()
            .all(|it| given.iter().any(|given| it.restates(given)))
}

#[test]
fn numbers_are_the_same_in_other_words() {
    for (own, given) in [
        ("0.38", "0.3829"),
        ("38 %", "0.3829"),
        ("38 percent", "0.3829"),
        ("0.38", "38 %"),
        ("38.3%", "0.3829"),
        ("eleven", "11"),
        ("twenty-two", "22"),
        ("two hundred and five", "205"),
        ("11", "eleven"),
        ("$1,200", "$1200"),
        ("1200 dollars", "$1,200"),
        ("-0.41", "-0.4100"),
        ("0.41", "-0.41"),
        ("turn 5", "turns 5-8"),
        ("5–8", "turns 5-8"),
        ("0,62", "0.62"),
        ("2nd", "2"),
        ("Q3", "in q3"),
        ("half", "about half"),
        ("12k", "12K"),
        (".38", "0.38"),
    ] {
        assert!(restates(own, given), "{own} of {given}");
    }
}

#[test]
fn other_numbers_are_other_numbers() {
    for (own, given) in [
        ("0.39", "0.3829"),
        ("0.4", "0.3829"),
        ("39 %", "0.3829"),
        ("38", "0.3829"),
        ("38", "38 %"),
        ("38 %", "38"),
        ("0.38291", "0.3829"),
        ("+0.41", "-0.41"),
        ("-0.41", "0.41"),
        ("$40", "40"),
        ("€40", "$40"),
        ("40", "$40"),
        ("twelve", "11"),
        ("Q4", "Q3"),
        ("half", "0.5"),
        ("12k", "12000"),
        (".38", "38"),
        ("0.38", "38"),
        ("two thirds", "2"),
        ("٣", "3"),
        ("1", "0.62"),
        ("1e5", "100000"),
        ("1.2.3", "1.2"),
        ("1,200", "1.2"),
        ("twice", "2"),
        ("²", "2"),
    ] {
        assert!(!restates(own, given), "{own} of {given}");
    }
}
