//! A call that can't be embedded is named and set aside, and does not keep the others from being indexed.

use std::path::Path;

use serde_json::{Value, json};

use super::copy;
use super::{House, json, run, tiny_encoder, train};

/// A word of the tiny encoder's own that no simulated call has.
const WORD: &str = "basement";

/// The place of the encoder's vector of a word within the file of its weights, in bytes.
fn place(weights: &[u8], id: usize) -> std::ops::Range<usize> {
    let length = usize::try_from(u64::from_le_bytes(weights[..8].try_into().unwrap())).unwrap();
    let header: Value = serde_json::from_slice(&weights[8..8 + length]).unwrap();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let words = &header["embeddings.word_embeddings.weight"];
    let row = number(&words["shape"][1]) * size_of::<f32>();
    let begin = 8 + length + number(&words["data_offsets"][0]) + id * row;
    begin..begin + row
}

/// An encoder that has no numbers for [`WORD`].
fn encoder_without_a_word(folder: &str) {
    copy(tiny_encoder().to_str().unwrap(), folder);
    let read = |file: &str| fs_err::read(Path::new(folder).join(file)).unwrap();
    let tokenizer: Value = serde_json::from_slice(&read("tokenizer.json")).unwrap();
    let id = tokenizer["model"]["vocab"][WORD].as_u64().unwrap();
    let mut weights = read("model.safetensors");
    let place = place(&weights, usize::try_from(id).unwrap());
    for number in weights[place].chunks_exact_mut(size_of::<f32>()) {
        number.copy_from_slice(&f32::NAN.to_le_bytes());
    }
    fs_err::write(Path::new(folder).join("model.safetensors"), weights).unwrap();
}

fn with_the_word(id: &str) -> String {
    let turns = [
        json!({"speaker": "seller", "text": "how do you like the flat?"}),
        json!({"speaker": "buyer", "text": format!("we like the {WORD} more")}),
    ];
    json!({"id": id, "turns": turns, "outcome": "lost"}).to_string()
}

#[test]
fn calls_that_can_not_be_embedded_are_named_and_the_others_are_indexed() {
    let house = House::get();
    let [encoder, model, data, store] = [
        "lacking",
        "lacking-model",
        "some-lacking.jsonl",
        "lacking-store",
    ]
    .map(|name| house.path(name));
    encoder_without_a_word(&encoder);
    let mut arguments = train(&house.calls(), &model, "0");
    let at = arguments
        .iter()
        .position(|word| word == "--encoder")
        .unwrap();
    arguments[at + 1] = encoder;
    super::done(&arguments);

    // In the first batch and in the last.
    let calls = fs_err::read_to_string(house.calls()).unwrap();
    assert!(!calls.contains(WORD));
    let calls = format!(
        "{}\n{calls}{}\n",
        with_the_word("early"),
        with_the_word("late")
    );
    fs_err::write(&data, calls).unwrap();
    let arguments = [
        "index", "--model", &model, "--data", &data, "--store", &store, "--format", "json",
    ];
    let aside = |said: &super::Said| {
        assert_eq!(said.code, Some(2), "{}", said.err);
        for words in [
            "call `early`: ",
            "call `late`: ",
            "not finite",
            "2 calls set aside",
        ] {
            assert!(said.err.contains(words), "{}", said.err);
        }
        let report = json(&said.out);
        let ids: Vec<&Value> = report["set_aside"]
            .as_array()
            .unwrap()
            .iter()
            .map(|call| &call["id"])
            .collect();
        assert_eq!(ids, ["early", "late"]);
        report
    };
    let report = aside(&run(&arguments));
    assert_eq!(report["new"], 50);
    let all = report["points_in_collection"].clone();
    assert_eq!(report["points"], all);
    // They are tried again, and everything else is there.
    let report = aside(&run(&arguments));
    assert_eq!(
        [&report["new"], &report["unchanged"]],
        [&json!(2), &json!(48)]
    );
    assert_eq!(report["points_in_collection"], all);
}
