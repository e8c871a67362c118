use super::*;

fn rubric() -> Rubric {
    Rubric::default()
}

fn refused(text: &str) -> Vec<String> {
    let file = HumanFile::read(text, &rubric()).unwrap();
    assert_eq!(file.scores.len(), 1, "{file:?}");
    file.rejected.iter().map(ToString::to_string).collect()
}

#[test]
fn both_forms_say_the_same_and_columns_may_stand_in_any_order() {
    let csv = "points, question,conversation,by\n2,asks,\"a, b\",Ada\n\n0.5,asks_openly,\"a, b\",Ada\n1,asks,c,\n";
    let json = "{\"conversation\":\"a, b\",\"question\":\"asks\",\"points\":2}\n\n\
                {\"conversation\":\"a, b\",\"question\":\"asks_openly\",\"points\":\"0.5\"}\n\
                {\"conversation\":\"c\",\"question\":\"asks\",\"points\":1.0}\n";
    let [csv, json] = [csv, json].map(|text| HumanFile::read(text, &rubric()).unwrap());
    assert!(
        csv.rejected.is_empty() && json.rejected.is_empty(),
        "{csv:?} {json:?}"
    );
    assert_eq!(csv.scores, json.scores);
    let ids: Vec<&str> = csv
        .scores
        .iter()
        .map(|it| it.conversation.as_str())
        .collect();
    assert_eq!(ids, ["a, b", "c"]);
    assert!((csv.scores[0].scores["asks_openly"] - 0.5).abs() < 1e-12);
}

#[test]
fn a_bad_line_is_named_with_what_was_expected_and_the_others_are_read() {
    let told = refused(
        "conversation,question,points\na,asks,2\na,asks,1\n,asks,1\na,agenda,1\na,listens,3\na,listens,NaN\na,listens,two\na,listens\n",
    );
    assert_eq!(
        told[0],
        "line 3 of the scores: `asks` of this conversation is scored on line 2 already"
    );
    assert_eq!(
        told[1],
        "line 4 of the scores: expected the id of a conversation: `id` is empty"
    );
    assert!(
        told[2].starts_with("line 5 of the scores: the rubric has no question `agenda`, expected one of `asks`, `asks_openly`"),
        "{}",
        told[2]
    );
    for (told, (line, got)) in told[3..].iter().zip([(6, "3"), (7, "NaN"), (8, "two")]) {
        assert_eq!(
            *told,
            format!(
                "line {line} of the scores: expected points from 0 to 2 for `listens`, got `{got}`"
            )
        );
    }
    assert_eq!(
        told[6..],
        [
            "line 9 of the scores: expected a conversation, a question and points: there are 2 fields, and 3 columns"
        ]
    );
    let told = refused(
        "{\"conversation\":\"a\",\"question\":\"asks\",\"points\":1}\n{\"conversation\":\"a\",\"points\":1}\n{\"conversation\":\"a\",\"question\":\"listens\",\"points\":null}\n",
    );
    assert!(
        told[0].starts_with("line 2 of the scores: expected a conversation, a question and points: missing field `question`"),
        "{}",
        told[0]
    );
    assert!(
        told[1].ends_with("for `listens`, got `null`"),
        "{}",
        told[1]
    );
}

#[test]
fn a_table_of_other_columns_is_refused() {
    let error = HumanFile::read("id,question,points\na,asks,1\n", &rubric()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1 of the scores: expected the columns `conversation`, `question` and `points`, got `id`, `question`, `points`"
    );
}
