//! The clock.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use upturn::Date;

/// Today in UTC.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}
