//! A collection is laid out as it was asked for, and answers alike.

use super::{House, done, json, run};

fn index(house: &House, store: &str, options: &[&str]) {
    let (model, calls) = (house.model(), house.calls());
    let fixed = [
        "index", "--model", &model, "--data", &calls, "--store", store,
    ];
    done(&[&fixed[..], options].concat());
}

#[test]
fn smaller_forms_on_the_disk_find_what_whole_vectors_in_memory_find() {
    let house = House::get();
    let (plain, small) = (house.path("plain-layout"), house.path("small-layout"));
    index(house, &plain, &[]);
    index(
        house,
        &small,
        &[
            "--vectors-on-disk",
            "--graph-on-disk",
            "--quantization",
            "scalar",
        ],
    );
    let sidecar = json(&fs_err::read_to_string(format!("{small}/upturn.json")).unwrap());
    assert_eq!(sidecar["layout"]["vectors_on_disk"], true);
    assert_eq!(
        sidecar["layout"]["quantization"]["scalar"]["oversampling"],
        2.0
    );
    let similar = |store: &str| {
        let (model, one) = (house.model(), house.one());
        json(&done(&[
            "similar", "--model", &model, "--store", store, "--call", &one, "--format", "json",
        ]))
    };
    assert_eq!(similar(&small), similar(&plain));
}

#[test]
fn a_layout_that_is_lost_is_told_in_one_sentence() {
    let house = House::get();
    let store = house.path("lost-layout");
    index(house, &store, &["--quantization", "scalar"]);
    let ask = || {
        run(&[
            "search",
            "--model",
            &house.model(),
            "--store",
            &store,
            "--text",
            "price",
        ])
    };
    let sentence = format!("how the collection in `{store}` was laid out is lost");
    fs_err::remove_file(format!("{store}/upturn.json")).unwrap();
    let kept = ask();
    assert_eq!(kept.code, Some(0), "{}", kept.err);
    assert!(!kept.err.contains(&sentence), "{}", kept.err);
    let sidecar = json(&fs_err::read_to_string(format!("{store}/upturn.json")).unwrap());
    assert!(sidecar["layout"]["quantization"]["scalar"].is_object());
    for file in ["upturn.json", "ledger/layout.json"] {
        fs_err::remove_file(format!("{store}/{file}")).unwrap();
    }
    let lost = ask();
    assert_eq!(lost.code, Some(0), "{}", lost.err);
    assert_eq!(lost.err.matches(&sentence).count(), 1, "{}", lost.err);
    assert!(
        lost.err.contains("`upturn index --rebuild`"),
        "{}",
        lost.err
    );
    assert_eq!(lost.out, kept.out);
    assert!(!ask().err.contains(&sentence));
}
