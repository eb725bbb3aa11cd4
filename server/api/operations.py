"""What the civic API can do, each operation told once: its route and its entry in the OpenAPI file come from the same
line, so that the two cannot differ (OpenAPI 3.1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request], Awaitable[Response]]
Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer"}
YES: Final[Schema] = {"type": "boolean"}
DATE: Final[Schema] = {"type": "string", "format": "date"}
ID: Final[Schema] = {"type": "string", "pattern": "^[0-9]{1,19}$"}

_ERRORS: Final[Mapping[str, str]] = {
    "401": "A token is needed, or this one is not valid.",
    "403": "This person may not do this; the text says who may.",
    "404": "There is nothing here, or it is not for this person.",
    "409": "The proposal has moved on; the text says where it stands.",
    "422": "A value is missing or wrong; the text says which and what to do.",
}


_READ: Final = ("application/json", "application/x-www-form-urlencoded")


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. `scope` is what the token must allow, empty where none is needed. `query` and `body` name their values
    with a schema each; those in `needed` must be there. `gives` is the schema of the answer."""

    method: str
    path: str
    summary: str
    handler: Handler
    gives: Schema
    scope: str = ""
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Mapping[str, Schema] = field(default_factory=dict)
    needed: Sequence[str] = ()

    def route(self) -> Route:
        return Route(self.path, self.handler, methods=[self.method])

    def entry(self) -> Schema:
        """Its entry in an OpenAPI file."""
        said: Schema = {
            "summary": self.summary,
            "operationId": self.handler.__name__,
            "parameters": [*_in_path(self.path), *_in_query(self.query)],
            "responses": {
                "200": {"description": "Done.", "content": {"application/json": {"schema": self.gives}}},
                **{
                    status: {"description": text, "content": {"application/json": {"schema": ERROR}}}
                    for status, text in _ERRORS.items()
                    if self.scope or status in ("404", "422")
                },
            },
        }
        if self.scope:
            said["security"] = [{"token": [self.scope]}]
        if self.body:
            schema = {"type": "object", "properties": dict(self.body), "required": list(self.needed)}
            said["requestBody"] = {
                "required": bool(self.needed),
                "content": {
                    kind: {"schema": schema} for kind in ("application/json", "application/x-www-form-urlencoded")
                },
            }
        return said


ERROR: Final[Schema] = {"type": "object", "properties": {"error": TEXT}, "required": ["error"]}


def openapi(operations: Sequence[Operation], *, origin: str, title: str, version: str) -> Schema:
    """The OpenAPI file of these operations."""
    paths: dict[str, Schema] = {}
    for operation in operations:
        paths.setdefault(f"/api{operation.path}", {})[operation.method.lower()] = operation.entry()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Folkmoot at {title}",
            "version": version,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": origin}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "oauth2",
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": f"{origin}/oauth/authorize",
                            "tokenUrl": f"{origin}/oauth/token",
                            "scopes": {"read:statuses": "read what you may see", "write:statuses": "act in your name"},
                        }
                    },
                }
            }
        },
    }


def _in_path(path: str) -> list[Schema]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]


def _in_query(query: Mapping[str, Schema]) -> list[Schema]:
    return [{"name": name, "in": "query", "schema": schema} for name, schema in query.items()]
