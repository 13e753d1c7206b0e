"""Holds recorded numbers against recomputed ones and keeps count of those that nobody looked at."""

import math
import re

# Degrees of freedom, p-values and what is made of t quantiles come from iterative functions on both sides.
EXACT, CLOSE, ITERATED = 0.0, 1e-9, 1e-7


class Comparison:
    def __init__(self, name, document):
        self.name = name
        self.document = document
        self.checked = set()
        self.faults = []

    def expect(self, path, value, tolerance=CLOSE, scale=0.0):
        """The number at `path` must be `value`, relative to the larger of it and `scale`; None: must be absent."""
        found = self.at(path)
        if value is None or found is None:
            if value is not found:
                self.faults.append(
                    f"{self.name}: {path} is {shown(found)}, recomputed {shown(value)}: one of them cannot be given"
                )
            return
        self.checked.add(path)
        size = max(abs(value), abs(found), abs(scale))
        if abs(found - value) > max(tolerance * size, 1e-13 if tolerance else 0):
            self.faults.append(f"{self.name}: {path} is {found!r}, recomputed {value!r}")

    def at(self, path):
        """The value at a path such as `effects[0].estimate.value`, None where there is none."""
        value = self.document
        for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
            if value is None:
                return None
            value = value[int(index)] if index else value.get(name)
        return value

    def unchecked(self):
        """How many numbers nobody looked at, by their path without positions."""
        groups = {}
        for path in numbers(self.document):
            if path not in self.checked:
                group = re.sub(r"\[\d+\]", "[]", path)
                groups[group] = groups.get(group, 0) + 1
        return groups


def numbers(value, path=""):
    """The paths of all numbers in a JSON document."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from numbers(item, f"{path}[{index}]")
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        yield path


def shown(value):
    return "absent" if value is None else repr(value)
