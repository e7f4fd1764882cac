#!/usr/bin/python3
"""Times igraph, scikit-learn and SciPy on the data of bench_network, and prints both times and their ratio.

usage: bench/network.py build/release/bench_network
"""
import math
import os
import subprocess
import sys
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = "1"
import igraph
import numpy
import scipy.cluster.hierarchy
import sklearn.cluster
import sklearn.mixture

NODES, PART, COLUMNS, BLOBS = 200000, 20000, 16, 20


def timed(work):
    """Milliseconds of the processor, which neighbours on the machine disturb less than those that passed."""
    start = time.process_time()
    result = work()
    return 1e3 * (time.process_time() - start), result


def ours(program, edges, points):
    run = subprocess.run([program, edges, points], capture_output=True, check=True, text=True)
    lines = [line.split(" ", 3) for line in run.stdout.splitlines()]
    return {name: (float(busy), float(passed), what) for name, busy, passed, what in lines}


def load_graph(path):
    table = numpy.fromfile(path, dtype=[("src", "u4"), ("dst", "u4"), ("weight", "f4")])
    graph = igraph.Graph(NODES, numpy.column_stack([table["src"], table["dst"]]).tolist(), directed=True)
    graph.es["weight"] = table["weight"].astype(float).tolist()
    return graph


def leiden(graph, objective, resolution):
    found = graph.community_leiden(objective, weights="weight", resolution_parameter=resolution, n_iterations=2)
    return f"{len(found)} communities, modularity {found.modularity:.4f}"


def time_graph(path):
    ms, graph = timed(lambda: load_graph(path))
    yield "build", ms, "from Python lists"
    ms, _ = timed(lambda: graph.pagerank(weights="weight"))
    yield "pagerank", ms, "prpack"
    ms, parts = timed(lambda: graph.connected_components("strong"))
    yield "components", ms, f"{len(parts)} components"
    part = graph.induced_subgraph(range(PART))
    ms, _ = timed(lambda: part.betweenness(directed=False))
    yield "betweenness_exact", ms, "the same part"
    undirected = graph.as_undirected(mode="each")
    undirected.es["weight"] = graph.es["weight"]
    ms, what = timed(lambda: leiden(undirected, "modularity", 1))
    yield "leiden_modularity", ms, what
    ms, what = timed(lambda: leiden(undirected, "CPM", 0.01))
    yield "leiden_cpm", ms, what
    undirected.es["cost"] = [1 - math.log(w) for w in graph.es["weight"]]
    times = []
    for i in range(5):
        ms, _ = timed(lambda: undirected.get_k_shortest_paths(i, NODES - 1 - i, k=5, weights="cost"))
        times.append(ms)
    yield "paths_no_hub_cost", sorted(times)[2], "median of 5 queries"


def time_points(path):
    points = numpy.fromfile(path, dtype="f4").reshape(-1, COLUMNS)
    ms, fit = timed(lambda: sklearn.cluster.KMeans(BLOBS, n_init=10, random_state=1, algorithm="lloyd").fit(points))
    yield "kmeans", ms, f"inertia {fit.inertia_:.1f}"
    mixture = sklearn.mixture.GaussianMixture(BLOBS, covariance_type="diag", n_init=3, random_state=1)
    ms, fit = timed(lambda: mixture.fit(points))
    yield "mixture", ms, f"{fit.n_iter_} rounds, log-likelihood {fit.score(points):.4f}"
    ms, _ = timed(lambda: scipy.cluster.hierarchy.linkage(points, "ward"))
    yield "ward", ms, "SciPy, matrix of distances"
    ms, _ = timed(lambda: scipy.cluster.hierarchy.linkage(points[: len(points) // 2], "average"))
    yield "average", ms, "SciPy, matrix of distances"


def main():
    with tempfile.TemporaryDirectory() as folder:
        edges, points = f"{folder}/edges", f"{folder}/points"
        mine = ours(sys.argv[1], edges, points)
        theirs = {}
        for name, ms, what in [*time_graph(edges), *time_points(points)]:
            theirs[name] = (ms, what)
    for name, (busy, passed, what) in mine.items():
        print(f"{name:24} {busy:10.1f} ms  {passed:10.1f} ms passed; {what}")
        if name in theirs:
            other, how = theirs[name]
            print(f"{'':24} {other:10.1f} ms  {other / busy:.1f} times ours; {how}")


main()
