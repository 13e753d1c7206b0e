"""Differences of rates between arms of partners.

CR2 and its Satterthwaite degrees of freedom: Bell & McCaffrey (2002), Survey Methodology 28:169; Pustejovsky &
Tipton (2018), JBES 36:672; working model of Imbens & Kolesár (2016), REStat 98:701.
"""

import math
from dataclasses import dataclass, field

from recomputation.distributions import t_survival_quantile, t_two_sided


@dataclass
class Cluster:
    """One partner: the values and weights of its customers (or contracts)."""

    partner: str = ""
    values: list = field(default_factory=list)
    weights: list = field(default_factory=list)

    def __post_init__(self):
        self.settle()

    def add(self, value, weight):
        self.values.append(value)
        self.weights.append(weight)

    def settle(self):
        self.count = len(self.values)
        self.numerator = math.fsum(self.values)
        self.denominator = math.fsum(self.weights)

    @property
    def rate(self):
        return self.numerator / self.denominator


@dataclass
class Estimate:
    value: float
    standard_error: float
    degrees_of_freedom: float

    @property
    def p_value(self):
        return t_two_sided(self.value / self.standard_error, self.degrees_of_freedom)

    def half_width(self, tail):
        return t_survival_quantile(tail, self.degrees_of_freedom) * self.standard_error


def weighing(arm):
    return [cluster for cluster in arm if cluster.denominator > 0]


def taking_part(arm):
    return [cluster for cluster in arm if cluster.denominator > 0 or cluster.numerator != 0]


def pooled_rate(arm):
    """Σy/Σx, or None in an arm without a denominator."""
    denominator = math.fsum(cluster.denominator for cluster in arm)
    return math.fsum(cluster.numerator for cluster in arm) / denominator if denominator > 0 else None


def intraclass_correlation(control, treatment):
    """Analysis of variance within arms: (MSB − MSW)/(MSB + (n₀ − 1)·MSW); Donner (1986). None if undefined."""
    between = within = adjusted = 0.0
    customers = clusters = 0
    for arm in (control, treatment):
        arm = weighing(arm)
        size = sum(cluster.count for cluster in arm)
        mean = math.fsum(value for cluster in arm for value in cluster.values) / size
        for cluster in arm:
            own = math.fsum(cluster.values) / cluster.count
            between += cluster.count * (own - mean) ** 2
            within += math.fsum((value - own) ** 2 for value in cluster.values)
        customers += size
        clusters += len(arm)
        adjusted += size - sum(cluster.count**2 for cluster in arm) / size
    if clusters <= 2 or customers <= clusters:
        return None
    mean_between = between / (clusters - 2)
    mean_within = within / (customers - clusters)
    total = mean_between + (adjusted / (clusters - 2) - 1) * mean_within
    return (mean_between - mean_within) / total if total > 0 else None


def working_variance(cluster, model, correlation, rate):
    """Without a denominator a partner counts as at least one customer, and as the denominator usual for its numerator."""
    if model == "proportional":
        size = cluster.denominator if cluster.denominator > 0 or rate == 0 else cluster.numerator / rate
        return size**2
    count = max(1, cluster.count)
    return float(count) if model == "identity" else count * (1 + (count - 1) * correlation)


def pooled_estimate(control, treatment, model="exchangeable"):
    """Customer average with its CR2 error; None when an uncertainty cannot be given."""
    rates = (pooled_rate(control), pooled_rate(treatment))
    if None in rates or any(len(weighing(arm)) < 2 for arm in (control, treatment)):
        return None
    correlation = intraclass_correlation(control, treatment)
    correlation = min(max(0.01 if correlation is None else correlation, 0.01), 0.95)
    variance = trace = trace_of_square = 0.0
    varies = False
    for arm, rate in zip((control, treatment), rates):
        own_rate = pooled_rate(weighing(arm))
        arm = taking_part(arm)
        total = math.fsum(cluster.denominator for cluster in arm)
        leverage = [cluster.denominator / total for cluster in arm]
        if max(leverage) >= 1:
            return None
        for cluster, h in zip(arm, leverage):
            expected = rate * cluster.denominator
            residual = cluster.numerator - expected
            varies = varies or abs(residual) > 1e-12 * (abs(cluster.numerator) + abs(expected))
            variance += residual**2 / (1 - h) / total**2
        # M = A^½ B W Bᵀ A^½ with B = I − h1ᵀ: every entry, one after the other.
        w = [working_variance(cluster, model, correlation, own_rate) for cluster in arm]
        a = [1 / (total**2 * (1 - h)) for h in leverage]
        s = math.fsum(w)
        for k in range(len(arm)):
            for j in range(len(arm)):
                entry = leverage[k] * leverage[j] * s - leverage[j] * w[k] - leverage[k] * w[j]
                if k == j:
                    entry += w[k]
                    trace += a[k] * entry
                trace_of_square += a[k] * a[j] * entry**2
    if not varies or variance <= 0:
        return None
    return Estimate(rates[1] - rates[0], math.sqrt(variance), trace**2 / trace_of_square)


def partner_average(control, treatment):
    """(difference, estimate or None): Welch's t on partners' own rates; Welch (1947), Biometrika 34:28."""
    means, squared_errors, counts = [], [], []
    for arm in (control, treatment):
        rates = [cluster.rate for cluster in weighing(arm)]
        if not rates:
            return None, None
        mean = math.fsum(rates) / len(rates)
        spread = math.fsum((rate - mean) ** 2 for rate in rates)
        noise = 1e-12 * max(abs(rate) for rate in rates)
        means.append(mean)
        counts.append(len(rates))
        spread = spread if spread > len(rates) * noise**2 else 0.0
        squared_errors.append(spread / (len(rates) - 1) / len(rates) if len(rates) > 1 else None)
    difference = means[1] - means[0]
    if None in squared_errors or sum(squared_errors) == 0:
        return difference, None
    variance = sum(squared_errors)
    df = variance**2 / sum(part**2 / (m - 1) for part, m in zip(squared_errors, counts))
    return difference, Estimate(difference, math.sqrt(variance), df)


def effective_clusters(arm):
    """Kish's (Σx)²/Σx²."""
    total = math.fsum(cluster.denominator for cluster in arm)
    return 1 / math.fsum((cluster.denominator / total) ** 2 for cluster in arm)
