#!/usr/bin/python3
"""Compares the kernels on graphs with igraph and leidenalg."""
import math
import random
import subprocess
import sys
import warnings
from statistics import mean

from oracle import skip

try:
    import igraph
    import leidenalg
except ImportError as missing:
    skip(f"{missing.name} is not installed")

PROGRAM = sys.argv[1]


def ask(graph, questions):
    """The answers to each question on a directed graph with weights, as lists of words."""
    lines = [f"graph {graph.vcount()} {graph.ecount()}"]
    lines += [f"{e.source} {e.target} {w!r}" for e, w in zip(graph.es, graph.es["weight"])]
    text = "\n".join(lines + questions) + "\n"
    run = subprocess.run([PROGRAM], input=text, capture_output=True, text=True, check=True)
    answers = run.stdout.split("\n")[:-1]
    assert len(answers) == len(questions), (len(answers), len(questions))
    return [answer.split() for answer in answers]


def weighted(graph, seed):
    draw = random.Random(seed)
    graph.es["weight"] = [draw.randrange(1, 65) / 64 for _ in range(graph.ecount())]  # exact as floats
    return graph


def unweighted(graph):
    graph.es["weight"] = [1.0] * graph.ecount()
    return graph


def random_graph(nodes, edges, seed):
    draw = random.Random(seed)
    skewed = lambda: int(nodes * draw.random() ** 2)
    return weighted(igraph.Graph(nodes, [(skewed(), draw.randrange(nodes)) for _ in range(edges)], directed=True), seed)


def undirected(graph):
    copy = graph.as_undirected(mode="each")
    copy.es["weight"] = graph.es["weight"]
    return copy


# ---- rank ---------------------------------------------------------------------------------------


def check_rank(nodes, edges, seed):
    graph = random_graph(nodes, edges, seed)
    damping = [0.5, 0.85, 0.95][seed % 3]
    rank, directed, plain, components = ask(
        graph, [f"pagerank {damping}", "betweenness 1", "betweenness 0", "components"])
    truth = graph.pagerank(damping=damping, weights="weight", implementation="prpack")
    off = max(abs(float(x) - y) for x, y in zip(rank, truth))
    assert off < 1e-6, f"PageRank differs by {off}"
    for answer, expected in (directed, graph.betweenness()), (plain, undirected(graph).betweenness(directed=False)):
        worst = max(abs(float(x) - y) / (1 + y) for x, y in zip(answer, expected))
        assert worst < 1e-6, f"betweenness differs by {worst}"
    pairs = set(zip(components, graph.connected_components("strong").membership))
    assert len(pairs) == len(set(components)) == len({theirs for _, theirs in pairs}), "components differ"
    print(f"rank of {nodes} nodes, {edges} edges: PageRank within {off:.1e}, betweenness within {worst:.1e}")


# ---- communities --------------------------------------------------------------------------------


def planted(groups, size, inside, across, seed):
    igraph.set_random_number_generator(random.Random(seed))
    table = [[inside if a == b else across for a in range(groups)] for b in range(groups)]
    return igraph.Graph.SBM(groups * size, table, [size] * groups)


def ring_of_cliques(cliques, size):
    edges = [(c * size + i, c * size + j) for c in range(cliques) for i in range(size) for j in range(i)]
    edges += [(c * size, (c + 1) % cliques * size + 1) for c in range(cliques)]
    return igraph.Graph(cliques * size, edges)


def theirs(graph, objective, resolution, runs):
    """Partitions of the same graph by both libraries."""
    kind = leidenalg.CPMVertexPartition if objective == "CPM" else leidenalg.RBConfigurationVertexPartition
    for seed in range(runs):
        igraph.set_random_number_generator(random.Random(seed))
        yield graph.community_leiden(objective, weights="weight", resolution_parameter=resolution,
                                     n_iterations=10).membership
        yield leidenalg.find_partition(graph, kind, weights="weight", resolution_parameter=resolution,
                                       n_iterations=10, seed=seed).membership


def check_partition(name, graph, membership, truth):
    for part in igraph.VertexClustering(graph, membership).subgraphs():
        assert part.is_connected(), f"{name}: a community is not connected"
    ari = 1 if truth is None else igraph.compare_communities(truth, membership, method="adjusted_rand")
    assert ari >= 0.99, f"{name}: ARI {ari}"


def check_communities(name, graph, objective="modularity", resolution=1.0, runs=10, truth=None, best=None):
    """Single runs of all three scatter, so means are compared, and the best."""
    graph = graph.as_directed(mode="arbitrary") if not graph.is_directed() else graph
    graph = graph if "weight" in graph.es.attributes() else unweighted(graph)
    plain = undirected(graph)
    others = list(theirs(plain, objective, resolution, runs))
    asked = f"{objective} {resolution}"
    answers = ask(graph, [f"leiden {asked} {seed}" for seed in range(runs)] +
                  [f"quality {asked} {' '.join(map(str, m))}" for m in others])
    ours, their = [[float(a[0]) for a in part] for part in (answers[:runs], answers[runs:])]
    if objective == "modularity" and resolution == 1:
        for quality, membership in zip(their, others):
            assert abs(quality - plain.modularity(membership, weights="weight")) < 1e-6, "quality differs"
    assert max(ours) >= max(their) - 0.01 * abs(max(their)), (name, ours, their)
    assert mean(ours) >= mean(their) - 0.01 * abs(mean(their)), (name, ours, their)
    assert best is None or 0.99 * best <= min(ours) <= max(ours) <= best + 1e-6, (name, ours, best)
    for _, *membership in answers[:runs]:
        check_partition(name, plain, list(map(int, membership)), truth)
    print(f"{name}, {asked}: mean {mean(ours):.5f}, theirs {mean(their):.5f}; best {max(ours):.5f}, "
          f"theirs {max(their):.5f}")


def check_all_communities():
    check_communities("karate club", igraph.Graph.Famous("Zachary"), best=0.419790)  # Brandes et al. 2008
    check_communities("karate club", igraph.Graph.Famous("Zachary"), "CPM", 0.1)
    # Pairs of neighbouring cliques: Fortunato and Barthelemy 2007.
    check_communities("30 cliques of 5", ring_of_cliques(30, 5), best=1 - 1 / 22 - 1 / 15)
    cliques = [v // 5 for v in range(150)]
    check_communities("30 cliques of 5", ring_of_cliques(30, 5), "CPM", 0.5, truth=cliques)
    groups = [v // 50 for v in range(500)]
    check_communities("planted, clear", planted(10, 50, 0.3, 0.01, 1), truth=groups)
    check_communities("planted, clear", planted(10, 50, 0.3, 0.01, 2), "CPM", 0.1, truth=groups)
    check_communities("planted, blurred", planted(10, 50, 0.2, 0.05, 3), runs=30)
    igraph.set_random_number_generator(random.Random(4))
    scale_free = igraph.Graph.Barabasi(5000, 3)
    check_communities("scale-free", scale_free, runs=2)
    check_communities("scale-free", scale_free, resolution=3.0, runs=2)
    check_communities("random, weighted, with loops", random_graph(1000, 4000, 5))


# ---- paths --------------------------------------------------------------------------------------


def with_costs(graph, plain, hop, hub, goal):
    """A directed graph whose edges cost what a path pays for them and for the node they lead to."""
    arcs = [(e.source, e.target, w) for e, w in zip(graph.es, graph.es["weight"])]
    if plain:
        arcs += [(target, source, w) for source, target, w in arcs]
    degree = graph.degree()  # both directions together
    cheapest = {}
    for source, target, w in arcs:
        passing = 0 if target == goal or degree[target] < 2 else hub * math.log(degree[target])
        cost = hop - math.log(w) + passing
        if source != target and cost < cheapest.get((source, target), math.inf):
            cheapest[source, target] = cost
    costs = igraph.Graph(graph.vcount(), list(cheapest), directed=True)
    costs.es["cost"] = list(cheapest.values())
    return costs


def check_paths(nodes, edges, seed):
    graph = random_graph(nodes, edges, seed)
    draw = random.Random(seed)
    queries, count, found = [], 8, 0
    for _ in range(12):
        source, goal = draw.sample(range(nodes), 2)
        queries.append((source, goal, draw.randrange(2), draw.choice([0.25, 1.0]), draw.choice([0.0, 0.5, 1.0])))
    answers = ask(graph, [f"paths {s} {g} {count} {plain} {hop} {hub}" for s, g, plain, hop, hub in queries])
    for (source, goal, plain, hop, hub), answer in zip(queries, answers):
        ours = [part.split() for part in " ".join(answer).split(";") if part]
        costs = with_costs(graph, plain, hop, hub, goal)
        theirs = costs.get_k_shortest_paths(source, goal, k=count, weights="cost", output="epath")
        theirs = [sum(costs.es[e]["cost"] for e in path) for path in theirs if path]
        assert len(ours) == len(theirs), (len(ours), len(theirs))
        for (cost, *path), expected in zip(ours, theirs):
            assert abs(float(cost) - expected) < 1e-6, (cost, expected)
            assert len(set(path)) == len(path) and (path[0], path[-1]) == (str(source), str(goal))
        found += len(ours)
    print(f"paths in {nodes} nodes, {edges} edges: {found} as cheap as igraph's")


def main():
    warnings.simplefilter("ignore", RuntimeWarning)  # igraph, of pairs without a path
    for seed, (nodes, edges) in enumerate([(50, 120), (300, 900), (1000, 5000), (1000, 1200)]):
        check_rank(nodes, edges, seed)
    check_all_communities()
    for seed, (nodes, edges) in enumerate([(60, 150), (400, 1600), (1000, 3000), (300, 320)]):
        check_paths(nodes, edges, seed)


main()
