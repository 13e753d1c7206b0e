"""Modules import only what Package.swift lets them, and keep their names to themselves.

SwiftPM builds an import of an undeclared sibling without complaint, so the directions that
docs/ARCHITECTURE.md promises are checked here.
"""

import re

from package import targets
from tree import ROOT, files, report, text

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:package|public|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    re.MULTILINE,
)
DECLARATION = r"^\s*(?:[\w@()]+\s+)*(?:struct|class|enum|actor|protocol|typealias)\s+{name}\b"


def faults():
    table, products = targets()
    known = set(table) | products
    for target in table.values():
        allowed = target.dependencies | {target.name}
        undeclared = {}
        for path in files(".swift", under=(target.path + "/",)):
            content = text(path)
            for module in set(IMPORT.findall(content)):
                if module in known and module not in allowed:
                    undeclared.setdefault(module, []).append(path)
            if re.search(DECLARATION.format(name=target.name), content, re.MULTILINE):
                yield f"{path}: declares a type '{target.name}' in the module of that name; rename the type"
        for module, paths in sorted(undeclared.items()):
            others = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            yield (
                f"{paths[0]}{others}: imports '{module}', which Package.swift does not list for '{target.name}'; "
                "move the code, or argue for the new line in docs/ARCHITECTURE.md"
            )
    declared = {target.path for target in table.values()}
    for folder in ("Sources", "Tests"):
        for directory in sorted((ROOT / folder).iterdir()) if (ROOT / folder).is_dir() else []:
            path = f"{folder}/{directory.name}"
            if path not in declared and files(".swift", under=(path + "/",)):
                yield f"{path}: Package.swift has no target for this folder, so its files are never built"


if __name__ == "__main__":
    report(list(faults()))
