"""Spending boundaries by the Armitage-McPherson-Rowe recursion (Jennison & Turnbull 2000, ch. 19), Simpson's rule.

Recomputes `critical_z` and the inflation factor of the cases named on the command line, where the software that made them is less precise than
their tolerance, and writes it into the case. Needs NumPy and SciPy.
"""
import json
import sys

import numpy
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

NODES = 4001


def cumulative(kind, t, alpha):
    if kind == "asOF":
        return 2 * ndtr(ndtri(alpha / 2) / numpy.sqrt(t))
    if kind == "asP":
        return alpha * numpy.log(1 + (numpy.e - 1) * t)
    raise SystemExit(f"no spending function '{kind}'")


def boundaries(kind, alpha, rates):
    spent = cumulative(kind, numpy.array(rates), alpha)
    z = [-ndtri(spent[0])]
    weights = numpy.ones(NODES)
    weights[1:-1:2], weights[2:-1:2] = 4, 2

    def grid(t, bound):
        s = numpy.linspace(-9 * numpy.sqrt(t), bound * numpy.sqrt(t), NODES)
        return s, weights * (s[1] - s[0]) / 3

    s, w = grid(rates[0], z[0])
    density = numpy.exp(-s * s / (2 * rates[0])) / numpy.sqrt(2 * numpy.pi * rates[0])
    for k in range(1, len(rates)):
        step, share = rates[k] - rates[k - 1], spent[k] - spent[k - 1]
        mass = w * density

        def excess(c):
            return numpy.log(mass @ ndtr((s - c * numpy.sqrt(rates[k])) / numpy.sqrt(step))) - numpy.log(share)

        z.append(brentq(excess, 0, 20, xtol=1e-12))
        new, new_weights = grid(rates[k], z[k])
        kernel = numpy.exp(-((new[:, None] - s[None, :]) ** 2) / (2 * step)) / numpy.sqrt(2 * numpy.pi * step)
        density, s, w = kernel @ mass, new, new_weights
    return [float(value) for value in z]


def power(drift, z, rates, sided):
    """The chance of crossing upwards, before crossing downwards if that stops too, when S(t) has mean drift * t."""
    lower = [-9.0] * len(z) if sided == 1 else [-min(9.0, bound) for bound in z]
    weights = numpy.ones(NODES)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    crossed = ndtr(drift * numpy.sqrt(rates[0]) - z[0])
    s = numpy.linspace(lower[0] * numpy.sqrt(rates[0]), z[0] * numpy.sqrt(rates[0]), NODES)
    density = numpy.exp(-((s - drift * rates[0]) ** 2) / (2 * rates[0])) / numpy.sqrt(2 * numpy.pi * rates[0])
    for k in range(1, len(rates)):
        step = rates[k] - rates[k - 1]
        mass = weights * (s[1] - s[0]) / 3 * density
        crossed += mass @ ndtr((s + drift * step - z[k] * numpy.sqrt(rates[k])) / numpy.sqrt(step))
        new = numpy.linspace(lower[k] * numpy.sqrt(rates[k]), z[k] * numpy.sqrt(rates[k]), NODES)
        kernel = numpy.exp(-((new[:, None] - s[None, :] - drift * step) ** 2) / (2 * step))
        density, s = (kernel / numpy.sqrt(2 * numpy.pi * step)) @ mass, new
    return crossed


def inflation(alpha, z, rates, sided):
    fixed = -ndtri(alpha) + ndtri(0.8)
    return float((brentq(lambda drift: power(drift, z, rates, sided) - 0.8, fixed / 2, 2 * fixed, xtol=1e-10) / fixed) ** 2)


for path in sys.argv[1:]:
    with open(path) as file:
        case = json.load(file)
    arguments = case["arguments"]
    alpha = arguments["alpha"] / arguments["sided"]
    case["expected"]["critical_z"] = boundaries(arguments["type"], alpha, arguments["information_rates"])
    case["expected"]["inflation_factor_power80"] = inflation(
        alpha, case["expected"]["critical_z"], arguments["information_rates"], arguments["sided"])
    case["source"] = "critical_z and inflation: boundaries.py beside this folder, SciPy 1.17.1, Simpson 4001 nodes; other fields: " + case["source"]
    with open(path, "w") as file:
        json.dump(case, file, indent=1)
        file.write("\n")
