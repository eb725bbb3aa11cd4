"""What the civic API can do, each operation told once: its route, what it asks of a caller and of the values, and its
entry in the OpenAPI file come from the same line, so that they cannot differ (OpenAPI 3.1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.values import check_values
from server.http.bearer import caller, reader
from server.http.replies import Json
from server.ledger.repeats import once
from server.rules.permissions import Principal, check_administer, check_steward

Handler = Callable[[Request], Awaitable[Response]]
Schema = dict[str, Any]
Needs = Literal["", "steward", "admin"]

READ: Final = "read:statuses"
WRITE: Final = "write:statuses"
READ_NEWS: Final = "read:notifications"
WRITE_NEWS: Final = "write:notifications"
READ_WAITING: Final = "admin:read:reports"
DECIDE: Final = "admin:write:reports"
REPORT: Final = "write:reports"
SCOPES: Final[Mapping[str, str]] = {
    READ: "read what you may see",
    WRITE: "act in your name",
    READ_NEWS: "read what you are told of",
    WRITE_NEWS: "choose what you are told of",
    REPORT: "tell the stewards",
    READ_WAITING: "read what waits for stewards, if you are one",
    DECIDE: "decide about it, if you are a steward",
}

READS: Final = ("application/json", "application/x-www-form-urlencoded")
IN: Final = "/v1/civic"
PAGE: Final = 40  # as many entries as one answer lists

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer"}
YES: Final[Schema] = {"type": "boolean"}
DATE: Final[Schema] = {"type": "string", "format": "date"}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
ID: Final[Schema] = {"type": "string", "pattern": "^[0-9]{1,19}$"}

SHAPES: Final[dict[str, Schema]] = {}  # the answers that several operations give, by name

_READ_ERRORS: Final[Mapping[str, str]] = {
    "401": "A token is needed, or this one is not valid.",
    "403": "This person or this token may not do this; the text says who may.",
    "404": "There is nothing here, or it is not for this person: both say the same.",
    "422": "A value is missing or wrong; `details` names it and says what to do.",
    "429": "Too many calls; `Retry-After` says when to come back.",
}
_ACT_ERRORS: Final[Mapping[str, str]] = {
    "400": "The body could not be read.",
    "409": "Somebody else was faster, or the proposal is in no state for it; the text says where it stands.",
    "413": "The body is too large.",
}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def listed(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def maybe(schema: Schema) -> Schema:
    """Also null."""
    return {"anyOf": [schema, {"type": "null"}]}


def shape(**values: Schema) -> Schema:
    """An object that has all of these."""
    return {"type": "object", "properties": values, "required": list(values)}


def named(name: str, schema: Schema) -> Schema:
    """A shape that stands once in the file, and is referred to by its name."""
    assert name not in SHAPES, name
    SHAPES[name] = schema
    return {"$ref": f"#/components/schemas/{name}"}


ERROR: Final = named(
    "Error",
    {
        "type": "object",
        "properties": {
            "error": TEXT,
            "details": {
                "type": "object",
                "additionalProperties": listed(shape(error=TEXT, description=TEXT)),
            },
        },
        "required": ["error"],
    },
)
EMPTY: Final[Schema] = {"type": "object", "maxProperties": 0}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. `scope` is what the token must allow, empty where none is needed; `needs` the role that its member must
    have. `query` and `body` name their values with a schema each; those in `needed` must be there. `gives` is the
    schema of the answer.

    `paged`: a list, with `limit`, `offset` and a Link header. `versioned`: the answer has an ETag, which a change takes
    as If-Match. `key`: whether it takes an Idempotency-Key; `post` where the action knows it, `answer` where the
    answer is kept and given again.
    """

    method: str
    path: str
    summary: str
    handler: Handler
    gives: Schema
    scope: str = ""
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Mapping[str, Schema] = field(default_factory=dict)
    needed: Sequence[str] = ()
    needs: Needs = ""
    about: str = ""
    paged: bool = False
    versioned: bool = False
    key: Literal["", "post", "answer"] = ""
    noun: str = ""

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def asked(self) -> Mapping[str, Schema]:
        """What may stand in the query string."""
        return {**self.query, **({"limit": NUMBER, "offset": NUMBER} if self.paged else {})}

    def route(self) -> Route:
        return Route(self.path, self.serve, methods=[self.method])

    async def serve(self, request: Request) -> Response:
        """Check the token, the role and the values as the table says, then do it."""
        me = None
        if self.scope:
            me = await caller(request, self.scope)
            _check_role(self.needs, me.by)
        else:
            await reader(request, READ)
        await check_values(request, self.asked, self.body, self.needed)
        key = request.headers.get("idempotency-key", "")
        if me is None or not key or self.key != "answer":
            return await self.handler(request)
        what = sha256(f"{self.method} {request.url.path}\n".encode() + await request.body()).hexdigest()

        async def make() -> bytes:
            return bytes((await self.handler(request)).body)

        return Json(await once(me.by.member_id, key, what, make))

    def entry(self) -> Schema:
        """Its entry in an OpenAPI file."""
        done: Schema = {"description": "Done.", "content": {"application/json": {"schema": self.gives}}}
        if self.paged:
            done["headers"] = {"Link": {"description": "Where the next and the previous part are.", "schema": TEXT}}
        if self.versioned:
            done["headers"] = {"ETag": {"description": "The version that this is.", "schema": TEXT}}
        errors = _READ_ERRORS if self.method == "GET" else {**_READ_ERRORS, **_ACT_ERRORS}
        said: Schema = {
            "summary": self.summary,
            "operationId": self.name,
            "tags": [self.noun],
            "parameters": [*_in_path(self.path), *_in("query", self.asked), *self._headers()],
            "responses": {
                "200": done,
                **{
                    status: {"description": text, "content": {"application/json": {"schema": ERROR}}}
                    for status, text in errors.items()
                },
            },
            "security": [{"token": [self.scope]}] if self.scope else [{}, {"token": [READ]}],
        }
        if about := " ".join(filter(None, (self.about, self.who))):
            said["description"] = about
        if self.body:
            said["requestBody"] = {
                "required": bool(self.needed),
                "content": {kind: {"schema": self.body_schema} for kind in READS},
            }
        return said

    @property
    def body_schema(self) -> Schema:
        return {"type": "object", "properties": dict(self.body), "required": list(self.needed)}

    @property
    def who(self) -> str:
        """Who may call it, beyond what the scope says."""
        return {"": "", "steward": "For stewards.", "admin": "For admins."}[self.needs]

    def _headers(self) -> list[Schema]:
        found: dict[str, Schema] = {}
        if self.key:
            found["Idempotency-Key"] = {**TEXT, "maxLength": 255}
        if self.versioned and self.method == "PUT":
            found["If-Match"] = TEXT
        return _in("header", found)


def grouped(nouns: Mapping[str, Sequence[Operation]]) -> tuple[Operation, ...]:
    """All operations in one row, each knowing its noun."""
    return tuple(replace(each, noun=noun) for noun, operations in nouns.items() for each in operations)


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
        "tags": [{"name": noun} for noun in dict.fromkeys(each.noun for each in operations)],
        "paths": paths,
        "components": {
            "schemas": SHAPES,
            "securitySchemes": {
                "token": {
                    "type": "oauth2",
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": f"{origin}/oauth/authorize",
                            "tokenUrl": f"{origin}/oauth/token",
                            "scopes": dict(SCOPES),
                        }
                    },
                }
            },
        },
    }


def _check_role(needs: Needs, by: Principal) -> None:
    if needs == "steward":
        check_steward(by)
    elif needs == "admin":
        check_administer(by)


def _in_path(path: str) -> list[Schema]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]


def _in(place: str, values: Mapping[str, Schema]) -> list[Schema]:
    return [{"name": name, "in": place, "schema": schema} for name, schema in values.items()]
