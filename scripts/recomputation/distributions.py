"""Tails of the normal, Student's t and chi-squared distributions.

Incomplete beta and gamma functions by continued fractions (Lentz's method) and series: Press et al. (2007),
Numerical Recipes, 3rd ed., sections 6.2 and 6.4.
"""

import math
import sys

EPSILON = sys.float_info.epsilon
TINY = sys.float_info.min / EPSILON


def normal_survival(z):
    return 0.5 * math.erfc(z / math.sqrt(2))


def t_survival(t, df):
    """P(T > t) for Student's t."""
    if t < 0:
        return 1 - t_survival(-t, df)
    ratio = (t / df) * t
    # Both arguments are formed without cancellation, whichever of them is small.
    return 0.5 * incomplete_beta(df / 2, 0.5, 1 / (1 + ratio), ratio / (1 + ratio) if ratio < math.inf else 1.0)


def t_two_sided(statistic, df):
    return min(1.0, 2 * t_survival(abs(statistic), df))


def t_survival_quantile(tail, df):
    """The t with P(T > t) = tail, for a tail of at most one half."""
    upper = 1.0
    while t_survival(upper, df) > tail:
        upper *= 2
    lower = upper / 2 if upper > 1 else 0.0
    while True:
        middle = (lower + upper) / 2
        if middle <= lower or middle >= upper:
            return middle
        if t_survival(middle, df) > tail:
            lower = middle
        else:
            upper = middle


def chi_squared_survival(x, df):
    """P(X > x)."""
    a, half = df / 2, x / 2
    if half <= 0:
        return 1.0
    if half < a + 1:
        return 1 - _lower_gamma_series(a, half)
    return _upper_gamma_fraction(a, half)


def incomplete_beta(a, b, x, complement):
    """The regularised incomplete beta function at x, where complement = 1 − x."""
    if x <= 0:
        return 0.0
    if complement <= 0:
        return 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x)
    front = math.exp(log_front + b * (math.log(complement) if complement < 0.5 else math.log1p(-x)))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, complement) / b


def _beta_fraction(a, b, x):
    def nonzero(value):
        return value if abs(value) > TINY else TINY

    c = 1.0
    d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 100_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / nonzero(1 + term * d)
            c = nonzero(1 + term / c)
            result *= c * d
        if abs(c * d - 1) <= EPSILON:
            return result
    raise ArithmeticError(f"incomplete beta at a={a}, b={b}, x={x} does not converge")


def _lower_gamma_series(a, x):
    term = total = 1 / a
    n = a
    while term > total * EPSILON / 4:
        n += 1
        term *= x / n
        total += term
    return total * math.exp(a * math.log(x) - x - math.lgamma(a))


def _upper_gamma_fraction(a, x):
    b = x + 1 - a
    c = 1 / TINY
    d = 1 / b
    result = d
    for i in range(1, 100_000):
        term = -i * (i - a)
        b += 2
        d = term * d + b
        d = 1 / (d if abs(d) > TINY else TINY)
        c = b + term / c
        c = c if abs(c) > TINY else TINY
        result *= c * d
        if abs(c * d - 1) < EPSILON:
            return result * math.exp(a * math.log(x) - x - math.lgamma(a))
    raise ArithmeticError(f"incomplete gamma at a={a}, x={x} does not converge")
