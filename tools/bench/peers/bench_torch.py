"""The workloads of `preheat bench` in PyTorch, on a GPU if there is one.

    python3 bench_torch.py WORKLOAD N REPEAT eager|compile

The last line is JSON: times in milliseconds, by CUDA events on a GPU, and the numbers to check.
TF32 is off: products are those of `single`.
"""

import json
import math
import sys
import time

import torch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
torch.backends.cuda.matmul.allow_tf32 = False


def rand(*shape, dtype=torch.float32):
    return torch.rand(*shape, device=DEVICE, dtype=dtype)


def line(n):
    return torch.linspace(-4, 4, n, device=DEVICE)


def chain(x):
    y = torch.sin(x) * torch.exp(-0.1 * x**2) + 0.5 * torch.cos(3 * x)
    z = torch.tanh(y) + 0.25 * y**3 - y / (1 + y**2)
    return z.abs() ** 1.5 + 0.01 * x**4


def image(n):
    images = rand(n * 16 // 9, n, 16)
    mean = images.mean(dim=(0, 1), keepdim=True)
    deviation = torch.sqrt(((images - mean) ** 2).mean(dim=(0, 1), keepdim=True) + 1e-6)
    out = ((images - mean) / deviation * 1.0123 - 0.02).clamp_min(0) ** 1.8
    return out, ((out - images) ** 2).mean()


def paths(n):
    steps, rate, sigma = 256, 0.03, 0.2
    drift, scale = (rate - 0.5 * sigma**2) / steps, sigma * math.sqrt(1 / steps)
    s = torch.full((n,), 100.0, device=DEVICE)
    for _ in range(steps):
        s = s * torch.exp(drift + scale * torch.randn(n, device=DEVICE))
    return s, math.exp(-rate) * (s - 100).clamp_min(0).mean()


def mean(x):
    return float(x.double().mean())


# By workload: what is given, the measured part, the numbers to check.
def workload(name, n):
    double = torch.float64
    return {
        "scale": (lambda: rand(n), lambda x: x * 2 + 1, lambda y: [mean(y), float(y.max())]),
        "sum_vector": (lambda: rand(n), lambda x: x.sum(), lambda s: [float(s) / n]),
        "sum_columns": (lambda: rand(n, n), lambda a: a.sum(1), lambda s: [mean(s) / n]),
        "sum_rows": (lambda: rand(n, n), lambda a: a.sum(0), lambda s: [mean(s) / n]),
        "cumsum_vector": (lambda: rand(n), lambda x: x.cumsum(0), lambda c: [float(c[-1]) / n]),
        "chain": (
            lambda: n,
            lambda n: chain(line(n)),
            lambda w: [mean(w), float(w.max())],
        ),
        "chain_given": (lambda: line(n), chain, lambda w: [mean(w), float(w.max())]),
        "image_normalise": (lambda: n, image, lambda r: [float(r[1]), mean(r[0])]),
        "monte_carlo": (lambda: n, paths, lambda r: [float(r[1]), mean(r[0])]),
        "uniform": (lambda: n, lambda n: rand(n), lambda y: [mean(y)]),
        "normal": (
            lambda: n,
            lambda n: torch.randn(n, device=DEVICE),
            lambda y: [float(y.double().std())],
        ),
        "exp_double": (
            lambda: torch.linspace(-30, 30, n, device=DEVICE, dtype=double),
            torch.exp,
            lambda y: [float(y.mean().log())],
        ),
        "product_single": (
            lambda: (rand(n, n), rand(n, n)),
            lambda ab: ab[0] @ ab[1],
            lambda c: [mean(c) / n],
        ),
        "product_double": (
            lambda: (rand(n, n, dtype=double), rand(n, n, dtype=double)),
            lambda ab: ab[0] @ ab[1],
            lambda c: [mean(c) / n],
        ),
    }[name]


def measure(measured, data):
    if DEVICE == "cuda":
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        torch.cuda.synchronize()
        start.record()
        result = measured(data)
        end.record()
        torch.cuda.synchronize()
        return start.elapsed_time(end), result
    start = time.perf_counter()
    result = measured(data)
    return (time.perf_counter() - start) * 1e3, result


def main():
    name, n, repeat, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    torch.manual_seed(1)
    given, measured, check = workload(name, n)
    if mode == "compile":
        measured = torch.compile(measured)
    data = given()
    for _ in range(3):
        _, result = measure(measured, data)
    times = []
    for _ in range(repeat):
        del result
        ms, result = measure(measured, data)
        times.append(ms)
    answer = {"ms": times, "is_kernel_time": DEVICE == "cuda", "check": check(result)}
    print(json.dumps(answer))


main()
