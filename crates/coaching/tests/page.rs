//! What holds of every page.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    unreachable_pub,
    reason = "helpers of tests are no tests to the lints"
)]

mod sample;

use std::collections::HashSet;
use std::process::Command;

use proptest::prelude::*;
use upturn_coaching::Explanation;

const HOSTILE: &str = "</style></script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\"> \"' onmouseover='x &amp; `";

/// Values of an attribute in the order of the page.
fn values<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let mark = format!(" {name}=\"");
    page.split(mark.as_str())
        .skip(1)
        .filter_map(|it| it.split('"').next())
        .collect()
}

/// The page without its style, whose text is no markup.
fn body(explanation: &Explanation) -> String {
    let page = explanation.to_html();
    page.split_once("<body>").unwrap().1.to_owned()
}

/// Every link, and every name that another element is told by, is the id of one element.
fn all_links_lead_to_something(page: &str) {
    let ids = values(page, "id");
    let known: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len());
    let links = values(page, "href")
        .into_iter()
        .map(|it| it.strip_prefix('#').unwrap());
    let told = ["aria-describedby", "aria-labelledby"].map(|name| values(page, name));
    for name in links.chain(told.concat()) {
        assert!(known.contains(name), "{name}");
    }
}

#[test]
fn a_page_needs_nothing_from_outside_and_runs_nothing() {
    for explanation in [
        sample::usual(),
        sample::live(6),
        sample::tiny(),
        sample::long(300),
    ] {
        let page = explanation.to_html();
        for foreign in [
            "<script", "<link", "<img", "<iframe", "@import", "url(", "src=", "http:", "https:",
        ] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        let handlers = page.split(" on").skip(1).filter(|it| {
            it.trim_start_matches(|c: char| c.is_ascii_lowercase())
                .starts_with("=\"")
        });
        assert_eq!(handlers.count(), 0);
        assert!(page.contains("default-src 'none'"));
    }
}

#[test]
fn every_link_leads_to_something_and_every_id_stands_once() {
    for explanation in [
        sample::usual(),
        sample::live(6),
        sample::tiny(),
        sample::long(300),
        sample::saying(HOSTILE),
    ] {
        all_links_lead_to_something(&body(&explanation));
    }
}

#[test]
fn headings_skip_no_level_and_tables_name_their_columns() {
    for explanation in [sample::usual(), sample::tiny()] {
        let page = body(&explanation);
        let heads = page
            .match_indices("<h")
            .filter_map(|(at, _)| page.get(at + 2..at + 3)?.parse().ok());
        let levels: Vec<u32> = heads.collect();
        assert!(
            levels.first() == Some(&1) && levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{levels:?}"
        );
        assert_eq!(
            page.matches("<table").count(),
            page.matches("<thead").count()
        );
        assert!(!page.contains("<th>"));
    }
}

#[test]
fn heat_stands_there_as_a_number_as_well() {
    let page = body(&sample::usual());
    let turn = page
        .split("id=\"turn-4\"")
        .nth(1)
        .unwrap()
        .split("</li>")
        .next()
        .unwrap();
    assert!(
        turn.contains("-0.22") && page.contains("speaks for won +0.24"),
        "{turn}"
    );
}

/// Six neighbours in the sample: the terminal tells the five that add most, the others all of them.
#[test]
fn each_neighbour_stands_with_what_it_adds_in_every_form() {
    let usual = sample::usual();
    let title = "What each of the nearest calls adds to -0.33";
    let text = usual.to_text();
    let (_, told) = text.split_once(title).unwrap();
    let told: Vec<&str> = told.lines().skip(1).take(7).collect();
    assert_eq!(told[0], "  -0.20 n-0 (lost)");
    assert!(told[5].ends_with(" 1 more"), "{told:?}");
    assert!(
        told[6].ends_with(" without any of them, against the average call"),
        "{told:?}"
    );
    let (page, markdown) = (body(&usual), usual.to_markdown());
    for near in 0..6 {
        assert!(page.contains(&format!("<bdi>n-{near}</bdi>")), "{near}");
        assert!(
            markdown.contains(&format!("| n\\-{near} \\("))
                || markdown.contains(&format!("| n-{near} (")),
            "{near}"
        );
    }
    assert!(page.contains(title));
    for bare in [
        sample::tiny().to_text(),
        sample::tiny().to_markdown(),
        body(&sample::tiny()),
    ] {
        assert!(!bare.contains("nearest calls adds"), "{bare}");
    }
}

#[test]
fn names_in_sentences_are_code_and_have_no_backticks() {
    let page = body(&sample::usual());
    assert!(page.contains("<code>call-2210</code>"), "{page}");
    assert!(page.contains("<code>demo</code>"), "{page}");
    assert!(!page.contains('`'), "{page}");
}

#[test]
fn what_was_said_is_text_whatever_it_is() {
    let page = body(&sample::saying(HOSTILE));
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("onerror=\""));
    assert!(page.contains("&lt;script&gt;document.title"));
    assert!(!body(&sample::saying("a\u{202e}b\u{0}c")).contains(['\u{202e}', '\u{0}']));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn links_lead_somewhere_whatever_the_ranges(
        texts in proptest::collection::vec("[a-z ]{0,9}", 1..9),
        ranges in proptest::collection::vec((0usize..20, 0usize..9), 0..6),
    ) {
        if let Some(explanation) = sample::arbitrary(&texts, &ranges, -0.4) {
            all_links_lead_to_something(&body(&explanation));
        }
    }

    #[test]
    fn what_was_said_adds_no_tag(text in "[<>\"'&/a-z!= -]{1,40}") {
        prop_assume!(!text.trim().is_empty());
        let page = body(&sample::saying(&text));
        let tags: HashSet<&str> = page.split('<').skip(1).filter_map(|it| it.split([' ', '>']).next()).collect();
        let known: HashSet<String> = sample::usual().to_html().split('<').skip(1).filter_map(|it| it.split([' ', '>']).next()).map(str::to_owned).collect();
        prop_assert!(tags.iter().all(|tag| known.contains(*tag)), "{tags:?}");
    }
}

/// Where a Chromium is installed, the page is opened in it; elsewhere nothing is checked.
#[test]
fn a_browser_runs_nothing_of_what_was_said_and_complains_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    fs_err::write(&file, sample::saying(HOSTILE).to_html()).unwrap();
    let profile = format!(
        "--user-data-dir={}",
        folder.path().join("profile").display()
    );
    let opened = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--enable-logging=stderr",
            "--dump-dom",
            &profile,
        ])
        .arg(format!("file://{}", file.display()))
        .output();
    let Ok(opened) = opened else {
        eprintln!("skipped: there is no command `chromium` to open the page with");
        return;
    };
    if !opened.status.success() || opened.stdout.is_empty() {
        let told = String::from_utf8_lossy(&opened.stderr);
        eprintln!("skipped: `chromium` does not start here: {told}");
        return;
    }
    let (page, told) = (
        String::from_utf8_lossy(&opened.stdout),
        String::from_utf8_lossy(&opened.stderr),
    );
    assert!(
        page.contains("<title>Call c &lt;/style")
            && !page.contains("<img")
            && !page.contains("<script"),
        "{told}"
    );
    assert!(!told.contains("CONSOLE"), "{told}");
}
