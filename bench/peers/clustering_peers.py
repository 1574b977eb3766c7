"""Clusters rows that bench/clustering-peers.ts wrote with one peer, writes the cluster of each row, and prints time and memory as JSON.

Run: python3 clustering_peers.py FOLDER PEER, a process for each peer, so that its memory is its own. FOLDER holds rows.json (rows,
columns, clusters asked for), rows.f32 (unit length, little-endian), texts.json, and gets labels.i32, -1 for outliers.
Ends with 3 where a package of the peer is missing.
"""
import json
import pathlib
import resource
import sys
import time

SEED = 1
# As Signalbox's: smaller groups are outliers.
SMALLEST = 5
WARMED_BY = 300

folder, peer = pathlib.Path(sys.argv[1]), sys.argv[2]
facts = json.loads((folder / "rows.json").read_text())


def kmeans(number):
    from sklearn.cluster import KMeans

    return lambda rows, _: KMeans(n_clusters=number(rows), n_init=10, random_state=SEED).fit_predict(rows)


def agglomerative(number, linkage, metric):
    from sklearn.cluster import AgglomerativeClustering

    return lambda rows, _: AgglomerativeClustering(
        n_clusters=number(rows), linkage=linkage, metric=metric
    ).fit_predict(rows)


def hdbscan():
    from sklearn.cluster import HDBSCAN

    return lambda rows, _: HDBSCAN(min_cluster_size=SMALLEST, copy=True).fit_predict(rows)


def bertopic():
    """Its usual parts and settings, but for the seed: UMAP to 5 dimensions, HDBSCAN of at least 10, CountVectorizer, c-TF-IDF."""
    from bertopic import BERTopic
    from umap import UMAP

    def fit(rows, texts):
        reduced = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=SEED)
        model = BERTopic(embedding_model=None, umap_model=reduced)
        return model.fit_transform(texts, embeddings=rows)[0]

    return fit


def versions(*packages):
    from importlib.metadata import version

    return ", ".join(f"{package} {version(package)}" for package in packages)


try:
    import numpy as np

    # The rows that warm a peer up are fewer than the clusters asked for may be.
    asked = lambda rows: min(facts["clusters"], len(rows) // 2)
    fit, packages = {
        "kmeans": lambda: (kmeans(asked), ["scikit-learn"]),
        "agglomerative-average": lambda: (agglomerative(asked, "average", "cosine"), ["scikit-learn"]),
        "agglomerative-ward": lambda: (agglomerative(asked, "ward", "euclidean"), ["scikit-learn"]),
        "hdbscan": lambda: (hdbscan(), ["scikit-learn"]),
        "bertopic": lambda: (bertopic(), ["bertopic", "umap-learn", "hdbscan", "scikit-learn"]),
    }[peer]()
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(3)

rows = np.fromfile(folder / "rows.f32", dtype="<f4").reshape(facts["rows"], facts["columns"])
texts = json.loads((folder / "texts.json").read_text())
# Some compile themselves at their first call.
fit(rows[:WARMED_BY], texts[:WARMED_BY])
wall, cpu = time.perf_counter(), time.process_time()
labels = fit(rows, texts)
seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
np.asarray(labels, dtype="<i4").tofile(folder / "labels.i32")
json.dump(
    {
        "versions": versions(*packages),
        "seconds": seconds,
        "cpuSeconds": cpu_seconds,
        "peakMemoryMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    },
    sys.stdout,
)
