//! The page in a browser, light and dark, wide and narrow: what can be pointed at, what can be read, and what fits.
//!
//! Where no Chromium is installed nothing is checked, and that is said.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "helpers of tests are no tests to the lints"
)]

mod chromium;
#[path = "../sample/mod.rs"]
mod sample;

use std::path::PathBuf;

use chromium::Chromium;
use serde_json::{Value, json};
use upturn_coaching::Explanation;

/// Of the text that can be seen, what stands out from its ground by less than WCAG 2.2 asks for (1.4.3, level AA).
const FAINT: &str = include_str!("faint.js");

/// Whatever reaches beyond the right edge of the window, but for what can be scrolled on its own.
const BEYOND: &str = "[...document.querySelectorAll('body *')]
    .filter((it) => it.checkVisibility() && !it.closest('.wide, .unseen, .skip, svg'))
    .filter((it) => it.getBoundingClientRect().right > innerWidth + 0.5)
    .map((it) => it.tagName + '.' + it.className)";

/// The tooltips that can be seen, with the moment that each is of and its left and right edge.
const SEEN: &str = "[...document.querySelectorAll('[role=tooltip]')]
    .filter((it) => it.checkVisibility())
    .map((it) => {
        const box = it.getBoundingClientRect();
        return { of: it.id, said: it.textContent, left: box.left, right: box.right };
    })";

const SCHEMES: [&str; 2] = ["light", "dark"];
const WIDTHS: [u32; 2] = [1280, 360];

/// Does something with each page in every kind of window.
fn in_every_window(check: impl Fn(&mut Chromium, &str)) {
    let Some(mut browser) = Chromium::start() else {
        eprintln!("skipped: there is no `chromium` that starts here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let page = |name: &str, explanation: Explanation| -> PathBuf {
        let file = folder.path().join(name).with_extension("html");
        fs_err::write(&file, explanation.to_html()).unwrap();
        file
    };
    let pages = [
        page("usual", sample::usual()),
        page("live", sample::live(6)),
        page("tiny", sample::tiny()),
        page("long", sample::long(120)),
        page("endless", sample::saying(&"nospaceanywhere".repeat(30))),
    ];
    for page in &pages {
        for (scheme, width) in SCHEMES
            .iter()
            .flat_map(|it| WIDTHS.map(|width| (it, width)))
        {
            browser.open(page, width, scheme);
            let name = format!("{}, {scheme}, {width} wide", page.display());
            check(&mut browser, &name);
            assert!(
                browser.complaints().is_empty(),
                "{name}: {:?}",
                browser.complaints()
            );
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[test]
fn everything_can_be_read_and_nothing_reaches_beyond_the_window() {
    in_every_window(|browser, name| {
        let dark = browser.value("matchMedia('(prefers-color-scheme: dark)').matches");
        assert_eq!(dark, name.contains("dark"), "{name}");
        let size = browser
            .value("[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]");
        let [page, body, window] = [0, 1, 2].map(|at| list(&size)[at].as_f64().unwrap());
        assert!(page <= window && body <= window, "{name}: {size}");
        assert_eq!(browser.value(BEYOND), json!([]), "{name}");
        assert_eq!(browser.value(FAINT), json!([]), "{name}");
    });
}

#[test]
fn a_moment_that_is_pointed_at_tells_what_it_did_within_the_window() {
    in_every_window(|browser, name| {
        assert_eq!(browser.value(SEEN), json!([]), "{name}");
        let moments = browser
            .value("document.querySelectorAll('.moment').length")
            .as_u64()
            .unwrap();
        for at in 0..moments.min(9) {
            let moment = format!("document.querySelectorAll('.moment')[{at}]");
            let place = browser.value(&format!(
                "(() => {{ const it = {moment}; it.scrollIntoView({{ block: 'center' }}); const box = it.getBoundingClientRect();
                return [box.left + box.width / 2, box.top + box.height / 2]; }})()"
            ));
            let [x, y] = [0, 1].map(|axis| list(&place)[axis].as_f64().unwrap());
            browser.point_at(x, y);
            let seen = browser.value(SEEN);
            let [tip] = list(&seen) else {
                panic!("{name}, moment {at}: {seen}");
            };
            let told_by = browser.value(&format!("{moment}.getAttribute('aria-describedby')"));
            assert_eq!(tip["of"], told_by, "{name}");
            assert!(tip["said"].as_str().unwrap().starts_with("Turn"), "{tip}");
            let width = browser.value("innerWidth").as_f64().unwrap();
            let [left, right] = ["left", "right"].map(|end| tip[end].as_f64().unwrap());
            assert!(0.0 <= left && right <= width, "{name}: {tip}");
            let ground = browser.value(&format!("getComputedStyle({moment}).backgroundColor"));
            assert_ne!(
                ground, "rgba(0, 0, 0, 0)",
                "{name}: the moment itself is marked"
            );
            assert_eq!(browser.value(FAINT), json!([]), "{name}");
        }
        if moments > 0 {
            // Its link marks the turn in the transcript.
            let marked = browser.value(
                "(() => { const it = document.querySelector('.moment'); it.click();
                return [it.hash, '#' + document.querySelector('.transcript li:target')?.id]; })()",
            );
            assert_eq!(list(&marked)[0], list(&marked)[1], "{name}");
        }
    });
}
