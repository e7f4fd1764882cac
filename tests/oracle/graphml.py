#!/usr/bin/python3
"""Reads the GraphML of the sample graph with networkx (and igraph) and compares it with the JSON lines.

graphml.py ORACLE_EXPORT
graphml.py --file GRAPHML JSONL    two exports of one graph, as `vedette graph export` writes them
"""
import io
import json
import subprocess
import sys
import tempfile

from oracle import skip

try:
    import networkx
except ImportError:
    skip("python3-networkx is not installed")
try:
    import igraph
except ImportError:
    igraph = None


def read_lines(lines):
    """Nodes by kind and key, and edges, of classes of aliases, from the stated ones."""
    stands_for, edges, nodes = {}, [], set()
    for line in lines:
        item = json.loads(line)
        if item["line"] == "node":
            own = (item["kind"], item["key"])
            other = item.get("stands_for")
            stands_for[own] = (other["kind"], other["key"]) if other else own
            nodes.add(stands_for[own])
        elif item["line"] == "edge":
            ends = [stands_for[(item[e]["kind"], item[e]["key"])] for e in ("src", "dst")]
            if item["kind"] not in ("alias_of", "revoked_by") or ends[0] != ends[1]:
                edges.append((ends[0], item["kind"], ends[1], item["source"], item["confidence"]))
    return nodes, edges


def check(graphml, lines):
    nodes, edges = read_lines(lines)
    graph = networkx.read_graphml(io.BytesIO(graphml), force_multigraph=True)
    assert graph.is_directed()
    assert len(graph) == len(nodes), (len(graph), len(nodes))
    assert graph.number_of_edges() == len(edges), (graph.number_of_edges(), len(edges))
    name = {n: (d["kind"], d["key"]) for n, d in graph.nodes(data=True)}
    plain = {n for n in nodes if n[1].isprintable() and "\ufffd" not in n[1]}
    assert plain <= set(name.values()), "a key was changed"
    found = sorted((name[a], d["kind"], name[b], d["source"], d["confidence"])
                   for a, b, d in graph.edges(data=True) if name[a] in plain and name[b] in plain)
    assert found == sorted(e for e in edges if e[0] in plain and e[2] in plain), "the edges differ"
    return graph


def check_sample(program):
    run = lambda form: subprocess.run([program, form], capture_output=True, check=True).stdout
    graphml = run("graphml")
    graph = check(graphml, run("jsonl").decode("utf-8").splitlines())
    flaw = next(d for _, d in graph.nodes(data=True) if d["key"] == "CVE-2099-0001")
    assert flaw["epss"] == 0.94358 and flaw["defined"] is True and flaw["severity"] == "critical\nhigh"
    assert flaw["aliases"] == "GHSA-aaaa-bbbb-cccc" and flaw["p_name"].startswith("a property")
    hostile = next(d for _, d in graph.nodes(data=True) if d.get("tag"))
    assert hostile["tag"].startswith("=1+1|'cmd' <b a=\"1\">&amp;]]>\"};{\"x\":1}\r\n,;\t")
    check_igraph(graphml, len(graph), graph.number_of_edges())
    return graph


def check_igraph(graphml, nodes, edges):
    if igraph is None:
        print("python3-igraph is not installed: only networkx read it")
        return
    with tempfile.NamedTemporaryFile(suffix=".graphml") as f:
        f.write(graphml)
        f.flush()
        graph = igraph.Graph.Read_GraphML(f.name)
    assert (graph.vcount(), graph.ecount()) == (nodes, edges) and graph.is_directed()


def main():
    if sys.argv[1] == "--file":
        with open(sys.argv[2], "rb") as f, open(sys.argv[3], encoding="utf-8") as lines:
            graph = check(f.read(), lines)
    else:
        graph = check_sample(sys.argv[1])
    print(f"networkx: {len(graph)} nodes, {graph.number_of_edges()} edges")


main()
