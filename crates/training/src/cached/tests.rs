use super::*;
use crate::examples::{calls, tiny_encoder};

#[test]
fn what_does_not_fit_the_memory_is_remembered_to_the_bit() {
    let calls = calls(12);
    let folder = tempfile::tempdir().unwrap();
    let known = CachedMoments::within(MemoryBudget::new(0, folder.path()), tiny_encoder());
    let plain = CachedMoments::new(tiny_encoder());
    let prefixes: Vec<Prefix<'_>> = calls
        .iter()
        .flat_map(|call| [Prefix::fraction(call, 0.5), call.whole()])
        .collect();
    let first = known.encode(&prefixes).unwrap();
    assert_eq!(first, plain.encode(&prefixes).unwrap());
    let backwards: Vec<Prefix<'_>> = prefixes.iter().rev().copied().collect();
    let again = known.encode(&backwards).unwrap();
    assert_eq!(again.into_iter().rev().collect::<Vec<_>>(), first);
    assert_eq!(known.known.lock().unwrap().held, 0);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_folder_that_holds_nothing_ends_with_its_name() {
    let calls = calls(1);
    let memory = MemoryBudget::new(0, "/nowhere/at/all");
    let error = CachedMoments::within(memory, tiny_encoder())
        .remember(&[calls[0].whole()])
        .unwrap_err();
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
}
