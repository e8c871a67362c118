"""Writes documents with LangChain's Qdrant store in memory, and reads with it what upturn stores.

Standard input: JSON, `documents` (`id`, `page_content`, `metadata`, `vector`), `points` as upturn stores them (`id`, `payload`,
`vector`), a `query` (a vector) and a `limit`.
Standard output: JSON, the points of LangChain's collection (`written`), and the documents that LangChain finds in upturn's
(`found`), the nearest first.
"""

import json
import sys

from langchain_core.embeddings import Embeddings
from langchain_qdrant import QdrantVectorStore
from qdrant_client import QdrantClient, models

DENSE = "dense"


class Known(Embeddings):
    """Looks vectors up: which encoder made them does not matter here. LangChain measures one of a text of its own."""

    def __init__(self, documents):
        self.vectors = {document["page_content"]: document["vector"] for document in documents}
        self.any = documents[0]["vector"]

    def embed_documents(self, texts):
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text):
        return self.vectors.get(text, self.any)


def written(documents, embedding):
    store = QdrantVectorStore.from_texts(
        [document["page_content"] for document in documents],
        embedding,
        metadatas=[document["metadata"] for document in documents],
        ids=[document["id"] for document in documents],
        location=":memory:",
        collection_name="theirs",
        vector_name=DENSE,
    )
    records, _ = store.client.scroll(
        "theirs", limit=len(documents), with_payload=True, with_vectors=True
    )
    return [
        {"id": record.id, "payload": record.payload, "vector": record.vector[DENSE]}
        for record in records
    ]


def found(points, embedding, query, limit):
    client = QdrantClient(":memory:")
    size = models.VectorParams(size=len(query), distance=models.Distance.COSINE)
    client.create_collection("ours", vectors_config={DENSE: size})
    client.upsert(
        "ours",
        [
            models.PointStruct(
                id=point["id"], payload=point["payload"], vector={DENSE: point["vector"]}
            )
            for point in points
        ],
    )
    store = QdrantVectorStore(client, "ours", embedding, vector_name=DENSE)
    nearest = store.similarity_search_with_score_by_vector(query, k=limit)
    return [
        {"page_content": document.page_content, "metadata": document.metadata, "score": score}
        for document, score in nearest
    ]


asked = json.load(sys.stdin)
embedding = Known(asked["documents"])
answer = {
    "written": written(asked["documents"], embedding),
    "found": found(asked["points"], embedding, asked["query"], asked["limit"]),
}
json.dump(answer, sys.stdout)
