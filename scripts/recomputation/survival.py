"""Customers kept over time, with delayed entry: at risk at t when entry < t ≤ time."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from statistics import NormalDist

from recomputation.distributions import t_two_sided
from recomputation.rates import Cluster


@dataclass(frozen=True)
class Lifetime:
    cluster: int
    entry: float
    time: float
    is_event: bool


class Unavailable(Exception):
    """A number that the data cannot give."""


class Counts:
    """At risk, lost and cut off at any time, counted from sorted columns."""

    def __init__(self, lifetimes):
        self.entries = sorted(life.entry for life in lifetimes)
        self.endings = sorted(life.time for life in lifetimes)
        self.lost = Counter(life.time for life in lifetimes if life.is_event)
        self.cut = Counter(life.time for life in lifetimes if not life.is_event)
        self.times = sorted(set(self.endings))
        self.event_times = sorted(self.lost)

    def at_risk(self, time):
        return bisect_left(self.entries, time) - bisect_left(self.endings, time)


def observed(lifetimes):
    """Rows that were at risk at some time."""
    return [life for life in lifetimes if life.time > life.entry]


def kaplan_meier(lifetimes, level=0.95):
    """The points of the curve as dictionaries; Kaplan & Meier (1958), Greenwood errors, log(−log) limits."""
    counts = Counts(observed(lifetimes))
    z = NormalDist().inv_cdf(0.5 + level / 2)
    survival, hazard_variance, points = 1.0, 0.0, []
    for time in counts.times:
        r, d = counts.at_risk(time), counts.lost[time]
        survival *= (r - d) / r
        if d < r:
            hazard_variance += d / (r * (r - d))
        point = {"time": time, "atRisk": r, "events": d, "censored": counts.cut[time], "survival": survival}
        if survival > 0:
            point["standardError"] = survival * math.sqrt(hazard_variance)
        if 0 < survival < 1:
            spread = math.exp(z * math.sqrt(hazard_variance) / abs(math.log(survival)))
            point["lower"], point["upper"] = survival**spread, survival ** (1 / spread)
        points.append(point)
    return points


def risk_clusters(lifetimes, partners, horizon):
    """Partners' pseudo-values of the risk 1 − S(horizon): risk + n · infinitesimal-jackknife influence.

    Efron (1982), ch. 6; Andersen, Klein & Rosthøj (2003), Biometrika 90:15. Raises Unavailable.
    """
    lifetimes = observed(lifetimes)
    counted = [life for life in lifetimes if life.entry < horizon]
    if not counted:
        raise Unavailable("nobody at risk")
    counts = Counts(lifetimes)
    last = counts.times[-1]
    events = [time for time in counts.event_times if time <= horizon]
    survival = math.prod(1 - counts.lost[time] / counts.at_risk(time) for time in events)
    if any(counts.lost[time] == counts.at_risk(time) and time < last for time in events):
        raise Unavailable("the risk set is exhausted early")
    if last < horizon and survival > 0:
        raise Unavailable("the horizon is not reached")
    sums, total = [0.0], 0.0
    for time in events:
        r, d = counts.at_risk(time), counts.lost[time]
        total += d / (r * (r - d)) if r > d else 0.0
        sums.append(total)
    clusters = [Cluster(partner) for partner in partners]
    for life in counted:
        influence = 0.0
        if survival > 0:
            influence = sums[bisect_right(events, life.entry)] - sums[bisect_right(events, life.time)]
            if life.is_event and life.time <= horizon:
                influence += 1 / (counts.at_risk(life.time) - counts.lost[life.time])
        clusters[life.cluster].add(1 - survival + len(counted) * survival * influence, 1.0)
    for cluster in clusters:
        cluster.settle()
    return clusters


def clustered_log_rank(control, treatment):
    """Lin & Wei (1989), JASA 84:1074, null form; Jung & Jeong (2003). A dictionary, or Unavailable."""
    arms = [observed(control), observed(treatment)]
    occupied = [sorted({life.cluster for life in arm}) for arm in arms]
    if any(len(clusters) < 2 for clusters in occupied):
        raise Unavailable("fewer than two partners in an arm")
    both, treated = Counts(arms[0] + arms[1]), Counts(arms[1])
    if not both.event_times:
        raise Unavailable("no events")
    share = {time: treated.at_risk(time) / both.at_risk(time) for time in both.event_times}
    hazard = {time: both.lost[time] / both.at_risk(time) for time in both.event_times}
    statistic = variance = 0.0
    for arm, (lifetimes, clusters) in enumerate(zip(arms, occupied)):
        # Σ over event times ≤ t of (a − ā)·hazard, so that a customer's sum is one difference.
        sums = [0.0]
        for time in both.event_times:
            sums.append(sums[-1] + (arm - share[time]) * hazard[time])
        scores = dict.fromkeys(clusters, 0.0)
        for life in lifetimes:
            before = sums[bisect_right(both.event_times, life.entry)]
            through = sums[bisect_right(both.event_times, life.time)]
            own = arm - share[life.time] if life.is_event else 0.0
            scores[life.cluster] += own - (through - before)
        mean = math.fsum(scores.values()) / len(clusters)
        statistic += math.fsum(scores.values())
        squares = math.fsum((score - mean) ** 2 for score in scores.values())
        variance += len(clusters) / (len(clusters) - 1) * squares
    if variance <= 1e-20:
        raise Unavailable("no variation")
    z = statistic / math.sqrt(variance)
    m0, m1 = len(occupied[0]), len(occupied[1])
    df = (m0 + m1) ** 2 / (m0**2 / (m1 - 1) + m1**2 / (m0 - 1))
    return {
        "observedTreatment": float(sum(treated.lost.values())),
        "expectedTreatment": math.fsum(share[time] * both.lost[time] for time in both.event_times),
        "statistic": z,
        "degreesOfFreedom": float(df),
        "pValue": t_two_sided(z, df),
        "clusterCountControl": len(occupied[0]),
        "clusterCountTreatment": len(occupied[1]),
    }
