"""Trains scikit-learn's linear models on features that bench/peers.ts wrote, and prints what they reach as JSON.

Run: python3 linear_peers.py FOLDER, which holds features.json, {train,judged}.classes.i32, and for each of the two parts either
{train,judged}.dense.f32 or the arrays of a sparse matrix (CSR), {offsets.i32,indices.i32,values.f32}; little-endian.
Ends with 3 where numpy, scipy or scikit-learn are missing.
"""
import json
import pathlib
import sys
import time

try:
    import numpy as np
    import sklearn
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(3)

folder = pathlib.Path(sys.argv[1])
width = json.loads((folder / "features.json").read_text())["width"]


def read(part):
    array = lambda name, kind: np.fromfile(folder / f"{part}.{name}", dtype=kind)
    classes = array("classes.i32", "<i4")
    if (folder / f"{part}.dense.f32").exists():
        return array("dense.f32", "<f4").reshape(len(classes), width), classes
    offsets = array("offsets.i32", "<i4")
    rows = csr_matrix(
        (array("values.f32", "<f4"), array("indices.i32", "<i4"), offsets), shape=(len(offsets) - 1, width)
    )
    rows.sort_indices()
    return rows, classes


def measure(name, model, train, judged):
    wall, cpu = time.perf_counter(), time.process_time()
    model.fit(*train)
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name}: {seconds:.1f} s", file=sys.stderr)
    return {
        "name": name,
        "seconds": seconds,
        "cpuSeconds": cpu_seconds,
        "accuracy": float((model.predict(judged[0]) == judged[1]).mean()),
    }


train, judged = read("train"), read("judged")
peers = [
    # The cost and the loss of ours: squared hinge, solved in the dual.
    ("LinearSVC, C=1", LinearSVC(C=1.0, random_state=0)),
    ("LogisticRegression, C=1 (default)", LogisticRegression(C=1.0, max_iter=1000)),
    ("LogisticRegression, C=10", LogisticRegression(C=10.0, max_iter=1000)),
]
json.dump(
    {
        "scikitLearn": sklearn.__version__,
        "results": [measure(name, model, train, judged) for name, model in peers],
    },
    sys.stdout,
)
