"""Reads the target table of Package.swift, as text: asking SwiftPM for it takes seconds."""

import re
from dataclasses import dataclass

from tree import text


@dataclass
class Target:
    name: str
    kind: str
    dependencies: set
    path: str


def targets():
    """The package's own targets by name; dependencies are module names."""
    manifest = re.sub(r"//[^\n]*", "", text("Package.swift").replace("://", ":"))
    products = dict(
        re.findall(r'let (\w+) = Target\.Dependency\.product\(name: "([\w-]+)"', manifest)
    )
    found = {}
    for match in re.finditer(r"\.(target|executableTarget|testTarget)\(", manifest):
        body = _balanced(manifest, match.end() - 1)
        name = re.search(r'name: "([\w-]+)"', body).group(1)
        path = re.search(r'\bpath: "([^"]+)"', body)
        folder = "Tests" if match.group(1) == "testTarget" else "Sources"
        found[name] = Target(
            name, match.group(1), _dependencies(body, products), path.group(1) if path else f"{folder}/{name}"
        )
    return found, set(products.values())


def _dependencies(body, products):
    listed = re.search(r"dependencies: (\[)", body)
    if not listed:
        return set()
    items = _balanced(body, listed.start(1), "[]")
    quoted = set(re.findall(r'"(\w+)"', items))
    names = set(re.findall(r"\b[a-z]\w*\b", re.sub(r'"[^"]*"', "", items)))
    return quoted | {products[name] for name in names if name in products}


def _balanced(text, start, pair="()"):
    """The text between the bracket at `start` and the one that closes it."""
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] == pair[0]) - (text[index] == pair[1])
        if depth == 0:
            return text[start + 1 : index]
    raise ValueError(f"Package.swift: a '{pair[0]}' is never closed")
