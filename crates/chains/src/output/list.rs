//! One item a line: [`ListParser`].

use super::lines::{is_code_fence, unmarked};
use super::{OutputError, OutputParser};

/// One item a line. Where some lines begin as those of a list do (`-`, `*`, `•`, `1.`, `1)`), the others are talk and are left
/// out.
///
/// ```
/// use upturn_chains::{ListParser, OutputParser};
///
/// let items = ListParser.parse("Here you are:\n1. Who signs?\n2. By when?")?;
/// assert_eq!(items, ["Who signs?", "By when?"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ListParser;

impl OutputParser<Vec<String>> for ListParser {
    fn instructions(&self) -> String {
        "Answer with a list, one item a line, each behind `- `, and with nothing else.".to_owned()
    }

    fn parse(&self, text: &str) -> Result<Vec<String>, OutputError> {
        let lines = text.lines().filter(|line| !is_code_fence(line));
        let lines = lines.map(unmarked).filter(|(item, _)| !item.is_empty());
        let lines: Vec<(&str, bool)> = lines.collect();
        let is_list = lines.iter().any(|&(_, marked)| marked);
        let items = lines.into_iter().filter(|&(_, marked)| marked == is_list);
        let items: Vec<String> = items.map(|(item, _)| item.to_owned()).collect();
        if items.is_empty() {
            Err(OutputError::NoItem)
        } else {
            Ok(items)
        }
    }
}
