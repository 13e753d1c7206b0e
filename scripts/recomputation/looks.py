"""Recomputes everything in a recorded look that follows from the exported rows."""

from recomputation import rates
from recomputation.comparison import CLOSE, EXACT, ITERATED
from recomputation.distributions import chi_squared_survival
from recomputation.effects import CONTROL, check_effect, check_guardrail
from recomputation.survival import kaplan_meier, observed


def check_look(comparison, evidence):
    """Checks one look; returns the lines of the table."""
    look = comparison.document
    comparison.faults += [f"{comparison.name}: {fault}" for fault in evidence.strangers]
    for position in range(len(look["arms"])):
        check_arm(comparison, evidence, position)
    lines = [check_effect(comparison, evidence, position) for position in range(len(look["effects"]))]
    for position in range(len(look["guardrails"])):
        check_guardrail(comparison, position)
    for position in range(len(look["survival"])):
        check_survival(comparison, evidence, position)
    for position in range(len(look["influence"])):
        check_influence(comparison, evidence, position)
    check_sample_ratios(comparison, evidence)
    check_revenue(comparison, evidence)
    return lines


def primary_of(look):
    return next(effect["metric"] for effect in look["effects"] if effect["role"] == "primary")


def check_arm(comparison, evidence, position):
    look, path = comparison.document, f"arms[{position}]"
    variant = look["arms"][position]["variant"]
    rows = evidence.arm_rows(primary_of(look)["id"], variant)
    counts = {
        "partnersAssigned": len(evidence.partners[variant]),
        "partnersObserved": len({row["partner"] for row in rows}),
        "due": len(rows),
        "matured": sum(row["matured"] for row in rows),
        "renewed": sum((row["numerator"] or 0) > 0 for row in rows),
    }
    for name, value in counts.items():
        comparison.expect(f"{path}.{name}", value, EXACT)


def check_survival(comparison, evidence, position):
    look = comparison.document
    recorded, path = look["survival"][position], f"survival[{position}].curve.points"
    metric = next(e["metric"] for e in look["effects"] if e["metric"]["id"] == recorded["metric"])
    lifetimes = evidence.lifetimes(metric, recorded["variant"])
    points = kaplan_meier(lifetimes) if observed(lifetimes) else []
    if len(points) != len(recorded["curve"]["points"]):
        comparison.faults.append(
            f"{comparison.name}: {path} has {len(recorded['curve']['points'])} points, recomputed {len(points)}"
        )
        return
    for index, point in enumerate(points):
        for name in ("time", "atRisk", "events", "censored", "survival", "standardError", "lower", "upper"):
            exact = name in ("time", "atRisk", "events", "censored")
            comparison.expect(f"{path}[{index}].{name}", point.get(name), EXACT if exact else CLOSE)


def check_influence(comparison, evidence, position):
    look, path = comparison.document, f"influence[{position}]"
    recorded = look["influence"][position]
    metric = primary_of(look)
    names = (CONTROL, recorded["variant"])
    arms = [evidence.clusters(metric, variant) for variant in names]
    everybody = rates.pooled_rate(arms[1]) - rates.pooled_rate(arms[0])
    without = {}
    for side, arm in enumerate(arms):
        for cluster in arm:
            rest = [other for other in arm if other is not cluster]
            if rates.taking_part([cluster]) and rates.pooled_rate(rest) is not None:
                remaining = [rest if side == index else arms[index] for index in (0, 1)]
                without[cluster.partner] = (names[side], cluster, arm, remaining)
    differences = {
        partner: rates.pooled_rate(remaining[1]) - rates.pooled_rate(remaining[0])
        for partner, (_, _, _, remaining) in without.items()
    }
    comparison.expect(f"{path}.lowestDifference", min(differences.values()), CLOSE, scale=1.0)
    comparison.expect(f"{path}.highestDifference", max(differences.values()), CLOSE, scale=1.0)
    shifts = sorted((abs(value - everybody) for value in differences.values()), reverse=True)
    for index, item in enumerate(recorded["mostInfluential"]):
        variant, cluster, arm, remaining = without[item["partner"]]
        own = f"{path}.mostInfluential[{index}]"
        share = cluster.denominator / sum(other.denominator for other in arm)
        comparison.expect(f"{own}.share", share)
        comparison.expect(f"{own}.difference", differences[item["partner"]], CLOSE, scale=1.0)
        estimate = rates.pooled_estimate(*remaining)
        comparison.expect(f"{own}.estimate.value", estimate and estimate.value, CLOSE, scale=1.0)
        comparison.expect(f"{own}.estimate.standardError", estimate and estimate.standard_error)
        comparison.expect(f"{own}.estimate.degreesOfFreedom", estimate and estimate.degrees_of_freedom, ITERATED)
        if variant != item["variant"]:
            comparison.faults.append(f"{comparison.name}: {own} is of '{variant}', recorded '{item['variant']}'")
        if abs(abs(differences[item["partner"]] - everybody) - shifts[index]) > 1e-9:
            comparison.faults.append(f"{comparison.name}: {own} is not number {index + 1} by its shift")


def check_sample_ratios(comparison, evidence):
    look = comparison.document
    assigned_path, observed_path = "health.sampleRatios[0]", "health.sampleRatios[1]"
    variants = look["health"]["sampleRatios"][0]["variants"]
    primary = primary_of(look)["id"]
    assigned = [len(evidence.partners[variant]) for variant in variants]
    seen = [len({row["partner"] for row in evidence.arm_rows(primary, variant)}) for variant in variants]
    share = sum(seen) / max(1, sum(assigned))
    for index in range(len(variants)):
        comparison.expect(f"{assigned_path}.observed[{index}]", assigned[index], EXACT)
        comparison.expect(f"{observed_path}.observed[{index}]", seen[index], EXACT)
        comparison.expect(f"{observed_path}.expected[{index}]", assigned[index] * share)
    if comparison.at(f"{assigned_path}.pValue") is not None:
        expected = comparison.at(f"{assigned_path}.expected")
        statistic = sum((found - wanted) ** 2 / wanted for found, wanted in zip(assigned, expected))
        p_value = chi_squared_survival(statistic, len(variants) - 1)
        comparison.expect(f"{assigned_path}.pValue", p_value, ITERATED)
    table = [[found, total - found] for found, total in zip(seen, assigned)]
    comparison.expect(f"{observed_path}.pValue", independence(table), ITERATED)


def independence(table):
    """Pearson's chi-squared of a table; None when a row or column is empty."""
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table)]
    if len(rows) < 2 or not all(rows) or not all(columns):
        return None
    total = sum(rows)
    statistic = sum(
        (table[i][j] - rows[i] * columns[j] / total) ** 2 / (rows[i] * columns[j] / total)
        for i in range(len(rows)) for j in range(len(columns))
    )
    return chi_squared_survival(statistic, (len(rows) - 1) * (len(columns) - 1))


def check_revenue(comparison, evidence):
    """Revenue renewed, where the plan has a retention metric on the primary's clock to recompute it from."""
    look = comparison.document
    grace = primary_of(look)["graceDays"]
    metric = next(
        (
            effect["metric"] for effect in look["effects"]
            if effect["metric"]["kind"] == "netRevenueRetention" and effect["metric"]["graceDays"] == grace
        ),
        None,
    )
    for position, money in enumerate(look["money"] if metric else []):
        path = f"money[{position}]"
        control, treatment = (evidence.clusters(metric, variant) for variant in (CONTROL, money["variant"]))
        for name, arm in (("renewedRevenueControl", control), ("renewedRevenueTreatment", treatment)):
            comparison.expect(f"{path}.{name}", sum(cluster.numerator for cluster in arm), EXACT)
        comparison.expect(f"{path}.maturedTreatment", sum(cluster.count for cluster in treatment), EXACT)
        matured = sum(cluster.count for cluster in control + treatment)
        due = sum(cluster.denominator for cluster in control + treatment)
        pooled = [rates.pooled_rate(arm) for arm in (control, treatment)]
        gain = None if None in pooled else (pooled[1] - pooled[0]) * due / matured
        comparison.expect(f"{path}.revenuePerContract", gain, CLOSE, scale=due / matured if matured else 0.0)
