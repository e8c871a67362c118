//! Which instructions a kernel may use, found out when the program runs: [`Level`].

use std::sync::OnceLock;

/// Sets of vector instructions, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// AVX-512 F, BW, DQ, VL and VNNI: 16 numbers at once.
    Avx512,
    /// AVX2 with FMA: 8 numbers at once.
    Avx2,
    /// What the compiler's target always has: SSE2 on `x86_64`, NEON on `aarch64`.
    Portable,
}

impl Level {
    /// The best level of this machine; found once.
    pub fn best() -> Self {
        static BEST: OnceLock<Level> = OnceLock::new();
        *BEST.get_or_init(|| Self::here().first().copied().unwrap_or(Self::Portable))
    }

    /// Every level that this machine can run, best first.
    pub fn here() -> Vec<Self> {
        [Self::Avx512, Self::Avx2, Self::Portable]
            .into_iter()
            .filter(|level| level.is_here())
            .collect()
    }

    #[cfg(target_arch = "x86_64")]
    fn is_here(self) -> bool {
        match self {
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vnni")
                    && is_x86_feature_detected!("fma")
            }
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Portable => true,
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_here(self) -> bool {
        self == Self::Portable
    }

    /// Runs a kernel compiled for this level.
    ///
    /// # Panics
    ///
    /// If the machine does not have the level.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        debug_assert!(self.is_here(), "{self:?} is not on this machine");
        run(self, kernel)
    }
}

/// A computation in plain Rust that is compiled once for each level.
pub(crate) trait Kernel {
    type Output;

    /// The computation. Implementations are `#[inline(always)]`, or they would be compiled for the lowest level.
    fn run<M: Fma>(self) -> Self::Output;
}

/// `a · b + c`, in one rounding where the processor has an instruction for it: without one, `f32::mul_add` would call
/// a library function for each number.
pub(crate) trait Fma {
    fn fma(a: f32, b: f32, c: f32) -> f32;
}

/// One instruction, one rounding.
pub(crate) struct Fused;

impl Fma for Fused {
    #[inline(always)]
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }
}

/// Two instructions, two roundings.
#[cfg_attr(
    target_arch = "aarch64",
    expect(dead_code, reason = "NEON always fuses")
)]
pub(crate) struct Separate;

impl Fma for Separate {
    #[inline(always)]
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    reason = "a function for a level may only be called where the level is"
)]
#[inline]
fn run<K: Kernel>(level: Level, kernel: K) -> K::Output {
    match level {
        // SAFETY: a `Compute` holds only levels of this machine: `Level::best`, or one that `Compute::at` has checked.
        Level::Avx512 => unsafe { avx512(kernel) },
        // SAFETY: likewise `Level::Avx2`.
        Level::Avx2 => unsafe { avx2(kernel) },
        Level::Portable => kernel.run::<Separate>(),
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn run<K: Kernel>(_: Level, kernel: K) -> K::Output {
    #[cfg(target_arch = "aarch64")]
    return kernel.run::<Fused>();
    #[cfg(not(target_arch = "aarch64"))]
    kernel.run::<Separate>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Fused>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Fused>()
}
