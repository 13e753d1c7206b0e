"""Recomputes the effects of a look: rates, estimates, tests and intervals."""

from recomputation import rates
from recomputation.comparison import CLOSE, EXACT, ITERATED
from recomputation.distributions import normal_survival, t_survival
from recomputation.survival import Unavailable, clustered_log_rank, risk_clusters

CONTROL = "control"
BENEFIT = {"renewalRate": 1, "netRevenueRetention": 1, "binary": 1, "churn": -1, "discountDepth": -1}


def arms_of(evidence, metric, variant):
    """Control's and treatment's partner lines; None where the metric cannot be read yet."""
    if metric["kind"] != "churn":
        return [evidence.clusters(metric, arm) for arm in (CONTROL, variant)]
    try:
        return [
            risk_clusters(evidence.lifetimes(metric, arm), evidence.partners[arm], metric["horizonDays"])
            for arm in (CONTROL, variant)
        ]
    except Unavailable:
        return None


def check_effect(comparison, evidence, position):
    """Checks one effect; returns a line for the table of what was recomputed."""
    effect = comparison.document["effects"][position]
    metric, variant, path = effect["metric"], effect["variant"], f"effects[{position}]"
    arms = arms_of(evidence, metric, variant)
    # An arm without a denominator leaves nothing to compare: everything below must be absent.
    if arms and any(rates.pooled_rate(arm) is None for arm in arms):
        arms = None
    pooled = average = difference = None
    if arms:
        model = "proportional" if metric["kind"] == "netRevenueRetention" else "exchangeable"
        pooled = rates.pooled_estimate(*arms, model)
        pooled_difference = rates.pooled_rate(arms[1]) - rates.pooled_rate(arms[0])
        average_difference, average = rates.partner_average(*arms)
        is_pooled = metric["estimand"] == "customerAverage"
        difference = pooled_difference if is_pooled else average_difference
        estimate, other = (pooled, average) if is_pooled else (average, pooled)
    else:
        estimate = other = None
    for name, arm in zip((CONTROL, "treatment"), arms or (None, None)):
        check_rate(comparison, f"{path}.{name}", arm)
    size = max((abs(rates.pooled_rate(arm)) for arm in arms), default=0.0) if arms else 0.0
    comparison.expect(f"{path}.difference", difference, CLOSE, scale=size)
    correlation = rates.intraclass_correlation(*arms) if arms else None
    comparison.expect(f"{path}.intraclassCorrelation", correlation, ITERATED, scale=0.01)
    check_estimate(comparison, f"{path}.estimate", estimate, size)
    check_estimate(comparison, f"{path}.otherEstimate", other, size)
    p_value = estimate.p_value if estimate else None
    if metric["kind"] == "churn":
        p_value = check_log_rank(comparison, evidence, path, metric, variant)
    comparison.expect(f"{path}.pValue", p_value, ITERATED)
    check_intervals(comparison, path, effect, estimate)
    return {
        "metric": metric["id"], "variant": variant, "role": effect["role"],
        "control": rates.pooled_rate(arms[0]) if arms else None,
        "treatment": rates.pooled_rate(arms[1]) if arms else None,
        "difference": difference, "se": estimate and estimate.standard_error,
        "df": estimate and estimate.degrees_of_freedom, "p": p_value,
    }


def check_rate(comparison, path, arm):
    if arm is None:
        comparison.expect(f"{path}.rate", None)
        return
    weighing = rates.weighing(arm)
    largest = max(range(len(arm)), key=lambda index: arm[index].denominator)
    total = sum(cluster.denominator for cluster in arm)
    comparison.expect(f"{path}.rate", rates.pooled_rate(arm))
    comparison.expect(f"{path}.numerator", sum(cluster.numerator for cluster in arm))
    comparison.expect(f"{path}.denominator", total)
    comparison.expect(f"{path}.customers", sum(cluster.count for cluster in arm), EXACT)
    comparison.expect(f"{path}.clusterCount", len(weighing), EXACT)
    comparison.expect(f"{path}.effectiveClusterCount", rates.effective_clusters(arm))
    comparison.expect(f"{path}.largestShare", arm[largest].denominator / total)
    comparison.expect(f"{path}.largestCluster", largest, EXACT)


def check_estimate(comparison, path, estimate, size):
    comparison.expect(f"{path}.value", estimate and estimate.value, CLOSE, scale=size)
    comparison.expect(f"{path}.standardError", estimate and estimate.standard_error)
    comparison.expect(f"{path}.degreesOfFreedom", estimate and estimate.degrees_of_freedom, ITERATED)


def check_log_rank(comparison, evidence, path, metric, variant):
    try:
        result = clustered_log_rank(
            evidence.lifetimes(metric, CONTROL), evidence.lifetimes(metric, variant)
        )
    except Unavailable:
        comparison.expect(f"{path}.logRank.statistic", None)
        return None
    for name, value in result.items():
        tolerance = ITERATED if name == "pValue" else CLOSE
        comparison.expect(f"{path}.logRank.{name}", value, tolerance, scale=1.0 if name == "statistic" else 0.0)
    return result["pValue"]


def check_intervals(comparison, path, effect, estimate):
    """The t interval of this analysis alone, and the repeated one at the recorded boundary."""
    boundary = effect.get("criticalValue")
    fixed, repeated = effect.get("fixedInterval"), effect.get("repeatedInterval")
    level = fixed["confidenceLevel"] if fixed else None
    bounded = effect["metric"]["kind"] != "netRevenueRetention"
    check_interval(comparison, f"{path}.fixedInterval", estimate, level and (1 - level) / 2, bounded)
    # Beyond 37 the normal tail leaves the range of a double.
    tail = None if boundary is None or not repeated else normal_survival(min(boundary, 37))
    check_interval(comparison, f"{path}.repeatedInterval", estimate, tail, bounded)
    if boundary is not None and boundary < 37:
        comparison.expect(f"{path}.nominalLevel", normal_survival(boundary), ITERATED)


def check_interval(comparison, path, estimate, tail, bounded):
    """The ends of an interval; a difference of proportions lies between -1 and 1."""
    half = estimate.half_width(tail) if estimate and tail else None
    for name, sign in (("lower", -1), ("upper", 1)):
        value = None if half is None else estimate.value + sign * half
        if bounded and value is not None:
            value = min(1.0, max(-1.0, value))
        comparison.expect(f"{path}.{name}", value, ITERATED, scale=half or 0.0)


def check_guardrail(comparison, position):
    """Harm, its bound and its p follow from the effect of the same metric and variant."""
    look = comparison.document
    result, path = look["guardrails"][position], f"guardrails[{position}]"
    effect = next(
        effect for effect in look["effects"]
        if effect["role"] == "guardrail" and effect["variant"] == result["variant"]
        and effect["metric"]["id"] == result["metric"]["id"]
    )
    sign = BENEFIT[result["metric"]["kind"]]
    difference, interval, estimate = effect.get("difference"), effect.get("repeatedInterval"), effect.get("estimate")
    comparison.expect(f"{path}.harm", None if difference is None else -sign * difference)
    bound = interval and (-interval["lower"] if sign > 0 else interval["upper"])
    comparison.expect(f"{path}.upperBound", bound)
    p_value = None
    if result["metric"]["kind"] == "churn":
        test = effect.get("logRank")
        p_value = test and t_survival(test["statistic"], test["degreesOfFreedom"])
    elif estimate:
        t = estimate["value"] / estimate["standardError"]
        p_value = t_survival(-sign * t, estimate["degreesOfFreedom"])
    comparison.expect(f"{path}.deteriorationPValue", p_value, ITERATED)
    comparison.expect(f"{path}.deteriorationLevel", effect.get("nominalLevel"))
