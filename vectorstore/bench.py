"""Measures hnswlib and faiss on the vectors that `upturn bench store --vectors FILE` wrote.

    python vectorstore/bench.py FILE --points N [--dimension 384] [--queries 1000]

Prints one line of JSON a library. One thread for searches, all for filling; graphs as Qdrant makes them (16 links, 100
candidates when building, 128 when searching).
"""

import argparse
import json
import resource
import time

import numpy as np


def searched(name, fill_seconds, search, queries, exact, memory):
    """Times one search after another and counts the true neighbours among what is found."""
    for query in queries[:20]:
        search(query)
    seconds, found = [], 0
    for at, query in enumerate(queries):
        began = time.perf_counter()
        answer = search(query)
        seconds.append(time.perf_counter() - began)
        if at < len(exact):
            found += len(set(map(int, answer)) & exact[at])
    seconds.sort()
    row = {
        "store": name,
        "fill_seconds": round(fill_seconds, 2),
        "recall_at_10": found / (10 * len(exact)),
        "p50_ms": 1e3 * seconds[len(seconds) // 2],
        "p99_ms": 1e3 * seconds[len(seconds) * 99 // 100],
        "queries_per_second": len(seconds) / sum(seconds),
        "memory_mib": memory,
    }
    print(json.dumps(row), flush=True)


def resident():
    """Peak resident memory so far in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--points", type=int, required=True)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--queries", type=int, default=1000)
    asked = parser.parse_args()
    import faiss
    import hnswlib

    everything = np.fromfile(asked.file, dtype="<f4").reshape(-1, asked.dimension)
    points, queries = everything[: asked.points], everything[asked.points :][: asked.queries]
    exact = [set(map(int, np.argsort(-(points @ query))[:10])) for query in queries[:200]]

    before = resident()
    began = time.perf_counter()
    flat = faiss.IndexFlatIP(asked.dimension)
    flat.add(points)
    filled = time.perf_counter() - began
    faiss.omp_set_num_threads(1)
    searched("faiss flat", filled, lambda q: flat.search(q[None], 10)[1][0], queries[:200], exact, resident() - before)

    faiss.omp_set_num_threads(2)
    before = resident()
    began = time.perf_counter()
    graph = faiss.IndexHNSWFlat(asked.dimension, 16, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = 100
    graph.hnsw.efSearch = 128
    graph.add(points)
    filled = time.perf_counter() - began
    faiss.omp_set_num_threads(1)
    searched("faiss HNSW", filled, lambda q: graph.search(q[None], 10)[1][0], queries, exact, resident() - before)

    before = resident()
    began = time.perf_counter()
    index = hnswlib.Index(space="ip", dim=asked.dimension)
    index.init_index(max_elements=len(points), M=16, ef_construction=100)
    index.set_num_threads(2)
    index.add_items(points)
    filled = time.perf_counter() - began
    index.set_num_threads(1)
    index.set_ef(128)
    searched("hnswlib", filled, lambda q: index.knn_query(q, 10)[0][0], queries, exact, resident() - before)


if __name__ == "__main__":
    main()
