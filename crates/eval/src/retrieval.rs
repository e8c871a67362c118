//! Whether the comparable calls that were found are comparable: [`RetrievalQuality`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bootstrap::{Groups, quantile};
use crate::{Bootstrap, Estimate, EvalError};

/// One query with what was found for it, nearest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedQuery {
    /// Account, person or listing: queries of one group are resampled together.
    pub group: String,
    /// Of each call found: whether it came out as the query did.
    pub same_outcome: Vec<bool>,
    /// Share, `0..=1`, of all calls that could have been found which came out as the query did: what luck would find.
    pub base_rate: f64,
    /// What was found by situation; `None` where no call of the query's could have been found.
    pub same_situation: Option<SameSituation>,
}

/// Which of the calls found are of the query's situation, and how likely that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SameSituation {
    /// Of each call found, nearest first.
    pub found: Vec<bool>,
    /// Calls of the situation that could have been found; at least 1.
    pub alike: usize,
    /// All calls that could have been found; at least `alike`.
    pub candidates: usize,
}

impl SameSituation {
    /// One over the place, from 1, of the first call of the situation; 0 if none was found.
    fn reciprocal_rank(&self) -> f64 {
        let first = self.found.iter().position(|same| *same);
        first.map_or(0.0, |place| 1.0 / (place + 1) as f64)
    }

    /// The mean of the same over all orders of the candidates, each equally likely, of which a list as long is seen:
    /// `Σ_r P(first at r) / r`, where `P(first at r)` is that of a draw without replacement (negative hypergeometric).
    fn reciprocal_rank_by_lot(&self) -> f64 {
        let alike = self.alike as f64;
        let (mut none_before, mut sum) = (1.0, 0.0);
        for place in 0..self.found.len().min(self.candidates) {
            let first = alike / (self.candidates - place) as f64;
            sum += none_before * first / (place + 1) as f64;
            none_before *= f64::max(1.0 - first, 0.0);
        }
        sum
    }
}

/// How good lists of comparable calls are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RetrievalQuality {
    /// Calls looked at for each query.
    pub k: usize,
    /// Queries for which something was found.
    pub answered: usize,
    /// Queries for which nothing was found; they are left out of the precision.
    pub unanswered: usize,
    /// Mean share of the first `k` found that came out as the query did; of those found where there are fewer.
    pub precision: Estimate,
    /// Mean of the queries' base rates: the precision of a draw by lot.
    pub base_rate: f64,
    /// Precision less base rate. An interval that includes zero says that the lists are not shown to beat a draw by lot.
    pub above_base_rate: Estimate,
    /// Where the first call of the same situation stands; `None` if no query has one that could be found.
    pub situation: Option<SituationRanks>,
}

/// Ranks, from 1, of the first call of the query's situation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SituationRanks {
    /// What names the situation, such as `industry`; see [`RetrievalQuality::with_situation`].
    pub situation: String,
    /// Queries that have a call of their situation among those that could be found.
    pub queries: usize,
    /// Mean reciprocal rank, `0..=1`; 0 for a query whose list has none (Voorhees 1999).
    pub mean_reciprocal_rank: Estimate,
    /// The same of a draw by lot: where a few situations have many calls each, it is high, too.
    pub by_lot: f64,
    /// The first less the second. An interval that includes zero says that the lists are not shown to beat a draw by lot.
    pub above_lot: Estimate,
    /// Half of the queries have this rank or a lower one; `None` where fewer than half of the lists have one at all.
    pub median_rank: Option<f64>,
    /// Share of queries with one among the first.
    pub hits: Vec<HitRate>,
}

/// Share of queries with a call of their situation among the first `k`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HitRate {
    /// Calls looked at.
    pub k: usize,
    /// The share, `0..=1`.
    pub share: Estimate,
}

impl RetrievalQuality {
    /// Measures lists by their first `k`, with intervals that resample groups of queries; hit rates at 1, `k` and each power
    /// of two between.
    ///
    /// # Errors
    ///
    /// [`EvalError::NoPredictions`] without a query for which something was found, or for `k` = 0.
    pub fn of(queries: &[RankedQuery], k: usize, bootstrap: &Bootstrap) -> Result<Self, EvalError> {
        let answered: Vec<&RankedQuery> = queries
            .iter()
            .filter(|query| k > 0 && !query.same_outcome.is_empty())
            .collect();
        let precision = |query: &RankedQuery| share(query.same_outcome.iter().take(k));
        let above = |query: &RankedQuery| precision(query) - query.base_rate;
        let mean = |of: &(dyn Fn(&RankedQuery) -> f64 + Sync)| {
            mean_of(&answered, of, bootstrap).ok_or(EvalError::NoPredictions)
        };
        Ok(Self {
            k,
            answered: answered.len(),
            unanswered: queries.len() - answered.len(),
            precision: mean(&precision)?,
            base_rate: mean(&|query| query.base_rate)?.value,
            above_base_rate: mean(&above)?,
            situation: SituationRanks::of(queries, k, bootstrap),
        })
    }

    /// The same with what names the situations, such as a field of the metadata. `situation` by default.
    #[must_use]
    pub fn with_situation(mut self, name: &str) -> Self {
        if let Some(ranks) = &mut self.situation {
            name.clone_into(&mut ranks.situation);
        }
        self
    }
}

impl SituationRanks {
    fn of(queries: &[RankedQuery], k: usize, bootstrap: &Bootstrap) -> Option<Self> {
        let queries: Vec<&RankedQuery> = queries
            .iter()
            .filter(|query| query.same_situation.is_some())
            .collect();
        let mut ranks: Vec<f64> = queries.iter().map(|query| rank(query)).collect();
        ranks.sort_unstable_by(f64::total_cmp);
        let hits = cuts(k).into_iter().filter_map(|k| {
            let hit = move |query: &RankedQuery| f64::from(rank(query) <= k as f64);
            Some(HitRate {
                k,
                share: mean_of(&queries, &hit, bootstrap)?,
            })
        });
        let ours = |query: &RankedQuery| of(query, SameSituation::reciprocal_rank);
        let by_lot = |query: &RankedQuery| of(query, SameSituation::reciprocal_rank_by_lot);
        let above = |query: &RankedQuery| ours(query) - by_lot(query);
        Some(Self {
            situation: "situation".to_owned(),
            queries: queries.len(),
            mean_reciprocal_rank: mean_of(&queries, &ours, bootstrap)?,
            by_lot: mean_of(&queries, &by_lot, bootstrap)?.value,
            above_lot: mean_of(&queries, &above, bootstrap)?,
            median_rank: quantile(&ranks, 0.5).filter(|rank| rank.is_finite()),
            hits: hits.collect(),
        })
    }
}

/// 1, 2, 4 and so on below `k`, and `k`.
fn cuts(k: usize) -> Vec<usize> {
    let powers = std::iter::successors(Some(1usize), |cut| cut.checked_mul(2));
    powers.take_while(|cut| *cut < k).chain([k]).collect()
}

/// A number of a query's list by situation; 0 without one.
fn of(query: &RankedQuery, number: fn(&SameSituation) -> f64) -> f64 {
    query.same_situation.as_ref().map_or(0.0, number)
}

/// The place, from 1, of the first call of the query's situation; infinite if none was found.
fn rank(query: &RankedQuery) -> f64 {
    1.0 / of(query, SameSituation::reciprocal_rank)
}

fn share<'a>(flags: impl Iterator<Item = &'a bool>) -> f64 {
    let (mut all, mut set) = (0.0, 0.0);
    for flag in flags {
        all += 1.0;
        set += f64::from(*flag);
    }
    set / f64::max(all, 1.0)
}

/// The mean of a number of queries, with its interval; `None` without queries.
fn mean_of(
    queries: &[&RankedQuery],
    of: &(dyn Fn(&RankedQuery) -> f64 + Sync),
    bootstrap: &Bootstrap,
) -> Option<Estimate> {
    let groups = Groups::named(queries.iter().map(|query| query.group.as_str()));
    let numbers: Vec<f64> = queries.iter().map(|query| of(query)).collect();
    let mean = |places: &[usize]| {
        let drawn = places.iter().filter_map(|place| numbers.get(*place));
        (!places.is_empty()).then(|| drawn.sum::<f64>() / places.len() as f64)
    };
    let value = mean(&groups.every_row())?;
    Estimate::from_replicates(value, bootstrap.replicate(&groups, mean), bootstrap)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(group: usize, outcomes: &[bool], situation: Option<&[bool]>) -> RankedQuery {
        RankedQuery {
            group: format!("account-{group}"),
            same_outcome: outcomes.to_vec(),
            base_rate: 0.5,
            same_situation: situation.map(|found| SameSituation {
                found: found.to_vec(),
                alike: 2,
                candidates: 12,
            }),
        }
    }

    fn few() -> Bootstrap {
        Bootstrap::new(100, 0.95, 3).unwrap()
    }

    #[test]
    fn numbers_that_can_be_checked_by_hand() {
        let lists = [
            query(1, &[true, false, true], Some(&[false, true, false])),
            query(2, &[true], Some(&[false])),
            query(3, &[], Some(&[true])),
            query(4, &[false, false], None),
        ];
        let found = RetrievalQuality::of(&lists, 2, &few()).unwrap();
        assert_eq!((found.answered, found.unanswered), (3, 1));
        assert!((found.precision.value - (0.5 + 1.0 + 0.0) / 3.0).abs() < 1e-12);
        assert!(found.above_base_rate.value.abs() < 1e-12);
        let ranks = found.situation.unwrap();
        assert_eq!((ranks.queries, ranks.median_rank), (3, Some(2.0)));
        assert!((ranks.mean_reciprocal_rank.value - (0.5 + 0.0 + 1.0) / 3.0).abs() < 1e-12);
        let hits: Vec<_> = ranks
            .hits
            .iter()
            .map(|hit| (hit.k, hit.share.value))
            .collect();
        assert_eq!(hits, [(1, 1.0 / 3.0), (2, 2.0 / 3.0)]);
        // Two alike of twelve: the first of one is alike in 1/6; the second of three after another one in 10/12 * 2/11, the
        // third in 10/12 * 9/11 * 2/10.
        let (first, second, third) = (1.0 / 6.0, 5.0 / 33.0, 3.0 / 22.0);
        let three = first + second / 2.0 + third / 3.0;
        assert!((ranks.by_lot - (three + 2.0 * first) / 3.0).abs() < 1e-12);
        let above = ranks.mean_reciprocal_rank.value - ranks.by_lot;
        assert!((ranks.above_lot.value - above).abs() < 1e-12);
    }

    #[test]
    fn nothing_found_is_said_and_not_divided_by() {
        for (lists, k) in [
            (vec![], 5),
            (vec![query(1, &[], None)], 5),
            (vec![query(1, &[true], None)], 0),
        ] {
            let found = RetrievalQuality::of(&lists, k, &few());
            assert!(matches!(found, Err(EvalError::NoPredictions)));
        }
        let none = query(1, &[true], Some(&[false]));
        let ranks = RetrievalQuality::of(&[none], 1, &few())
            .unwrap()
            .situation
            .unwrap();
        assert_eq!(
            (ranks.median_rank, ranks.mean_reciprocal_rank.value),
            (None, 0.0)
        );
    }

    /// Every order of so many candidates, the first `alike` of which are of the situation.
    fn mean_over_orders(alike: usize, candidates: usize, seen: usize) -> f64 {
        fn orders(rest: &[bool]) -> Vec<Vec<bool>> {
            if rest.is_empty() {
                return vec![Vec::new()];
            }
            let places = 0..rest.len();
            let of = |place: usize| {
                let others = [&rest[..place], &rest[place + 1..]].concat();
                let with = move |order: Vec<bool>| [vec![rest[place]], order].concat();
                orders(&others).into_iter().map(with).collect::<Vec<_>>()
            };
            places.flat_map(of).collect()
        }
        let all: Vec<bool> = (0..candidates).map(|place| place < alike).collect();
        let orders = orders(&all);
        let number = orders.len() as f64;
        let rank = |order: Vec<bool>| {
            let list = SameSituation {
                found: order.into_iter().take(seen).collect(),
                alike,
                candidates,
            };
            list.reciprocal_rank()
        };
        orders.into_iter().map(rank).sum::<f64>() / number
    }

    proptest! {
        #[test]
        fn by_lot_is_the_mean_over_all_orders(
            (candidates, alike) in (1usize..7).prop_flat_map(|all| (Just(all), 1..=all)), seen in 0usize..9,
        ) {
            let list = SameSituation { found: vec![false; seen], alike, candidates };
            let expected = mean_over_orders(alike, candidates, seen);
            prop_assert!((list.reciprocal_rank_by_lot() - expected).abs() < 1e-12);
        }

        #[test]
        fn hit_rates_rise_with_k_and_bound_the_reciprocal_rank(
            lists in prop::collection::vec(prop::collection::vec(any::<bool>(), 1..12), 1..20),
        ) {
            let lists: Vec<_> = lists.iter().enumerate().map(|(at, flags)| query(at / 2, flags, Some(flags))).collect();
            let found = RetrievalQuality::of(&lists, 12, &few()).unwrap();
            let ranks = found.situation.unwrap();
            let hits: Vec<f64> = ranks.hits.iter().map(|hit| hit.share.value).collect();
            prop_assert!(hits.is_sorted());
            let mean = ranks.mean_reciprocal_rank.value;
            prop_assert!(hits[0] <= mean + 1e-12 && mean <= hits[hits.len() - 1] + 1e-12);
        }
    }
}
