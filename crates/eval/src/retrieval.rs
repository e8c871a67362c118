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
    /// Of each call found: whether it is of the query's situation; `None` where no call of it could have been found.
    pub same_situation: Option<Vec<bool>>,
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
    /// Queries that have a call of their situation among those that could be found.
    pub queries: usize,
    /// Mean reciprocal rank, `0..=1`; 0 for a query whose list has none (Voorhees 1999).
    pub mean_reciprocal_rank: Estimate,
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
        Some(Self {
            queries: queries.len(),
            mean_reciprocal_rank: mean_of(&queries, &|query| 1.0 / rank(query), bootstrap)?,
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

/// The place, from 1, of the first call of the query's situation; infinite if none was found.
fn rank(query: &RankedQuery) -> f64 {
    let found = query.same_situation.iter().flatten().position(|same| *same);
    found.map_or(f64::INFINITY, |place| (place + 1) as f64)
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
            same_situation: situation.map(<[bool]>::to_vec),
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

    proptest! {
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
