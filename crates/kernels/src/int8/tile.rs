//! A tile of sums in registers: the innermost loops of the product in eight bits.

use crate::level::{Fma, Kernel, Level};
use crate::matmul::TileShape;

use super::packed::GROUP;

/// Numbers of the largest tile of any level.
const LARGEST_TILE: usize = 8 * 48;

/// The sums of a tile. Shape: `[rows, width]`.
pub(super) struct Sums([i32; LARGEST_TILE]);

impl Default for Sums {
    fn default() -> Self {
        Self([0; LARGEST_TILE])
    }
}

impl Sums {
    pub(super) fn as_slice(&self) -> &[i32] {
        &self.0
    }
}

/// `Σ q w` of some rows of codes and a panel; returns the panel's width in vectors.
///
/// # Panics
///
/// If a side is shorter than the tile.
pub(super) fn tile_sums(
    level: Level,
    codes: &[u8],
    stride: usize,
    rows: usize,
    panel: &[i8],
    sums: &mut Sums,
) -> usize {
    let shape = TileShape::of(level);
    let width = panel.len() / stride;
    let vectors = width / shape.lanes;
    assert!((1..=shape.rows).contains(&rows) && (1..=shape.vectors).contains(&vectors));
    assert!(codes.len() >= rows * stride && panel.len() == stride * vectors * shape.lanes);
    #[cfg(target_arch = "x86_64")]
    if level == Level::Avx512 {
        vnni::run(codes, stride, rows, panel, vectors, &mut sums.0);
        return vectors;
    }
    level.run(Plain {
        codes,
        stride,
        rows,
        panel,
        width,
        sums: &mut sums.0,
    });
    vectors
}

/// Plain Rust, which the compiler turns into the level's vectors.
struct Plain<'a> {
    codes: &'a [u8],
    stride: usize,
    rows: usize,
    panel: &'a [i8],
    width: usize,
    sums: &'a mut [i32; LARGEST_TILE],
}

impl Kernel for Plain<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        let rows = self.codes.chunks(self.stride).take(self.rows);
        for (codes, sums) in rows.zip(self.sums.chunks_exact_mut(self.width)) {
            sums.fill(0);
            let groups = self.panel.chunks_exact(GROUP * self.width);
            for (codes, weights) in codes.chunks_exact(GROUP).zip(groups) {
                let codes: [i32; GROUP] = std::array::from_fn(|at| i32::from(codes[at]));
                for (sum, weights) in sums.iter_mut().zip(weights.as_chunks::<GROUP>().0) {
                    for (code, weight) in codes.iter().zip(weights) {
                        *sum += code * i32::from(*weight);
                    }
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(
    unsafe_code,
    reason = "vector instructions on pointers; the bounds are asserted once a tile"
)]
#[allow(
    clippy::cast_ptr_alignment,
    reason = "these loads and stores ask for no alignment"
)]
mod vnni {
    use std::arch::x86_64::{
        __m512i, _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512,
        _mm512_storeu_si512,
    };

    use super::{GROUP, LARGEST_TILE};

    const LANES: usize = 16;

    pub(super) fn run(
        codes: &[u8],
        stride: usize,
        rows: usize,
        panel: &[i8],
        vectors: usize,
        sums: &mut [i32; LARGEST_TILE],
    ) {
        macro_rules! by_rows {
            ($vectors:literal) => {
                match rows {
                    // SAFETY: `tile_sums` has asserted the lengths, and `Level::here` asked for the instructions.
                    1 => unsafe { compute::<1, $vectors>(codes, stride, panel, sums) },
                    // SAFETY: as above.
                    2 => unsafe { compute::<2, $vectors>(codes, stride, panel, sums) },
                    // SAFETY: as above.
                    3 => unsafe { compute::<3, $vectors>(codes, stride, panel, sums) },
                    // SAFETY: as above.
                    4 => unsafe { compute::<4, $vectors>(codes, stride, panel, sums) },
                    // SAFETY: as above.
                    5 => unsafe { compute::<5, $vectors>(codes, stride, panel, sums) },
                    // SAFETY: as above.
                    6 => unsafe { compute::<6, $vectors>(codes, stride, panel, sums) },
                    // SAFETY: as above.
                    7 => unsafe { compute::<7, $vectors>(codes, stride, panel, sums) },
                    // SAFETY: as above.
                    _ => unsafe { compute::<8, $vectors>(codes, stride, panel, sums) },
                }
            };
        }
        match vectors {
            1 => by_rows!(1),
            2 => by_rows!(2),
            _ => by_rows!(3),
        }
    }

    /// # Safety
    ///
    /// `codes` must hold `R` rows of `stride`, `panel` `stride` rows of `V` vectors, and the machine AVX-512 VNNI.
    #[target_feature(enable = "avx512f,avx512vnni")]
    unsafe fn compute<const R: usize, const V: usize>(
        codes: &[u8],
        stride: usize,
        panel: &[i8],
        sums: &mut [i32; LARGEST_TILE],
    ) {
        let mut tile = [[_mm512_setzero_si512(); V]; R];
        let (mut a, mut b) = (codes.as_ptr(), panel.as_ptr());
        for _ in 0..stride / GROUP {
            let mut right = [_mm512_setzero_si512(); V];
            for (vector, right) in right.iter_mut().enumerate() {
                // SAFETY: inside the panel.
                *right =
                    unsafe { _mm512_loadu_si512(b.add(vector * LANES * GROUP).cast::<__m512i>()) };
            }
            for (row, tile) in tile.iter_mut().enumerate() {
                // SAFETY: four codes of a row, inside `codes`.
                let left = unsafe { a.add(row * stride).cast::<i32>().read_unaligned() };
                let left = _mm512_set1_epi32(left);
                for (sum, right) in tile.iter_mut().zip(right) {
                    *sum = _mm512_dpbusd_epi32(*sum, left, right);
                }
            }
            a = a.wrapping_add(GROUP);
            b = b.wrapping_add(V * LANES * GROUP);
        }
        for (vector, sum) in tile.iter().flatten().enumerate() {
            // SAFETY: `R × V` vectors are at most the largest tile.
            unsafe {
                _mm512_storeu_si512(
                    sums.as_mut_ptr().add(vector * LANES).cast::<__m512i>(),
                    *sum,
                );
            };
        }
    }
}
