"""Checks JSON against the documented attributes of Mastodon's entities (`data/entities.json`: name, type, whether it
may be null or missing; up to version 4.2) and against what is known to break clients."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ENTITIES: dict[str, dict[str, dict[str, Any]]] = json.loads((Path(__file__).parent / "data/entities.json").read_text())
TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "number": (int, float),
    "string": (str,),
    "object": (dict,),
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DATES = ("created_at", "edited_at", "expires_at", "updated_at", "published_at", "scheduled_at")
URLS = ("url", "uri", "avatar", "avatar_static", "header", "header_static", "preview_url", "remote_url", "image")
ENUMS = {
    "filter_action": {"warn", "hide"},
    "visibility": {"public", "unlisted", "private", "direct"},
    "privacy": {"public", "unlisted", "private", "direct"},
}
# Documented loosely, or as a hash where servers send something else.
LOOSE = {
    ("Account", "last_status_at"),
    ("Instance", "icon"),
    ("Application", "vapid_key"),
    ("MediaAttachment", "text_url"),
}


def check(entity: str, found: Any) -> None:
    """Raises AssertionError with the attribute at fault."""
    assert isinstance(found, dict), f"{entity} is {type(found).__name__}"
    for name, wanted in ENTITIES[entity].items():
        if name not in found:
            assert wanted["optional"], f"{entity}.{name} is missing"
            continue
        value = found[name]
        if value is None:
            assert wanted["nullable"] or wanted["optional"] or (entity, name) in LOOSE, f"{entity}.{name} is null"
        elif wanted["type"] in TYPES and (entity, name) not in LOOSE:
            assert isinstance(value, TYPES[wanted["type"]]), f"{entity}.{name} is {value!r}, not {wanted['type']}"
            assert wanted["type"] != "number" or not isinstance(value, bool), f"{entity}.{name} is a boolean"
    walk(entity, found)


def walk(path: str, found: Any) -> None:
    """The rules that hold for every value, however deep."""
    if isinstance(found, list):
        for index, item in enumerate(found):
            walk(f"{path}[{index}]", item)
    elif isinstance(found, dict):
        for name, value in found.items():
            here = f"{path}.{name}"
            if value is not None and name in DATES and not (name == "created_at" and isinstance(value, int)):
                assert DATE.fullmatch(value), f"{here} is {value!r}"
            if name in URLS and isinstance(value, str) and not path.endswith("Instance"):
                assert urlsplit(value).scheme in ("http", "https", "urn"), f"{here} is {value!r}"
            if name in ENUMS:
                assert value in ENUMS[name], f"{here} is {value!r}"
            if name == "id" and ".civic" not in path and not path.endswith(("rules", "Rule")):
                assert isinstance(value, str), f"{here} is {value!r}"
            if name.endswith("_count") and isinstance(value, int):
                assert 0 <= value < 2**31, f"{here} is {value}"
            walk(here, value)
