//! What a column means: [`Field`].

use serde::Deserialize;

/// The meaning of a column. Its name in a column mapping is the same in `snake_case`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    /// Id of the row itself: of the deal, the contact or the call.
    Id,
    /// Name of the row itself.
    Name,
    FirstName,
    LastName,
    Stage,
    /// Day on which it came to the stage that it is in.
    StageSince,
    /// `open`, `won` or `lost`, besides the stage.
    Status,
    IsWon,
    IsLost,
    IsClosed,
    Amount,
    Created,
    /// Day on which it was closed, or is expected to be.
    Closed,
    /// Day on which it was won.
    Won,
    /// Day on which it was lost.
    Lost,
    Modified,
    Owner,
    Account,
    AccountId,
    Industry,
    ContactIds,
    ContactNames,
    ContactEmails,
    /// The deals that a contact, a call or a change of stage belongs to.
    DealIds,
    /// A deal or an account, whichever has this id.
    RelatedIds,
    /// Day of the call or of the change of stage.
    Date,
}

impl Field {
    /// Whether its values are days.
    pub(crate) const fn is_day(self) -> bool {
        matches!(
            self,
            Self::StageSince
                | Self::Created
                | Self::Closed
                | Self::Won
                | Self::Lost
                | Self::Modified
                | Self::Date
        )
    }

    /// Whether its values are amounts.
    pub(crate) const fn is_amount(self) -> bool {
        matches!(self, Self::Amount)
    }
}
