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
        let ([a, b, c, d], [e, f, g, h]) = (number(self.deal), number(self.row));
        [u8::from(self.is_written), a, b, c, d, e, f, g, h]
    }

    pub(super) fn read([is_written, a, b, c, d, e, f, g, h]: [u8; LINK]) -> Self {
        let number = |bytes| {
            let number = Some(u32::from_le_bytes(bytes)).filter(|number| *number != NONE);
            number.and_then(|number| usize::try_from(number).ok())
        };
        Self {
            is_written: is_written == 1,
            deal: number([a, b, c, d]),
            row: number([e, f, g, h]),
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
