//! Why no interval stands beside a probability: [`why_none`].

use upturn::Prediction;
use upturn::predict::PredictorConfig;

/// In one sentence, why a prediction has no interval; none if it has one.
pub(crate) fn why_none(prediction: &Prediction) -> Option<String> {
    let accounts = PredictorConfig::default().interval_groups;
    prediction.interval.is_none().then(|| {
        format!(
            "no interval: the model learnt from too few accounts to say how far off the chance may be; it takes {accounts}"
        )
    })
}
