"""The civic API described: an OpenAPI file, and a page that people can read, made of it without any script."""

import shlex
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from server import __version__
from server.api.civic import OPERATIONS
from server.api.operations import Operation, Schema, openapi
from server.api.params import origin_of
from server.http.replies import Json
from server.queries import instance
from server.templating import render

_EXAMPLES: Final = {
    "title": "Two visits for one repair",
    "text": "Here too.",
    "name": "repairs",
    "sentence": "Thank you.",
}
_IN_PATH: Final = {"act": "agree", "slug": "damp-homes", "name": "canal_row", "code": "CODE", "token": "TOKEN"}


async def openapi_file(request: Request) -> Response:
    site = await instance.get()
    made = openapi(OPERATIONS, origin=origin_of(request), title=site.title, version=__version__)
    return Json(made, headers={"Cache-Control": "max-age=300", "Vary": "Accept"})


async def page(request: Request) -> Response:
    """The page for people; the file for whoever asks for JSON."""
    accept = request.headers.get("accept", "")
    if "json" in accept and "text/html" not in accept:
        return await openapi_file(request)
    site, origin = await instance.get(), origin_of(request)
    nouns: dict[str, list[tuple[Operation, str]]] = {}
    for operation in OPERATIONS:
        nouns.setdefault(operation.noun, []).append((operation, curl(operation, origin)))
    context = {"nouns": nouns, "site": site, "origin": origin, "kind_of": kind_of}
    return HTMLResponse(render("pages/help/operations.html", "en", context), headers={"Vary": "Accept"})


def curl(operation: Operation, origin: str) -> str:
    """A call as it can be typed into a shell, with what must be there filled in."""
    path = "/".join(
        _IN_PATH.get(part[1:-1], "1") if part.startswith("{") else part for part in operation.path.split("/")
    )
    words = ["curl", *([] if operation.method == "GET" else ["-X", operation.method])]
    typed = [shlex.join([*words, f"{origin}/api{path}"])]
    if operation.scope:
        typed.append('-H "Authorization: Bearer $TOKEN"')
    if operation.key:
        typed.append('-H "Idempotency-Key: $(uuidgen)"')
    if operation.versioned and operation.method == "PUT":
        typed.append("-H 'If-Match: \"1\"'")
    if operation.body:
        wanted = operation.needed or tuple(operation.body)[:1]
        body = {name: example(operation.body[name], name) for name in wanted}
        typed.append(f"--json {shlex.quote(orjson.dumps(body).decode())}")
    return " \\\n  ".join(typed)


def example(schema: Schema, name: str = "") -> Any:
    """A value that fits a schema of the table."""
    kind = schema["type"]
    if kind == "object":
        return {each: example(inner, each) for each, inner in list(schema.get("properties", {}).items())[:3]}
    if kind == "array":
        return [example(schema["items"])]
    if kind == "boolean":
        return True
    if kind == "integer":
        return 14
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema:
        return "1"
    return "2027-03-31" if schema.get("format") == "date" else _EXAMPLES.get(name, "…")


def kind_of(schema: Schema) -> str:
    """What a value looks like, in words."""
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema["type"] == "array":
        return f"list of {kind_of(schema['items'])}"
    if schema["type"] == "object":
        return "values by name: " + ", ".join(schema.get("properties", {}))
    if "pattern" in schema:
        return "id"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}[schema["type"]]


ROUTES = [Route("/docs", page), Route("/openapi.json", openapi_file)]
