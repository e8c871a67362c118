//! A collection is laid out as it was asked for, and answers alike.

use super::{House, done, json};

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
