//! What more labelled calls would buy: [`LearningCurve`].

mod power_law;

use std::collections::BTreeMap;
use std::fmt;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use power_law::PowerLaw;

use crate::{Bootstrap, Estimate, EvalError, Metric};

/// Sizes below which a curve of three parameters says nothing.
const FEWEST_SIZES: usize = 4;
/// Sizes beyond the largest that was measured, as a multiple of it, up to which a forecast is taken for one.
const FARTHEST: f64 = 4.0;
/// Least ratio of largest to smallest size; over less, every curve looks straight.
const LEAST_RANGE: f64 = 4.0;

/// A metric measured with models that were trained on so many calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CurvePoint {
    /// Labelled calls that were trained on; at least 1.
    pub calls: u64,
    /// The metric of each training: another draw of the calls, another seed. At least one, all finite.
    pub replicates: Vec<f64>,
}

/// Why a forecast is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Fewer than four sizes: three parameters go through any three points. There is no fit.
    TooFewSizes,
    /// The largest size is less than four times the smallest.
    NarrowRange,
    /// Some size has one replicate only, so its noise is not known and the interval is too narrow.
    OneReplicate,
    /// From the smallest to the largest size nothing was gained beyond noise.
    Flat,
}

/// What so many more calls would buy, if the curve goes on as it does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// Calls more than the largest size measured.
    pub more: u64,
    /// Metric at that size less the fitted metric at the largest: more where [`Metric::higher_is_better`], less otherwise.
    pub gain: Estimate,
    /// Whether that is more than four times the largest size.
    pub is_far: bool,
}

/// A metric against the number of labelled calls, and what it says about more of them.
///
/// A power law with a floor is fitted ([`PowerLaw`]). Intervals come from drawing replicates of each size again and fitting
/// anew; they hold the noise of the trainings, not that the law itself may be wrong, which no data on the left can show
/// (Viering and Loog 2021, "The Shape of Learning Curves", sections 4 and 6).
///
/// ```
/// use upturn_eval::{Bootstrap, CurvePoint, LearningCurve, Metric};
///
/// let point = |calls: u64| {
///     let auc = 0.80 - 0.8 / (calls as f64).sqrt();
///     CurvePoint { calls, replicates: vec![auc - 0.001, auc, auc + 0.001] }
/// };
/// let points = [100, 200, 400, 800].map(point);
/// let curve = LearningCurve::fit(Metric::Auc, &points, &[800], &Bootstrap::default())?;
/// assert!(curve.doubts.is_empty());
/// assert!(curve.to_string().starts_with("800 more labelled calls would buy about +0.008 AUC ["));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LearningCurve {
    /// What was measured.
    pub metric: Metric,
    /// By rising size, each size once.
    pub points: Vec<CurvePoint>,
    /// The fit; `None` with fewer than four sizes.
    pub law: Option<PowerLaw>,
    /// One for each size asked for; none without a fit.
    pub forecasts: Vec<Forecast>,
    /// Why not to trust them; empty where nothing speaks against it.
    pub doubts: Vec<Doubt>,
}

impl LearningCurve {
    /// Fits a curve and says what `more` calls would buy, for each number in `more`.
    ///
    /// The seed and the level are the bootstrap's; of its replicates at most 500 are used, since each is a fit.
    ///
    /// # Errors
    ///
    /// [`EvalError::CurvePoint`] for a point without calls, without replicates or with a number that is not finite.
    pub fn fit(
        metric: Metric,
        points: &[CurvePoint],
        more: &[u64],
        bootstrap: &Bootstrap,
    ) -> Result<Self, EvalError> {
        Self::fit_by(metric, points, more, bootstrap, redrawn)
    }

    /// The same where replicate `i` of each size was measured on the same calls, such as those of fold `i`: replicates are
    /// drawn together for all sizes, so that what makes one fold harder than another is no noise of the curve.
    ///
    /// # Errors
    ///
    /// Those of [`fit`](Self::fit); [`EvalError::CurvePoint`] also for a point with another number of replicates than the
    /// first.
    pub fn fit_paired(
        metric: Metric,
        points: &[CurvePoint],
        more: &[u64],
        bootstrap: &Bootstrap,
    ) -> Result<Self, EvalError> {
        let pairs = points.first().map_or(0, |point| point.replicates.len());
        let unlike = |point: &CurvePoint| point.replicates.len() != pairs;
        if let Some(at) = points.iter().position(unlike) {
            return Err(EvalError::CurvePoint { at });
        }
        Self::fit_by(metric, points, more, bootstrap, redrawn_together)
    }

    fn fit_by(
        metric: Metric,
        points: &[CurvePoint],
        more: &[u64],
        bootstrap: &Bootstrap,
        redrawn: fn(Metric, &[CurvePoint], &Bootstrap) -> Vec<PowerLaw>,
    ) -> Result<Self, EvalError> {
        let is_sound = |point: &CurvePoint| {
            point.calls > 0
                && !point.replicates.is_empty()
                && point.replicates.iter().all(|value| value.is_finite())
        };
        if let Some(at) = points.iter().position(|point| !is_sound(point)) {
            return Err(EvalError::CurvePoint { at });
        }
        let points = merged(points);
        let law = (points.len() >= FEWEST_SIZES).then(|| PowerLaw::fit(metric, &points));
        let redrawn = if law.is_some() {
            redrawn(metric, &points, bootstrap)
        } else {
            Vec::new()
        };
        let largest = points.last().map_or(0, |point| point.calls);
        let forecast = |more: &u64| forecast(law.as_ref()?, &redrawn, (largest, *more), bootstrap);
        Ok(Self {
            metric,
            forecasts: more.iter().filter_map(forecast).collect(),
            doubts: doubts(&points, law.as_ref(), &redrawn, bootstrap),
            points,
            law,
        })
    }
}

impl LearningCurve {
    /// Whether the measured sizes say how the curve goes on. Where they don't, nothing is said of more calls.
    pub fn is_identified(&self) -> bool {
        self.law.is_some() && !self.doubts.iter().any(|doubt| doubt.forbids())
    }
}

/// Points by rising size, those of one size together.
fn merged(points: &[CurvePoint]) -> Vec<CurvePoint> {
    let mut by_size: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for point in points {
        by_size
            .entry(point.calls)
            .or_default()
            .extend(&point.replicates);
    }
    let point = |(calls, replicates)| CurvePoint { calls, replicates };
    by_size.into_iter().map(point).collect()
}

/// Fits of points whose replicates are drawn again with replacement.
fn redrawn(metric: Metric, points: &[CurvePoint], bootstrap: &Bootstrap) -> Vec<PowerLaw> {
    let mut random = ChaCha8Rng::seed_from_u64(bootstrap.seed());
    let mut draw = |point: &CurvePoint| {
        let values = &point.replicates;
        let one = |_| values.get(random.random_range(0..values.len())).copied();
        CurvePoint {
            calls: point.calls,
            replicates: (0..values.len()).filter_map(one).collect(),
        }
    };
    (0..bootstrap.replicates().min(500))
        .map(|_| PowerLaw::fit(metric, &points.iter().map(&mut draw).collect::<Vec<_>>()))
        .collect()
}

/// Fits of points whose replicates are drawn again with replacement, the same places at every size.
fn redrawn_together(metric: Metric, points: &[CurvePoint], bootstrap: &Bootstrap) -> Vec<PowerLaw> {
    let mut random = ChaCha8Rng::seed_from_u64(bootstrap.seed());
    let fewest = points.iter().map(|point| point.replicates.len()).min();
    let fewest = fewest.unwrap_or(0);
    let mut draw = || {
        let places: Vec<usize> = (0..fewest)
            .map(|_| random.random_range(0..fewest))
            .collect();
        let drawn = |point: &CurvePoint| CurvePoint {
            calls: point.calls,
            replicates: places
                .iter()
                .filter_map(|place| point.replicates.get(*place).copied())
                .collect(),
        };
        points.iter().map(drawn).collect::<Vec<_>>()
    };
    (0..bootstrap.replicates().min(500))
        .map(|_| PowerLaw::fit(metric, &draw()))
        .collect()
}

fn gain(law: &PowerLaw, from: u64, to: u64) -> f64 {
    law.at(to) - law.at(from)
}

fn forecast(
    law: &PowerLaw,
    redrawn: &[PowerLaw],
    (largest, more): (u64, u64),
    bootstrap: &Bootstrap,
) -> Option<Forecast> {
    let to = largest.saturating_add(more);
    let gains = redrawn.iter().map(|law| gain(law, largest, to)).collect();
    Some(Forecast {
        more,
        gain: Estimate::from_replicates(gain(law, largest, to), gains, bootstrap)?,
        is_far: to as f64 > FARTHEST * largest as f64,
    })
}

fn doubts(
    points: &[CurvePoint],
    law: Option<&PowerLaw>,
    redrawn: &[PowerLaw],
    bootstrap: &Bootstrap,
) -> Vec<Doubt> {
    let (Some(first), Some(last), Some(law)) = (points.first(), points.last(), law) else {
        return vec![Doubt::TooFewSizes];
    };
    let mut doubts = Vec::new();
    if (last.calls as f64) < LEAST_RANGE * first.calls as f64 {
        doubts.push(Doubt::NarrowRange);
    }
    if points.iter().any(|point| point.replicates.len() < 2) {
        doubts.push(Doubt::OneReplicate);
    }
    let gained = |law: &PowerLaw| gain(law, first.calls, last.calls).abs();
    let (low, _) = bootstrap
        .interval(redrawn.iter().map(gained).collect())
        .unwrap_or_default();
    // Half of a thousandth is what a report would print as nothing.
    if low <= 0.0005 || gained(law) <= 0.0005 {
        doubts.push(Doubt::Flat);
    }
    doubts
}

impl Doubt {
    /// Whether there is no telling how the curve goes on, rather than how surely.
    const fn forbids(self) -> bool {
        match self {
            Self::TooFewSizes | Self::NarrowRange | Self::Flat => true,
            Self::OneReplicate => false,
        }
    }

    /// Why, as the rest of a sentence.
    const fn why(self) -> &'static str {
        match self {
            Self::TooFewSizes => "it takes at least four sizes of training data",
            Self::NarrowRange => "the largest size is less than four times the smallest",
            Self::OneReplicate => "a size was measured once only, so its noise is not known",
            Self::Flat => "from the smallest size to the largest nothing was gained beyond noise",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

/// The sentence for people: one clause a forecast, and why not to trust it.
impl fmt::Display for LearningCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why: Vec<&str> = self.doubts.iter().map(|doubt| doubt.why()).collect();
        let why = why.join("; ");
        if !self.is_identified() {
            return write!(
                f,
                "What more labelled calls would buy cannot be said: {why}."
            );
        }
        for (at, forecast) in self.forecasts.iter().enumerate() {
            let Estimate { value, low, high } = forecast.gain;
            let (separator, metric) = (if at == 0 { "" } else { " " }, self.metric.name());
            let far = if forecast.is_far {
                " (farther than four times the data: a guess)"
            } else {
                ""
            };
            write!(
                f,
                "{separator}{} more labelled calls would buy about {value:+.3} {metric} [{low:+.3}, {high:+.3}]{far}.",
                crate::numbers::count(forecast.more)
            )?;
        }
        if why.is_empty() {
            return Ok(());
        }
        write!(f, " This extrapolation cannot be trusted: {why}.")
    }
}

#[cfg(test)]
mod tests;
