"""Validates YAML texts by JSON Schema, read as YAML 1.2 core, which is how editors read them.

stdin: a JSON list of {"schema": path, "text": YAML text}.
stdout: a JSON list with null for each valid text and a message for each invalid one.
Exit code 77 when a package is missing. With --schemas PATH...: checks the schemas themselves, and that
every property's examples and default obey the property.
"""

import json
import re
import sys

try:
    import yaml
    from jsonschema import Draft202012Validator
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(77)


class CoreLoader(yaml.SafeLoader):
    """Only null, booleans, integers and floats are resolved; everything else is text."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in [
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
]:
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
CoreLoader.add_constructor(
    "tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))


def with_text_keys(value):
    if isinstance(value, dict):
        return {str(key): with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_text_keys(item) for item in value]
    return value


def load_schema(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def properties(schema, path="$"):
    """Every property of every object in the schema, with its place."""
    if isinstance(schema, dict):
        for name, item in schema.items():
            if name == "properties" and path.rsplit(".", 1)[-1] not in ("if", "then", "else"):
                for key, prop in item.items():
                    yield f"{path}.{key}", prop
            yield from properties(item, f"{path}.{name}")
    elif isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from properties(item, f"{path}.{index}")


def schema_faults(path):
    schema = load_schema(path)
    Draft202012Validator.check_schema(schema)
    for place, prop in properties(schema):
        if not isinstance(prop, dict):
            continue
        validator = Draft202012Validator({**prop, "$defs": schema["$defs"]})
        samples = list(prop.get("examples", [])) + ([prop["default"]] if "default" in prop else [])
        for sample in samples:
            for error in validator.iter_errors(sample):
                yield f"{place}: {sample!r}: {error.message}"


if sys.argv[1:2] == ["--schemas"]:
    faults = [fault for path in sys.argv[2:] for fault in schema_faults(path)]
    print("\n".join(faults))
    sys.exit(1 if faults else 0)

validators = {}
results = []
for request in json.load(sys.stdin):
    path = request["schema"]
    if path not in validators:
        validators[path] = Draft202012Validator(load_schema(path))
    document = with_text_keys(yaml.load(request["text"], Loader=CoreLoader))
    error = next(validators[path].iter_errors(document), None)
    results.append(None if error is None else f"{error.json_path}: {error.message}")
json.dump(results, sys.stdout)
