//! Points as rows: [`Table`].

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::OnceLock;

use upturn_core::{Document, Embedding, Filter, Point, PointId, SparseEmbedding};

use crate::inverted::Inverted;
use crate::lanes::{LANES, Lanes, cosines};

/// Points in rows, their vectors together so that a search reads memory from end to end.
#[derive(Debug, Default)]
pub(crate) struct Table {
    vectors: Lanes,
    ids: Vec<PointId>,
    documents: Vec<Document>,
    /// The row of each point.
    rows: BTreeMap<PointId, u32>,
    /// Made by the first search by words, and anew after a point was changed or removed.
    words: OnceLock<Inverted>,
}

impl Table {
    pub(crate) fn new(dimension: usize) -> Self {
        Self {
            vectors: Lanes::new(dimension),
            ..Self::default()
        }
    }

    /// Stores a point, in place of the one with its id if there is one.
    pub(crate) fn put(&mut self, point: &Point) {
        let id = point.document.id();
        match self.rows.get(&id) {
            Some(&row) => self.replace(row, point),
            None => self.push(id, point.document.clone(), point.embedding.as_slice()),
        }
    }

    fn replace(&mut self, row: u32, point: &Point) {
        let at = row as usize;
        self.words.take();
        if let Some(document) = self.documents.get_mut(at) {
            document.clone_from(&point.document);
        }
        self.vectors.set(at, point.embedding.as_slice());
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "four thousand million points do not fit into memory"
    )]
    fn push(&mut self, id: PointId, document: Document, vector: &[f32]) {
        let row = self.documents.len() as u32;
        if let Some(words) = self.words.get_mut() {
            words.push(row, &document.page_content);
        }
        self.vectors.push(vector);
        self.documents.push(document);
        self.ids.push(id);
        self.rows.insert(id, row);
    }

    /// Removes what is admitted.
    pub(crate) fn delete(&mut self, filter: &Filter) {
        let admits = |document: &Document| filter.admits(&document.metadata);
        if !self.documents.iter().any(admits) {
            return;
        }
        let mut kept = Self::new(self.vectors.dimension());
        let documents = std::mem::take(&mut self.documents);
        for (at, (document, &id)) in documents.into_iter().zip(&self.ids).enumerate() {
            if !admits(&document) {
                kept.push(id, document, &self.vectors.get(at));
            }
        }
        *self = kept;
    }

    /// The point in a row.
    pub(crate) fn point(&self, row: u32) -> Option<Point> {
        Some(Point {
            document: self.document(row)?.clone(),
            embedding: Embedding::from_unit(self.vectors.get(row as usize)).ok()?,
        })
    }

    /// What was said in a row.
    pub(crate) fn document(&self, row: u32) -> Option<&Document> {
        self.documents.get(row as usize)
    }

    /// Whose row it is.
    pub(crate) fn id(&self, row: u32) -> Option<PointId> {
        self.ids.get(row as usize).copied()
    }

    /// The row of a point.
    pub(crate) fn row(&self, id: &PointId) -> Option<u32> {
        self.rows.get(id).copied()
    }

    /// The rows of the points after one, in order of id.
    pub(crate) fn rows_after(&self, id: Option<PointId>) -> impl Iterator<Item = u32> {
        let from = id.map_or(Bound::Unbounded, Bound::Excluded);
        self.rows
            .range((from, Bound::Unbounded))
            .map(|(_, &row)| row)
    }

    /// How many points are admitted.
    pub(crate) fn count(&self, filter: &Filter) -> usize {
        let admitted = self
            .documents
            .iter()
            .filter(|document| filter.admits(&document.metadata));
        admitted.count()
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether a row is there and a filter admits it.
    pub(crate) fn admits(&self, row: usize, filter: &Filter) -> bool {
        let document = self.documents.get(row);
        document.is_some_and(|document| filter.admits(&document.metadata))
    }

    /// The cosine of each admitted row; of every row without a filter.
    pub(crate) fn by_direction(
        &self,
        query: &Embedding,
        filter: Option<&Filter>,
    ) -> Vec<(u32, f32)> {
        let admits = |document: &Document| filter.is_none_or(|it| it.admits(&document.metadata));
        let mut found = Vec::new();
        let groups = self.vectors.groups().zip(self.documents.chunks(LANES));
        for ((group, documents), first) in groups.zip((0..).step_by(LANES)) {
            if !documents.iter().any(admits) {
                continue;
            }
            let scores = cosines(group, query.as_slice());
            let rows = (first..).zip(documents).zip(scores);
            let admitted = rows.filter(|((_, document), _)| admits(document));
            found.extend(admitted.map(|((row, _), score)| (row, score)));
        }
        found
    }

    /// BM25 of each admitted row that says a word of the query.
    pub(crate) fn by_words(&self, query: &SparseEmbedding, filter: &Filter) -> Vec<(u32, f32)> {
        let mut scores = self.words.get_or_init(|| self.inverted()).scores(query);
        scores.retain(|&(row, _)| {
            let document = self.document(row);
            document.is_some_and(|document| filter.admits(&document.metadata))
        });
        scores
    }

    fn inverted(&self) -> Inverted {
        let mut inverted = Inverted::default();
        for (row, document) in (0..).zip(&self.documents) {
            inverted.push(row, &document.page_content);
        }
        inverted
    }
}
