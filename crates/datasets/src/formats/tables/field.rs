//! What a column of a table can mean: [`Field`], and the names by which it is known.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Field {
    /// Id of the call.
    Call,
    /// Who speaks in this row: a name, a role or a label.
    Speaker,
    /// What is said in this row.
    Text,
    /// When its first word is said.
    Start,
    /// When its last word is said.
    End,
    /// The whole call in one cell.
    Transcript,
    /// How it ended.
    Outcome,
    /// The customer.
    Account,
    /// The deal or opportunity; it becomes `deal` of the metadata.
    Deal,
    /// Who sells.
    Rep,
    /// Stage of the pipeline.
    Stage,
    /// The buyer's trade.
    Industry,
    /// Size of the deal.
    Amount,
    /// Day of the call.
    Date,
    /// Day on which the outcome became known.
    OutcomeDate,
    /// Language as a BCP 47 tag.
    Language,
    /// Where the record came from.
    Source,
}

impl Field {
    /// All of them, in the order in which they choose among the columns.
    pub const ALL: [Self; 17] = [
        Self::Call,
        Self::Speaker,
        Self::Text,
        Self::Start,
        Self::End,
        Self::Transcript,
        Self::OutcomeDate,
        Self::Outcome,
        Self::Account,
        Self::Deal,
        Self::Rep,
        Self::Stage,
        Self::Industry,
        Self::Amount,
        Self::Date,
        Self::Language,
        Self::Source,
    ];

    /// Its name in a mapping.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Speaker => "speaker",
            Self::Text => "text",
            Self::Start => "start",
            Self::End => "end",
            Self::Transcript => "transcript",
            Self::Outcome => "outcome",
            Self::Account => "account",
            Self::Deal => "deal",
            Self::Rep => "rep",
            Self::Stage => "stage",
            Self::Industry => "industry",
            Self::Amount => "amount",
            Self::Date => "date",
            Self::OutcomeDate => "outcome_date",
            Self::Language => "language",
            Self::Source => "source",
        }
    }

    /// The field of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }

    /// Headers by which the column is known, [folded](fold), the best first.
    pub(crate) const fn headers(self) -> &'static [&'static str] {
        match self {
            Self::Call => CALL,
            Self::Speaker => SPEAKER,
            Self::Text => TEXT,
            Self::Start => START,
            Self::End => END,
            Self::Transcript => TRANSCRIPT,
            Self::Outcome => OUTCOME,
            Self::Account => ACCOUNT,
            Self::Deal => DEAL,
            Self::Rep => REP,
            Self::Stage => &[
                "dealstage",
                "opportunitystage",
                "pipelinestage",
                "stagename",
                "stage",
            ],
            Self::Industry => &["industry", "trade", "sector"],
            Self::Amount => &["dealamount", "dealvalue", "amount"],
            Self::Date => DATE,
            Self::OutcomeDate => OUTCOME_DATE,
            Self::Language => &["language", "languagecode", "lang", "locale"],
            Self::Source => &["source"],
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name without case, spaces, underscores and other signs: `Call ID` and `call_id` are both `callid`.
pub(crate) fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

const CALL: &[&str] = &[
    "callid",
    "conversationid",
    "dialogueid",
    "dialogid",
    "transcriptid",
    "meetingid",
    "recordingid",
    "interactionid",
    "engagementid",
    "activityid",
    "sessionid",
    "chatid",
    "threadid",
    "recordid",
    "call",
    "conversation",
    "id",
];
const SPEAKER: &[&str] = &[
    "speaker",
    "speakername",
    "speakerlabel",
    "speakerrole",
    "speakerid",
    "role",
    "participant",
    "participantname",
    "participantrole",
    "sender",
    "sendername",
    "sendertype",
    "author",
    "party",
    "who",
];
const TEXT: &[&str] = &[
    "text",
    "utterance",
    "utterancetext",
    "turntext",
    "message",
    "messagetext",
    "content",
    "messagebody",
    "body",
    "sentence",
    "transcripttext",
    "speech",
];
const START: &[&str] = &[
    "startms",
    "starttimems",
    "startmilliseconds",
    "startoffsetms",
    "offsetms",
    "timestampms",
    "starttimeseconds",
    "startseconds",
    "startsec",
    "starts",
    "starttime",
    "startoffset",
    "start",
    "begintime",
    "begin",
    "offset",
    "timestamp",
    "time",
    "sentat",
];
const END: &[&str] = &[
    "endms",
    "endtimems",
    "endmilliseconds",
    "endoffsetms",
    "endtimeseconds",
    "endseconds",
    "endsec",
    "ends",
    "endtime",
    "endoffset",
    "end",
];
const TRANSCRIPT: &[&str] = &[
    "transcript",
    "calltranscript",
    "fulltranscript",
    "conversationtranscript",
    "transcription",
    "dialogue",
    "dialog",
    "conversationtext",
    "turns",
    "utterances",
    "messages",
    "sentences",
];
const OUTCOME: &[&str] = &[
    "outcome",
    "dealoutcome",
    "opportunityoutcome",
    "converted",
    "isconverted",
    "conversion",
    "won",
    "iswon",
    "dealwon",
    "isclosedwon",
    "result",
    "label",
];
const ACCOUNT: &[&str] = &[
    "accountid",
    "accountname",
    "account",
    "companyid",
    "companyname",
    "company",
    "associatedcompany",
    "customerid",
    "customername",
    "customer",
    "organization",
    "organisation",
    "clientid",
    "clientname",
    "client",
];
const DEAL: &[&str] = &[
    "dealid",
    "opportunityid",
    "associateddealid",
    "dealname",
    "associateddeal",
    "opportunityname",
    "deal",
    "opportunity",
];
const REP: &[&str] = &[
    "repid",
    "repname",
    "rep",
    "salesrep",
    "salesrepresentative",
    "callowner",
    "dealowner",
    "opportunityowner",
    "activityassignedto",
    "assignedto",
    "ownername",
    "ownerid",
    "owner",
];
const DATE: &[&str] = &[
    "calldate",
    "conversationdate",
    "meetingdate",
    "activitydate",
    "date",
    "startedat",
    "calledat",
];
const OUTCOME_DATE: &[&str] = &[
    "outcomedate",
    "closedate",
    "closeddate",
    "dateclosed",
    "closedat",
    "wondate",
    "lostdate",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_field_is_found_by_its_own_name_and_no_header_means_two() {
        let mut headers = HashSet::new();
        for field in Field::ALL {
            assert_eq!(Field::named(field.as_str()), Some(field));
            for header in field.headers() {
                assert_eq!(&fold(header), header);
                assert!(headers.insert(*header), "{header}");
            }
        }
        assert_eq!(Field::ALL.iter().collect::<HashSet<_>>().len(), 17);
    }

    #[test]
    fn case_and_signs_do_not_matter() {
        for name in ["Call ID", "call_id", "CallId", " call-id "] {
            assert_eq!(fold(name), "callid");
        }
    }
}
