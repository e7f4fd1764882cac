#!/usr/bin/python3
"""Compares the kernels on points with scikit-learn and SciPy."""
import os
import subprocess
import sys

from oracle import skip

os.environ["OMP_NUM_THREADS"] = "1"  # threads that wait for each other take longer on a busy machine
try:
    import numpy
    import scipy.cluster.hierarchy
    import sklearn.cluster
    import sklearn.datasets
    import sklearn.metrics
    import sklearn.mixture
except ImportError as missing:
    skip(f"{missing.name} is not installed")

PROGRAM = sys.argv[1]


def ask(points, questions):
    """The answers to each question, as arrays of numbers."""
    rows = "\n".join(" ".join(map(repr, map(float, row))) for row in points)
    text = f"points {len(points)} {len(points[0])}\n{rows}\n" + "\n".join(questions) + "\n"
    run = subprocess.run([PROGRAM], input=text, capture_output=True, text=True, check=True)
    answers = run.stdout.split("\n")[:-1]
    assert len(answers) == len(questions), (len(answers), len(questions))
    return [numpy.array(answer.split(), dtype=float) for answer in answers]


def blobs(rows, columns, centres, spread, seed):
    points, truth = sklearn.datasets.make_blobs(rows, columns, centers=centres, cluster_std=spread, random_state=seed)
    return points.astype("f4"), truth


def check_kmeans(shape, clusters, separable):
    points, truth = blobs(*shape)
    ours = ask(points, [f"kmeans {clusters} {seed}" for seed in range(3)])
    theirs = sklearn.cluster.KMeans(clusters, n_init=10, random_state=1).fit(points)
    for inertia, *labels in ours:
        assert inertia <= 1.01 * theirs.inertia_, (inertia, theirs.inertia_)
        if separable:
            assert sklearn.metrics.adjusted_rand_score(truth, labels) >= 0.99
    print(f"k-means {shape}: inertia {', '.join(f'{a[0]:.2f}' for a in ours)}; theirs {theirs.inertia_:.2f}")


def check_mixture(shape, clusters, separable):
    points, truth = blobs(*shape)
    points[:, 0] *= 3  # columns of different variance, or a diagonal says nothing
    ours = ask(points, [f"mixture {clusters} {seed}" for seed in range(3)])
    theirs = sklearn.mixture.GaussianMixture(clusters, covariance_type="diag", n_init=3, tol=1e-4, max_iter=500,
                                             random_state=1).fit(points)
    expected, bic = theirs.score(points), theirs.bic(points)
    for own_bic, likelihood, *labels in ours:
        assert likelihood >= expected - 0.01 * abs(expected), (likelihood, expected)
        assert own_bic <= bic + 0.01 * abs(bic), (own_bic, bic)
        if separable:
            assert abs(likelihood - expected) < 1e-3 * abs(expected) and abs(own_bic - bic) < 1e-3 * abs(bic)
            assert sklearn.metrics.adjusted_rand_score(truth, labels) >= 0.99
    print(f"mixture {shape}: log-likelihood {', '.join(f'{a[1]:.4f}' for a in ours)}; theirs {expected:.4f}")


def check_linkage(points, method, within):
    ours, = ask(points, [f"linkage {method}"])
    ours = ours.reshape(-1, 4)
    theirs = scipy.cluster.hierarchy.linkage(points.astype("f8"), method)
    off = numpy.max(numpy.abs(ours[:, 2] - theirs[:, 2]) / theirs[:, 2])
    assert off < within, f"{method}: heights differ by {off}"
    for clusters in 2, 5, 20:
        cut = [scipy.cluster.hierarchy.fcluster(z, clusters, "maxclust") for z in (ours, theirs)]
        ari = sklearn.metrics.adjusted_rand_score(*cut)
        assert ari >= 0.999, f"{method} cut into {clusters}: ARI {ari}"
    print(f"{method} of {points.shape}: heights within {off:.1e}")


def main():
    check_kmeans((1000, 4, 6, 0.5, 1), 6, True)
    check_kmeans((3000, 8, 12, 0.7, 2), 12, True)
    check_kmeans((2000, 5, 10, 4.0, 3), 10, False)
    check_kmeans((1500, 2, 3, 3.0, 4), 15, False)
    check_mixture((1000, 4, 5, 0.5, 5), 5, True)
    check_mixture((2000, 6, 8, 4.0, 6), 8, False)
    for shape in (500, 3, 5, 2.0, 7), (2000, 10, 8, 3.0, 8):
        points, _ = blobs(*shape)
        check_linkage(points, "ward", 1e-6)
        check_linkage(points, "average", 1e-6)


main()
