"""The workloads of `preheat bench` in NumPy.

    python3 bench_numpy.py WORKLOAD N REPEAT

The last line is JSON: times in milliseconds and the numbers to check.
"""

import json
import sys
import time

import numpy as np

F = np.float32


def chain(x):
    y = np.sin(x) * np.exp(F(-0.1) * x**2) + F(0.5) * np.cos(F(3) * x)
    z = np.tanh(y) + F(0.25) * y**3 - y / (F(1) + y**2)
    return np.abs(z) ** F(1.5) + F(0.01) * x**4


def line(n):
    return np.linspace(-4, 4, n).astype(F)


def image(rng, n):
    images = rng.random((n * 16 // 9, n, 16), dtype=F)
    mean = images.mean(axis=(0, 1), keepdims=True)
    deviation = np.sqrt(((images - mean) ** 2).mean(axis=(0, 1), keepdims=True) + F(1e-6))
    out = np.maximum((images - mean) / deviation * F(1.0123) + F(-0.02), F(0)) ** F(1.8)
    return out, ((out - images) ** 2).mean(dtype=np.float64)


def paths(rng, n):
    steps = 256
    dt = F(1 / steps)
    drift, scale = (F(0.03) - F(0.5) * F(0.2) ** 2) * dt, F(0.2) * np.sqrt(dt)
    s = np.full(n, F(100))
    for _ in range(steps):
        s = s * np.exp(drift + scale * rng.standard_normal(n, dtype=F))
    return s, np.exp(F(-0.03)) * np.maximum(s - F(100), 0).mean(dtype=np.float64)


# By workload: what is given, the measured part, the numbers to check.
def workload(name, n, rng):
    draw = lambda *shape: rng.random(shape, dtype=F)
    mean = lambda x: float(x.mean(dtype=np.float64))
    return {
        "scale": (lambda: draw(n), lambda x: x * F(2) + F(1), lambda y: [mean(y), float(y.max())]),
        "sum_vector": (lambda: draw(n), lambda x: x.sum(), lambda s: [float(s) / n]),
        "sum_columns": (lambda: draw(n, n), lambda a: a.sum(axis=1), lambda s: [mean(s) / n]),
        "sum_rows": (lambda: draw(n, n), lambda a: a.sum(axis=0), lambda s: [mean(s) / n]),
        "cumsum_vector": (lambda: draw(n), np.cumsum, lambda c: [float(c[-1]) / n]),
        "chain": (
            lambda: None,
            lambda _: chain(line(n)),
            lambda w: [mean(w), float(w.max())],
        ),
        "chain_given": (lambda: line(n), chain, lambda w: [mean(w), float(w.max())]),
        "image_normalise": (
            lambda: None,
            lambda _: image(rng, n),
            lambda r: [float(r[1]), mean(r[0])],
        ),
        "monte_carlo": (
            lambda: None,
            lambda _: paths(rng, n),
            lambda r: [float(r[1]), mean(r[0])],
        ),
        "uniform": (lambda: None, lambda _: draw(n), lambda y: [mean(y)]),
        "normal": (
            lambda: None,
            lambda _: rng.standard_normal(n, dtype=F),
            lambda y: [float(y.std(dtype=np.float64))],
        ),
        "exp_double": (
            lambda: np.linspace(-30, 30, n),
            np.exp,
            lambda y: [float(np.log(y.mean()))],
        ),
        "product_single": (
            lambda: (draw(n, n), draw(n, n)),
            lambda ab: ab[0] @ ab[1],
            lambda c: [mean(c) / n],
        ),
        "product_double": (
            lambda: (rng.random((n, n)), rng.random((n, n))),
            lambda ab: ab[0] @ ab[1],
            lambda c: [mean(c) / n],
        ),
    }[name]


def main():
    name, n, repeat = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    given, measured, check = workload(name, n, np.random.default_rng(1))
    data = given()
    result = measured(data)
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        result = measured(data)
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"ms": times, "check": check(result)}))


main()
