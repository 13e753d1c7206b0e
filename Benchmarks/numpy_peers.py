#!/usr/bin/env python3
"""What a careful analyst would write by hand with numpy, as a peer of the engine: partner totals, then their algebra.

usage: numpy_peers.py FOLDER JOB; prints one line of JSON like `bench` does.
"""

import json
import math
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np

TYPES = {"i8": np.int8, "i16": np.int16, "i32": np.int32, "f64": np.float64}
LONGEST = 20.0
BLOCK = 250


class Pilot:
    """The columns of a folder, loaded when they are asked for."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.partner = self["partner_id"]
        self.count = int(self.partner.max()) + 1

    def __getitem__(self, name):
        (file,) = self.folder.glob(f"{name}.*")
        return np.fromfile(file, TYPES[file.suffix[1:]])

    def sums(self, values):
        return np.bincount(self.partner, values, self.count)

    def renewals(self):
        """Customers, renewals, variant and stratum of every partner with customers."""
        size = np.bincount(self.partner, minlength=self.count).astype(float)
        variant, stratum = np.zeros(self.count), np.zeros(self.count, int)
        variant[self.partner], stratum[self.partner] = self["variant"], self["stratum"]
        renewed = self.sums(self["renewed"])
        present = size > 0
        return size[present], renewed[present], variant[present], stratum[present]


def residual_squares(y, n):
    """An arm's ratio and m/(m − 1)·Σe²/(Σn)², its first-order variance."""
    ratio = y.sum() / n.sum()
    m = len(n)
    return ratio, m / (m - 1) * ((y - ratio * n) ** 2).sum() / n.sum() ** 2


def compare(y, n, variant):
    """The difference of ratios and its first-order standard error."""
    (control, a), (treatment, b) = (residual_squares(y[variant == arm], n[variant == arm]) for arm in (0, 1))
    return treatment - control, math.sqrt(a + b)


def cuped(y, x, n, variant):
    """The difference of ratios less that of the covariate, with one slope for both arms."""
    a, b = ((values - values.sum() / n.sum() * n) for values in (y, x))
    slope = (a @ b) / (b @ b)
    return compare(y - slope * x, n, variant)


def totals(pilot):
    partner, after, before, earlier = (
        pilot.partner, pilot["recurring_revenue_end"], pilot["recurring_revenue_start"], pilot["pre_period_value"],
    )  # fmt: skip
    customer_variant, renewed = pilot["variant"], pilot["renewed"]

    def work():
        n = np.bincount(partner, minlength=pilot.count).astype(float)
        variant = np.zeros(pilot.count)
        variant[partner] = customer_variant
        r, y, s, x = (pilot.sums(values) for values in (renewed, after, before, earlier))
        renewal, delta = compare(r, n, variant)
        arms = [variant == arm for arm in (0, 1)]
        clusters, customers = pilot.count, len(partner)
        squares = sum(
            ((r[arm] - r[arm].sum() / n[arm].sum() * n[arm]) ** 2).sum() / n[arm].sum() ** 2 for arm in arms
        )
        factor = clusters / (clusters - 1) * (customers - 1) / (customers - 2)
        money = compare(y, s, variant)
        adjusted = cuped(y, x, n, variant)
        return {
            "renewal": renewal, "renewal_delta_se": delta, "renewal_se": math.sqrt(factor * squares),
            "nrr": money[0], "nrr_se": money[1], "cuped": adjusted[0], "cuped_se": adjusted[1],
        }  # fmt: skip

    return work


def ancova(pilot):
    variant, x, y = pilot["variant"].astype(float), pilot["pre_period_value"], pilot["recurring_revenue_end"]

    def work():
        n, sv, sx, sy = (pilot.sums(values) for values in (np.ones_like(x), variant, x, y))
        svx, sxx, sxy = (pilot.sums(values) for values in (variant * x, x * x, x * y))
        gram = np.array([[n, sv, sx], [sv, sv, svx], [sx, svx, sxx]])
        svy = sy * (sv > 0)
        inverse = np.linalg.inv(gram.sum(2))
        beta = inverse @ [sy.sum(), svy.sum(), sxy.sum()]
        scores = np.array([sy, svy, sxy]) - np.einsum("ijg,j->ig", gram, beta)
        g, rows = pilot.count, len(x)
        covariance = inverse @ (scores @ scores.T) @ inverse * g / (g - 1) * (rows - 1) / (rows - 3)
        return {"ancova": beta[1], "ancova_se": math.sqrt(covariance[1, 1])}

    return work


def cr(pilot):
    size, renewed, variant, _ = pilot.renewals()

    def work():
        squares = {2: 0.0, 3: 0.0}
        for arm in (variant == 0, variant == 1):
            n, r = size[arm], renewed[arm]
            residual = (r - r.sum() / n.sum() * n) / n.sum()
            for kind in squares:
                squares[kind] += (residual**2 / (1 - n / n.sum()) ** (kind - 1)).sum()
        return {f"cr{kind}_se": math.sqrt(value) for kind, value in squares.items()}

    return work


def km_logrank(pilot):
    variant, event = pilot["variant"].astype(np.int64), pilot["event"]
    days = (pilot["exit_day"] - pilot["entry_day"]).astype(np.int64)
    length = int(days.max()) + 1

    def work():
        counts = np.bincount((variant * 2 + event) * length + days, minlength=4 * length).reshape(2, 2, length)
        lost, leaving = counts[:, 1].astype(float), counts.sum(1)
        risk = leaving[:, ::-1].cumsum(1)[:, ::-1].astype(float)
        kept = [np.prod(1 - lost[arm, :181] / np.maximum(risk[arm, :181], 1)) for arm in (0, 1)]
        d, r = lost.sum(0), risk.sum(0)
        d, r, treated, observed = (values[d > 0] for values in (d, r, risk[1], lost[1]))
        share = treated / r
        variance = (d * share * (1 - share) * (r - d) / np.maximum(r - 1, 1)).sum()
        statistic = (observed - d * share).sum() ** 2 / variance
        return {"km_control": kept[0], "km_treatment": kept[1], "log_rank": statistic}

    return work


def permutation(pilot, draws=10_000):
    n, r, v, s = pilot.renewals()

    def difference(labels):
        a, b = labels @ r, labels @ n
        return a / b - (r.sum() - a) / (n.sum() - b)

    def work():
        random = np.random.default_rng(1)
        observed = difference(v[None])[0]
        strata = [np.flatnonzero(s == level) for level in np.unique(s)]
        extreme = 0
        for start in range(0, draws, BLOCK):
            labels = np.empty((min(BLOCK, draws - start), len(n)))
            for row in labels:
                for members in strata:
                    row[members] = random.permutation(v[members])
            extreme += int((abs(difference(labels)) >= abs(observed) - 1e-12).sum())
        return {"permutation": observed, "permutation_p": (extreme + 1) / (draws + 1)}

    return work


def wild(pilot, draws=9_999):
    n, r, v, _ = pilot.renewals()
    treated = (v * n).sum()
    control = n.sum() - treated
    factor = math.sqrt(len(n) / (len(n) - 1) * (n.sum() - 1) / (n.sum() - 2))

    def statistic(scores):
        b1, b0 = scores @ v / treated, scores @ (1 - v) / control
        error = scores - b1[:, None] * (v * n) - b0[:, None] * ((1 - v) * n)
        return (b1 - b0) / np.sqrt((error * error) @ (v / treated**2 + (1 - v) / control**2)) / factor

    def work():
        random = np.random.default_rng(1)
        scores = r - r.sum() / n.sum() * n
        observed = statistic(scores[None])[0]
        extreme = 0
        for start in range(0, draws, BLOCK):
            signs = random.integers(0, 2, (min(BLOCK, draws - start), len(n)), dtype=np.int8) * 2.0 - 1
            extreme += int((abs(statistic(signs * scores)) >= abs(observed)).sum())
        return {"wild_t": observed, "wild_p": extreme / draws}

    return work


def power(pilot, replicates=1_000, correlation=0.05, rates=(0.65, 0.70)):
    sizes = pilot.renewals()[0]
    sizes = sizes[:: max(1, len(sizes) // 200)][:200]
    arms = np.arange(len(sizes)) % 2
    spread = (1 - correlation) / correlation
    shapes = np.array(rates) * spread

    def work():
        random = np.random.default_rng(1)
        shown = 0
        for _ in range(replicates):
            v = random.permutation(arms)
            rate = random.beta(shapes[v], spread - shapes[v])
            value, error = compare(random.binomial(sizes.astype(int), rate), sizes, v)
            shown += abs(value) > 1.96 * error
        return {"power": shown / replicates}

    return work


JOBS = {
    work.__name__: work for work in (totals, ancova, cr, km_logrank, permutation, wild, power)
}


def measure(folder, job):
    """Executes a job up to five times, or until the next time would take too long in all."""
    work = JOBS[job](Pilot(folder))
    processor, wall = [], []
    while not wall or len(wall) < 5 and sum(wall) + wall[-1] <= LONGEST:
        before = time.process_time(), time.perf_counter()
        result = work()
        processor.append(time.process_time() - before[0])
        wall.append(time.perf_counter() - before[1])
    return {
        "job": job,
        "cpu": statistics.median(processor),
        "wall": statistics.median(wall),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "result": {name: float(value) for name, value in result.items()},
    }


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:3])))
