//! What the encoder that is being fitted says: [`Moments`].

use upturn_encoder::Encoder;

use crate::CachedMoments;

/// Whose moments are learnt from.
pub(super) enum Moments<'a> {
    Pretrained(&'a CachedMoments<Encoder>),
    Tuned(Box<CachedMoments<Encoder>>),
}

impl std::ops::Deref for Moments<'_> {
    type Target = CachedMoments<Encoder>;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Pretrained(moments) => moments,
            Self::Tuned(moments) => moments,
        }
    }
}
