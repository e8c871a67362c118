"""Opens a folder that upturn filled with the Python package of Qdrant's engine, and searches it.

Standard input: JSON, `queries`, each with `dense` or `words`, a `limit` and perhaps an `outcome`.
Standard output: JSON, all `points`, and what was `found` by each query.
"""

import json
import sys

from qdrant_edge import (
    CountRequest,
    EdgeShard,
    FieldCondition,
    Filter,
    MatchValue,
    Query,
    QueryRequest,
    ScrollRequest,
    SparseVector,
)


def admitted(query):
    if "outcome" not in query:
        return None
    return Filter(must=[FieldCondition(key="outcome", match=MatchValue(query["outcome"]))])


def near(query):
    if "dense" in query:
        return Query.Nearest(query["dense"], using="dense")
    return Query.Nearest(SparseVector(**query["words"]), using="sparse")


def search(shard, query):
    request = QueryRequest(
        limit=query["limit"], query=near(query), filter=admitted(query), with_payload=True
    )
    return [
        {"id": str(point.id), "score": point.score, "payload": point.payload}
        for point in shard.query(request)
    ]


def points(shard):
    limit = shard.count(CountRequest(exact=True))
    records, _ = shard.scroll(ScrollRequest(limit=limit, with_payload=True, with_vector=True))
    return [
        {"id": str(record.id), "payload": record.payload, "vector": record.vector["dense"]}
        for record in records
    ]


asked = json.load(sys.stdin)
shard = EdgeShard.load(sys.argv[1])
answer = {
    "points": points(shard),
    "found": [search(shard, query) for query in asked["queries"]],
}
shard.close()
json.dump(answer, sys.stdout)
