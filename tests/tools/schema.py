#!/usr/bin/env python3
"""Holds lines of JSON against a schema of docs/json/: schema.py SCHEMA FILE. Called by the scripts here.

It knows what those schemas use: type, enum, required, properties, items and pattern; a schema with any other
word is refused, so that nothing is taken for checked that is not. Keys that a schema does not name may be
there: new ones may be added. Prints what is wrong; exit status 1 then, and where FILE has no line.
"""
import json
import re
import sys

KNOWN = {"$schema", "title", "type", "enum", "required", "properties", "items", "pattern"}
TYPES = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool, "integer": int}


def is_type(value, name):
    """Whether a value has the type; true and false are no numbers."""
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))


def faults(value, schema, where):
    """What is wrong with a value, each with its place."""
    unknown = set(schema) - KNOWN
    if unknown:
        yield "%s: the schema says %s, which is not checked" % (where, sorted(unknown))
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(is_type(value, name) for name in names):
        yield "%s: %r is no %s" % (where, value, " or ".join(names))
        return
    if "enum" in schema and value not in schema["enum"]:
        yield "%s: %r is none of %s" % (where, value, schema["enum"])
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield "%s: %r is not like %s" % (where, value, schema["pattern"])
    if isinstance(value, dict):
        for key in schema.get("required", []):
            if key not in value:
                yield "%s: '%s' is missing" % (where, key)
        for key, inner in schema.get("properties", {}).items():
            if key in value:
                yield from faults(value[key], inner, where + "." + key)
    if isinstance(value, list) and "items" in schema:
        for place, item in enumerate(value):
            yield from faults(item, schema["items"], "%s[%d]" % (where, place))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        lines = file.read().splitlines()
    found = [] if lines else ["there is no line"]
    for number, line in enumerate(lines, 1):
        found += faults(json.loads(line), schema, "line %d" % number)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
