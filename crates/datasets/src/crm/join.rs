//! Finding the deal of a call: [`Crm::join`].

use std::sync::atomic::Ordering;

use upturn_core::Date;

use super::records::Call;
use super::sought::Sought;
use super::votes::Votes;
use super::{AmbiguousReason, CallKeys, Crm, Deal, JoinRule, Joined, Match, UnmatchedReason, keys};
use crate::labels::later;

/// What the search ended with.
enum Found {
    Deal(usize, JoinRule),
    Several(Vec<usize>, AmbiguousReason),
    Nothing(UnmatchedReason),
}

impl Crm {
    /// Finds the deal of a call. Rules in this order; the first that finds a deal or several decides:
    ///
    /// 1. **call id**: the table of calls names one deal or several;
    /// 2. **deal id**: the call names the deal (one that is in no file ends the search: another would be wrong);
    /// 3. **account id**, then 4. **account** by name (without an open deal the search ends as well);
    /// 5. **contact id** of the table of calls, 6. **e-mail** address, 7. **domain** of an address that is not of a free
    ///    provider, 8. **full name**, if no address is known. A person leads to the deals that name it, or else to all deals
    ///    of its customer. Whoever writes from the [`own_domains`](super::CrmOptions::own_domains) is left out.
    ///
    /// A deal that is named alone is taken whatever its time. Otherwise a deal must be **open**: created on or before the
    /// day of the call, and not ended more than [`days_after_end`](super::CrmOptions::days_after_end) before it; a closing
    /// day that is only expected ends nothing. Of several, those not yet ended go first, then those that more participants
    /// lead to, then the one **created last** before the call; if two remain the call is ambiguous. Without a day a deal
    /// is taken only if it is the only one.
    pub fn join(&self, call: &CallKeys) -> Joined<'_> {
        let row = call.call_id.as_deref().map(keys::id);
        let row = row.and_then(|id| self.index.calls.get(id));
        let sought = self.sought(call, row);
        let found = self
            .by_named_deal(call, row, sought.day)
            .unwrap_or_else(|| self.by_customer(&sought));
        let candidates = |places: Vec<usize>| {
            let deals = places.into_iter().filter_map(|place| self.deals.get(place));
            deals.collect::<Vec<&Deal>>()
        };
        match found {
            Found::Nothing(reason) => Joined::Unmatched { reason },
            Found::Several(places, reason) => Joined::Ambiguous {
                candidates: candidates(places),
                reason,
            },
            Found::Deal(place, rule) => match (self.deals.get(place), self.matched.get(place)) {
                (Some(deal), Some(is_matched)) => {
                    is_matched.store(true, Ordering::Relaxed);
                    Joined::Matched(Match {
                        deal,
                        rule,
                        day: sought.day,
                    })
                }
                _ => Joined::Unmatched {
                    reason: UnmatchedReason::UnknownDeal,
                },
            },
        }
    }

    /// The deals that the table of calls or the call itself names.
    fn by_named_deal(
        &self,
        call: &CallKeys,
        row: Option<&Call>,
        day: Option<Date>,
    ) -> Option<Found> {
        let place = |id: &String| self.index.deals.get(id).copied();
        if let Some(row) = row {
            let ids = row.deal_ids.iter().chain(&row.related_ids);
            let votes: Votes = ids.filter_map(place).map(|deal| (deal, 1)).collect();
            match votes.keys().copied().next() {
                Some(only) if votes.len() == 1 => return Some(Found::Deal(only, JoinRule::CallId)),
                Some(_) => return Some(self.nearest(&votes, day, JoinRule::CallId)),
                None if !row.deal_ids.is_empty() => {
                    return Some(Found::Nothing(UnmatchedReason::UnknownDeal));
                }
                None => {}
            }
        }
        let id = keys::id(call.deal_id.as_deref()?).to_owned();
        Some(match place(&id) {
            Some(deal) => Found::Deal(deal, JoinRule::DealId),
            None => Found::Nothing(UnmatchedReason::UnknownDeal),
        })
    }

    /// The deals of the customer or of the participants.
    fn by_customer(&self, sought: &Sought) -> Found {
        let mut reason = UnmatchedReason::NothingKnown;
        if sought.is_empty() {
            reason = UnmatchedReason::NoKeys;
        }
        for rule in JoinRule::ALL {
            let Ok(votes) = self.votes(rule, sought) else {
                return Found::Several(Vec::new(), AmbiguousReason::TooMany);
            };
            if votes.is_empty() {
                continue;
            }
            let found = self.nearest(&votes, sought.day, rule);
            let is_account = matches!(rule, JoinRule::AccountId | JoinRule::Account);
            match found {
                Found::Nothing(none_open) if !is_account => reason = none_open,
                Found::Deal(..) | Found::Several(..) | Found::Nothing(_) => return found,
            }
        }
        Found::Nothing(reason)
    }

    /// The one deal of several that was open on the day, by the rules of [`join`](Self::join).
    fn nearest(&self, votes: &Votes, day: Option<Date>, rule: JoinRule) -> Found {
        let Some(day) = day else {
            return match votes.keys().copied().collect::<Vec<_>>().as_slice() {
                [only] => Found::Deal(*only, rule),
                several => Found::Several(several.to_vec(), AmbiguousReason::NoDate),
            };
        };
        let mut best: Vec<usize> = Vec::new();
        let mut highest = None;
        for (&place, &votes) in votes {
            let Some(rank) = self.rank(place, votes, day) else {
                continue;
            };
            if Some(rank) > highest {
                highest = Some(rank);
                best.clear();
            }
            if Some(rank) == highest {
                best.push(place);
            }
        }
        match best.as_slice() {
            [] => Found::Nothing(UnmatchedReason::NoneOpen),
            [only] => Found::Deal(*only, rule),
            _ => Found::Several(best, AmbiguousReason::EquallyNear),
        }
    }

    /// How well a deal fits a day; none if it was not open.
    fn rank(&self, place: usize, votes: u32, day: Date) -> Option<(bool, u32, Option<Date>)> {
        let deal = self.deals.get(place)?;
        let ended = self.index.ended.get(place).copied().flatten();
        let is_created = deal.created.is_none_or(|created| created <= day);
        let last = ended.map(|ended| later(ended, self.options.days_after_end));
        let is_open = is_created && last.is_none_or(|last| day <= last);
        let is_running = ended.is_none_or(|ended| day <= ended);
        is_open.then_some((is_running, votes, deal.created))
    }
}
