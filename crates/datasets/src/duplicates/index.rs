//! Where to look for an equal or similar call: [`Index`], a table of digests and one of each band.

use hashbrown::HashTable;

use super::firsts::Firsts;
use super::shingles::mixed;
use super::sketch::{BANDS, ROWS, Sketch, Sketched};

/// Calls that one bucket of a band holds at most: what a thousand calls share is a script, and says nothing.
const MOST_IN_BUCKET: usize = 32;

/// Finds the places of first calls.
///
/// Tables hold places only; what they are compared by stands in [`Firsts`].
pub(crate) struct Index {
    digests: HashTable<u32>,
    bands: [HashTable<u32>; BANDS],
    /// How many values of each band are compared.
    rows: usize,
}

/// A band of a sketch.
#[derive(Clone, Copy)]
struct Key {
    band: usize,
    rows: usize,
}

impl Key {
    /// The values of a sketch in this band that are compared.
    fn of(self, sketch: &Sketch) -> u64 {
        let values = sketch.0.get(self.band).copied().unwrap_or_default();
        let unused = u64::BITS - 8 * u32::try_from(self.rows.clamp(1, ROWS)).unwrap_or_default();
        u64::from_le_bytes(values) << unused
    }
}

impl Index {
    pub(crate) fn new(rows: usize) -> Self {
        Self {
            digests: HashTable::new(),
            bands: std::array::from_fn(|_| HashTable::new()),
            rows,
        }
    }

    /// The first call with this digest.
    pub(crate) fn equal(&self, digest: u64, firsts: &Firsts) -> Option<u32> {
        let is_equal = |place: &u32| digest_at(*place, firsts) == Some(digest);
        self.digests.find(mixed(digest), is_equal).copied()
    }

    /// First calls that agree with the sketch in at least one band; one that agrees in several comes several times.
    pub(crate) fn similar<'t>(
        &'t self,
        sketch: &'t Sketch,
        firsts: &'t Firsts,
    ) -> impl Iterator<Item = u32> {
        let tables = self.bands.iter().zip(self.keys());
        tables.flat_map(move |(table, key)| agreeing(table, key, key.of(sketch), firsts))
    }

    /// Adds the call at a place, which `firsts` must hold already.
    pub(crate) fn insert(&mut self, place: u32, sketched: &Sketched, firsts: &Firsts) {
        let hash_of = |place: &u32| digest_at(*place, firsts).map_or(0, mixed);
        self.digests
            .insert_unique(mixed(sketched.digest), place, hash_of);
        let Some(sketch) = &sketched.sketch else {
            return;
        };
        let keys = self.keys();
        for (table, key) in self.bands.iter_mut().zip(keys) {
            let values = key.of(sketch);
            if agreeing(table, key, values, firsts).count() < MOST_IN_BUCKET {
                let hash_of = |place: &u32| {
                    firsts
                        .sketch(*place)
                        .map_or(0, |other| mixed(key.of(other)))
                };
                table.insert_unique(mixed(values), place, hash_of);
            }
        }
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        let bands: usize = self.bands.iter().map(HashTable::allocation_size).sum();
        self.digests.allocation_size() + bands
    }

    fn keys(&self) -> impl Iterator<Item = Key> + use<> {
        let rows = self.rows;
        (0..BANDS).map(move |band| Key { band, rows })
    }
}

/// Places in a table that have these values in the band.
fn agreeing<'t>(
    table: &'t HashTable<u32>,
    key: Key,
    values: u64,
    firsts: &'t Firsts,
) -> impl Iterator<Item = u32> {
    let places = table.iter_hash(mixed(values)).copied();
    places.filter(move |place| {
        firsts
            .sketch(*place)
            .is_some_and(|other| key.of(other) == values)
    })
}

fn digest_at(place: u32, firsts: &Firsts) -> Option<u64> {
    firsts.get(place).map(|first| first.sketched.digest)
}
