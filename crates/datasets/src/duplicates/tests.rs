mod resuming;

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use upturn_core::{ConversationId, Diagnostic, ErrorKind, Speaker, Turn};

use super::sketch::BANDS;
use super::*;

const SIDES: [Speaker; 2] = [Speaker::Seller, Speaker::Buyer];

/// A call of turns by seller and buyer in turn.
fn call<T: AsRef<str>>(turns: &[T]) -> Conversation {
    let sides = SIDES.into_iter().cycle();
    said(sides.zip(turns.iter().map(AsRef::as_ref)))
}

fn said<'t>(turns: impl Iterator<Item = (Speaker, &'t str)>) -> Conversation {
    let turns = turns.map(|(side, text)| Turn::new(side, text)).collect();
    Conversation::new(ConversationId::new("any").unwrap(), turns).unwrap()
}

fn fresh() -> Duplicates {
    Duplicates::new(DuplicateOptions::default()).unwrap()
}

/// So many words out of so many different ones.
fn random_words(random: &mut ChaCha8Rng, count: usize, different: u32) -> Vec<String> {
    (0..count)
        .map(|_| format!("w{}", random.random_range(0..different)))
        .collect()
}

/// The words cut into turns of ten.
fn call_of(words: &[String]) -> Conversation {
    let turns: Vec<String> = words.chunks(10).map(|turn| turn.join(" ")).collect();
    call(&turns)
}

/// The same with each word exchanged for a new one with this probability.
fn changed(words: &[String], probability: f64, random: &mut ChaCha8Rng) -> Vec<String> {
    let change = |word: &String| {
        let is_changed = random.random_bool(probability);
        let mut new = || format!("n{}", random.random::<u32>());
        if is_changed { new() } else { word.clone() }
    };
    words.iter().map(change).collect()
}

/// The Jaccard similarity of the sets of shingles of three words, the oldest way.
fn jaccard(a: &[String], b: &[String]) -> f64 {
    let shingles = |words: &[String]| -> BTreeSet<Vec<String>> {
        words.windows(3).map(<[String]>::to_vec).collect()
    };
    let (a, b) = (shingles(a), shingles(b));
    let both = a.intersection(&b).count();
    both as f64 / (a.len() + b.len() - both) as f64
}

fn sketch_of(words: &[String], seed: u64) -> Sketch {
    Sketcher::new(3, seed)
        .sketch(&call_of(words))
        .sketch
        .unwrap()
}

#[test]
fn case_punctuation_and_the_cut_of_turns_make_no_other_call() {
    let mut duplicates = fresh();
    let first = said(
        [
            (SIDES[0], "Hello, Ann."),
            (SIDES[0], "Don't hang up!"),
            (SIDES[1], "Why?"),
        ]
        .into_iter(),
    );
    let same = said(
        [
            (SIDES[0], "hello ann dont HANG up"),
            (SIDES[1], "…"),
            (SIDES[1], " why "),
        ]
        .into_iter(),
    );
    let other_side = said([(SIDES[1], "hello ann dont hang up"), (SIDES[0], "why")].into_iter());
    let other_order = said([(SIDES[1], "why"), (SIDES[0], "hello ann dont hang up")].into_iter());
    assert_eq!(duplicates.check(&first), DuplicateVerdict::New);
    assert_eq!(duplicates.check(&same), DuplicateVerdict::Exact { of: 0 });
    assert_eq!(
        duplicates.check(&other_side),
        DuplicateVerdict::New,
        "four words are exactly compared only"
    );
    assert_eq!(duplicates.check(&other_order), DuplicateVerdict::New);
    assert_eq!(duplicates.check(&same), DuplicateVerdict::Exact { of: 0 });
    assert_eq!((duplicates.count(), duplicates.new_count()), (5, 3));
}

#[test]
fn a_call_without_words_is_known_by_its_signs() {
    let mut duplicates = fresh();
    let calls = [["👍", "?"], ["👎", "?"], ["👍 ", "?"]].map(|turns| call(&turns));
    let verdicts = calls.map(|call| duplicates.check(&call));
    assert_eq!(
        verdicts,
        [
            DuplicateVerdict::New,
            DuplicateVerdict::New,
            DuplicateVerdict::Exact { of: 0 }
        ]
    );
}

#[test]
fn sides_that_are_exchanged_are_near_and_not_exact() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let words = random_words(&mut random, 200, 5_000).join(" ");
    let mut duplicates = fresh();
    for (side, verdict) in [
        (Speaker::Seller, DuplicateVerdict::New),
        (
            Speaker::Buyer,
            DuplicateVerdict::Near {
                of: 0,
                similarity: 1.0,
            },
        ),
    ] {
        let call = said([(side, words.as_str())].into_iter());
        assert_eq!(duplicates.check(&call), verdict);
    }
}

#[test]
fn a_near_duplicate_is_of_the_most_similar_first_call_and_is_itself_forgotten() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let words = random_words(&mut random, 600, 50_000);
    let mut drifting = vec![words.clone()];
    for _ in 0..6 {
        drifting.push(changed(drifting.last().unwrap(), 0.03, &mut random));
    }
    let mut duplicates = fresh();
    let verdicts: Vec<_> = drifting
        .iter()
        .map(|words| duplicates.check(&call_of(words)))
        .collect();
    let DuplicateVerdict::Near { of: 0, similarity } = verdicts[1] else {
        panic!("{verdicts:?}")
    };
    assert!((similarity - jaccard(&drifting[0], &drifting[1])).abs() < 0.12);
    // Each is like the one before, but what has drifted too far from the first is a call of its own.
    assert_eq!(duplicates.new_count(), 4, "{verdicts:?}");
    assert_eq!(duplicates.check(&call_of(&drifting[1])), verdicts[1]);
}

#[test]
fn the_estimate_is_unbiased_and_as_exact_as_stated() {
    const ROUNDS: f64 = 100.0;
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for (count, probability) in [
        (40, 0.02),
        (200, 0.04),
        (600, 0.04),
        (600, 0.1),
        (1500, 0.2),
        (600, 0.4),
    ] {
        let mut errors = Vec::new();
        let mut similarity = 0.0;
        for round in 0..100 {
            let words = random_words(&mut random, count, 1 << 30);
            let other = changed(&words, probability, &mut random);
            let truth = jaccard(&words, &other);
            similarity += truth / ROUNDS;
            let seed = round % 7;
            errors.push(sketch_of(&words, seed).similarity(&sketch_of(&other, seed)) - truth);
        }
        let mean = errors.iter().sum::<f64>() / ROUNDS;
        let deviation = (errors.iter().map(|error| error * error).sum::<f64>() / ROUNDS).sqrt();
        // What the doc states; a little more for short calls, whose empty bins borrow.
        let stated = (similarity * (1.0 - similarity) / 128.0_f64).sqrt();
        let allowed = if count < 128 {
            2.0 * stated
        } else {
            1.25 * stated
        } + 0.004;
        assert!(
            mean.abs() < 4.0 * allowed / ROUNDS.sqrt(),
            "{count} {probability}: {mean}"
        );
        assert!(
            deviation < allowed,
            "{count} {probability}: {deviation}, stated {stated}"
        );
    }
}

#[test]
fn pairs_are_compared_with_the_probability_stated() {
    for similarity in [0.7, 0.8] {
        let options = DuplicateOptions::default().with_similarity(similarity);
        let mut random = ChaCha8Rng::seed_from_u64(4);
        let (mut stated, mut compared) = (0.0, 0_u32);
        for _ in 0..100 {
            let words = random_words(&mut random, 300, 1 << 30);
            let other = changed(&words, 0.06, &mut random);
            let mut duplicates = Duplicates::new(options).unwrap();
            duplicates.check(&call_of(&words));
            let found = duplicates
                .index
                .similar(&sketch_of(&other, 0), &duplicates.firsts)
                .count();
            compared += u32::from(found > 0);
            stated += options.chance_of_comparison(jaccard(&words, &other));
        }
        assert!(
            (f64::from(compared) - stated).abs() < 4.0 * (100.0_f64 * 0.25).sqrt(),
            "{compared} of {stated}"
        );
    }
    let options = DuplicateOptions::default();
    for (similarity, chance) in [(0.8, 0.947), (0.9, 0.9999), (0.5, 0.061), (0.3, 0.001)] {
        assert!(
            (options.chance_of_comparison(similarity) - chance).abs() < 5e-4,
            "{similarity}"
        );
    }
}

#[test]
fn copies_with_small_changes_are_found_among_many_calls() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let calls: Vec<_> = (0..150)
        .map(|_| random_words(&mut random, 300, 2_000))
        .collect();
    let mut duplicates = fresh();
    for words in &calls {
        assert_eq!(
            duplicates.check(&call_of(words)),
            DuplicateVerdict::New,
            "unrelated calls are new"
        );
    }
    for (number, words) in (0..).zip(&calls) {
        let copy = changed(words, 0.01, &mut random);
        match duplicates.check(&call_of(&copy)) {
            DuplicateVerdict::Exact { of } => assert_eq!(of, number),
            DuplicateVerdict::Near { of, similarity } => {
                assert_eq!(of, number);
                assert!((similarity - jaccard(words, &copy)).abs() < 0.2);
            }
            DuplicateVerdict::New => assert!(jaccard(words, &copy) < 0.9),
        }
    }
}

#[test]
fn many_calls_of_one_script_are_not_all_compared_with_each_other() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let script = random_words(&mut random, 200, 5_000);
    let mut duplicates = Duplicates::new(DuplicateOptions::default().with_similarity(1.0)).unwrap();
    for number in 0..250 {
        let mut words = script.clone();
        words.push(format!("n{number}"));
        let sketch = sketch_of(&words, 0);
        let candidates = duplicates
            .index
            .similar(&sketch, &duplicates.firsts)
            .count();
        assert!(candidates <= 32 * BANDS, "{candidates}");
        duplicates.check(&call_of(&words));
    }
    assert!(duplicates.new_count() > 50, "{}", duplicates.new_count());
}

#[test]
fn a_new_call_takes_no_more_memory_than_stated() {
    let mut duplicates = fresh();
    let mut random = ChaCha8Rng::seed_from_u64(7);
    // Tables double at 7/8 of a power of two: just then they hold least for their size.
    for count in [3_584_u64, 3_585, 14_336, 14_337] {
        for number in duplicates.count()..count {
            let mut bands = [[0; 8]; BANDS];
            for band in &mut bands {
                random.fill(band);
            }
            let sketched = Sketched {
                digest: random.random(),
                sketch: Some(Sketch(bands)),
            };
            duplicates.keep(First { number, sketched });
            duplicates.count += 1;
        }
        let bytes = duplicates.memory_bytes() as u64;
        // A piece that is not full yet, and the list of pieces.
        assert!(
            bytes <= count * Duplicates::BYTES_PER_CALL as u64 + 160_000,
            "{bytes} for {count}"
        );
        assert!(
            bytes > count * 230,
            "{bytes} for {count}: something is not counted"
        );
    }
    let before = duplicates.memory_bytes();
    let words = random_words(&mut random, 100, 1000);
    for _ in 0..50 {
        duplicates.check(&call_of(&words));
    }
    assert_eq!(duplicates.new_count(), 14_338, "duplicates are forgotten");
    assert!(duplicates.memory_bytes() - before < 2_000);
}

/// Another build or machine must give these numbers, or files of state could not be carried over.
#[test]
fn the_sketch_of_a_known_call_never_changes() {
    let words: Vec<String> = (0..40).map(|at| format!("Wort{}", at * at % 23)).collect();
    let sketched = Sketcher::new(3, 42).sketch(&call_of(&words));
    let Sketch(bands) = sketched.sketch.unwrap();
    assert_eq!(sketched.digest, 12_538_400_469_018_765_359);
    assert_eq!(bands[0], [207, 12, 126, 46, 126, 106, 190, 242]);
    assert_eq!(bands[15], [190, 242, 190, 207, 106, 106, 202, 146]);
}

#[test]
fn options_out_of_range_are_refused_with_a_hint() {
    for (options, message) in [
        (
            DuplicateOptions::default().with_similarity(0.69),
            "`similarity` is 0.69, expected 0.7 to 1",
        ),
        (
            DuplicateOptions::default().with_similarity(f64::NAN),
            "`similarity` is NaN, expected 0.7 to 1",
        ),
        (
            DuplicateOptions::default().with_shingle(0),
            "`shingle` is 0 words, expected 1 to 8",
        ),
        (
            DuplicateOptions::default().with_shingle(9),
            "`shingle` is 9 words, expected 1 to 8",
        ),
    ] {
        let error = Duplicates::new(options).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.hint().is_some());
    }
}

proptest! {
    #[test]
    fn exact_duplicates_are_always_found(texts in prop::collection::vec("[a-c ]{1,5}[a-b]", 1..60)) {
        let mut first_with = HashMap::new();
        let mut duplicates = fresh();
        for (number, text) in (0..).zip(&texts) {
            let words: Vec<&str> = text.split_whitespace().collect();
            let first = *first_with.entry(words).or_insert(number);
            let expected = if first == number { DuplicateVerdict::New } else { DuplicateVerdict::Exact { of: first } };
            prop_assert_eq!(duplicates.check(&call(&[text])), expected);
        }
    }

    #[test]
    fn no_text_stops_it(texts in prop::collection::vec(".{0,40}", 1..6), shingle in 1usize..=8) {
        prop_assume!(texts.iter().any(|text| !text.trim().is_empty()));
        let mut duplicates = Duplicates::new(DuplicateOptions::default().with_shingle(shingle)).unwrap();
        prop_assert_eq!(duplicates.check(&call(&texts)), DuplicateVerdict::New);
        prop_assert_eq!(duplicates.check(&call(&texts)), DuplicateVerdict::Exact { of: 0 });
    }
}
