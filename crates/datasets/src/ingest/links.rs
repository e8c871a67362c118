//! Which records belong to which deals, on disk while an ingest runs: [`Link`].

/// Bytes of a link on disk.
pub(super) const LINK: usize = 9;

/// Stands for no deal and no row.
const NONE: u32 = u32::MAX;

/// What a record that was looked up in the CRM was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    /// Whether it became a call that was written.
    pub(super) is_written: bool,
    /// Number of its deal.
    pub(super) deal: Option<usize>,
    /// Number of its row in the tables of calls.
    pub(super) row: Option<usize>,
}

impl Link {
    pub(super) fn bytes(self) -> [u8; LINK] {
        let number = |number: Option<usize>| {
            let number = number.and_then(|number| u32::try_from(number).ok());
            number.unwrap_or(NONE).to_le_bytes()
        };
        let numbers = [number(self.deal), number(self.row)];
        let all = [u8::from(self.is_written)].into_iter();
        let mut bytes = [0; LINK];
        let from = all.chain(numbers.into_iter().flatten());
        bytes.iter_mut().zip(from).for_each(|(to, from)| *to = from);
        bytes
    }

    pub(super) fn read([is_written, numbers @ ..]: [u8; LINK]) -> Self {
        let (numbers, _) = numbers.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let mut next = || {
            let number = numbers.next().filter(|number| *number != NONE)?;
            usize::try_from(number).ok()
        };
        Self {
            is_written: is_written == 1,
            deal: next(),
            row: next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_was_written() {
        for (is_written, deal, row) in [
            (true, None, Some(0)),
            (false, Some(70_000), None),
            (true, Some(1), Some(1 << 30)),
        ] {
            let link = Link {
                is_written,
                deal,
                row,
            };
            assert_eq!(Link::read(link.bytes()), link);
        }
    }
}
