"""A script that knows nothing of a site but its OpenAPI file, and holds every answer against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from server.rules.permissions import Principal
from tests.world import Site

EVERYTHING = "read write follow push admin:read admin:write"
HERE = "urn:openapi"


@dataclass
class Described:
    """The operations of a site by their name, and which of them were called and answered well."""

    file: dict[str, Any]
    called: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.operations = {
            entry["operationId"]: (method, path, entry)
            for path, methods in self.file["paths"].items()
            for method, entry in methods.items()
        }
        self.registry = Registry().with_resource(HERE, Resource(self.file, DRAFT202012))

    def check(self, name: str, answer: httpx.Response) -> Any:
        """The JSON of an answer, which must be as the file says."""
        said = self.operations[name][2]["responses"].get(str(answer.status_code))
        assert said is not None, f"{name} answers {answer.status_code}, which the file does not tell: {answer.text}"
        assert answer.headers["content-type"].startswith("application/json"), name
        schema = absolute(said["content"]["application/json"]["schema"])
        checker = Draft202012Validator(schema, registry=self.registry, format_checker=FormatChecker())
        faults = [
            f"{'.'.join(map(str, each.absolute_path))}: {each.message}" for each in checker.iter_errors(answer.json())
        ]
        assert not faults, (name, faults)
        return answer.json()


def absolute(schema: Any) -> Any:
    """The same schema, whose references lead into the file from wherever they stand."""
    if isinstance(schema, Mapping):
        return {
            key: HERE + value if key == "$ref" and isinstance(value, str) else absolute(value)
            for key, value in schema.items()
        }
    return [absolute(each) for each in schema] if isinstance(schema, list) else schema


@dataclass
class Script:
    """Somebody's script; without a token for `Principal` None."""

    client: httpx.AsyncClient
    described: Described
    by: Principal | None = None

    async def ask(self, name: str, /, *, send: Any = None, **values: Any) -> httpx.Response:
        """Call an operation: `values` fill the path and, for GET, the query string; `send` is the body."""
        method, path, entry = self.described.operations[name]
        places = {each["name"]: each["in"] for each in entry["parameters"]}
        headers = {key: str(value) for key, value in values.pop("headers", {}).items()}
        query = {key: value for key, value in values.items() if places.get(key) == "query"}
        inside = {key: value for key, value in values.items() if places.get(key) == "path"}
        return await self.client.request(
            method.upper(), path.format(**inside), params=query, headers=headers, json=send if send is not None else {}
        )

    async def do(self, name: str, status: int = 200, /, *, send: Any = None, **values: Any) -> Any:
        """The same, and what it answers, held against the file."""
        answer = await self.ask(name, send=send, **values)
        assert answer.status_code == status, (name, answer.status_code, answer.text)
        found = self.described.check(name, answer)
        if status == 200:
            self.described.called.add(name)
        return found


async def described(site: Site) -> Described:
    return Described((await site.get("/api/docs", accept="application/json")).json())


async def script(site: Site, about: Described, by: Principal, scopes: str = EVERYTHING) -> Script:
    return Script(await site.app(by, scopes), about, by)
