"""Whether the values of a call are what the table of operations says, before anything is done with them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from server.http.body import Params, params_of, query_of
from server.rules.errors import Invalid
from server.rules.facts import checked_date
from server.rules.ids import id_in

Schema = Mapping[str, Any]

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
_YES_OR_NO: Final = frozenset(("true", "false", "1", "0", "on", "off", "yes", "no", "t", "f", ""))


async def check_values(
    request: Request, query: Mapping[str, Schema], body: Mapping[str, Schema], needed: Sequence[str]
) -> None:
    """Check what a request brings. What the table does not name is left alone, as newer scripts may say more.

    Raises:
        Invalid: names the value that is missing or wrong, and says what it should be.
    """
    asked = query_of(request)
    for name, schema in query.items():
        _check(name, asked, schema)
    if not body:
        return
    given = await params_of(request)
    for name in needed:
        if name not in given:
            raise Invalid(name, "“%(name)s” is needed.", name=name)
    for name, schema in body.items():
        _check(name, given, schema)


def _check(name: str, given: Params, schema: Schema) -> None:
    """One value, if it is there. Empty is the same as left out."""
    if name not in given:
        return
    try:
        if schema["type"] == "object":
            _check_parts(name, given, schema)
        elif schema["type"] == "array":
            for text in given.texts(name):
                _check_text(name, text, schema["items"])
        else:
            _check_text(name, given.text(name).strip(), schema)
    except HTTPException as error:
        raise Invalid(name, "“%(name)s” should be a %(kind)s.", name=name, kind=schema["type"]) from error


def _check_parts(name: str, given: Params, schema: Schema) -> None:
    part = given.part(name)
    if not part.names() and given.holds(name):
        raise Invalid(name, "“%(name)s” should be an object with values by name.", name=name)
    for inner, inner_schema in schema.get("properties", {}).items():
        _check(inner, part, inner_schema)


def _check_text(name: str, text: str, schema: Schema) -> None:
    if not text:
        return
    if "enum" in schema and text not in schema["enum"]:
        raise Invalid(name, "“%(name)s” is one of: %(choices)s.", name=name, choices=", ".join(schema["enum"]))
    if "pattern" in schema and id_in(text) is None:
        raise Invalid(name, "“%(name)s” should be an id, which is a number.", name=name)
    if schema.get("format") == "date":
        checked_date(name, text)
    if schema["type"] == "integer" and not _NUMBER.fullmatch(text):
        raise Invalid(name, "“%(name)s” should be a whole number.", name=name)
    if schema["type"] == "boolean" and text.lower() not in _YES_OR_NO:
        raise Invalid(name, "“%(name)s” should be true or false.", name=name)
