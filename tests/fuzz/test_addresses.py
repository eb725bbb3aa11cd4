"""Every address of the API and of the web, asked in every wrong way: an error of ours is never the answer."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.hostile.ground import House, Person, api_routes, filled, house, page_routes

EXAMPLES = int(os.environ.get("FOLKMOOT_TEST_EXAMPLES", "400"))
ODD = (
    "",
    "0",
    "-1",
    "1",
    "7",
    "9223372036854775807",
    "9223372036854775808",
    "1e9",
    "9" * 30,
    "0" * 25 + "1" * 30,
    "9" * 5000,
    "abc",
    "%",
    "_",
    "' OR 1=1 --",
    "\x00",
    "a\x00b",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "null",
    "true",
    "[]",
    "{}",
    "<script>",
    "😀",
    "é",
    "\ud7ff",
    "\u202e",
    "@",
    "@a@b@c",
    "a" * 3000,
    "https://oak.example/users/rosa",
    "http://[::1",
    "//",
    "\\",
    "\r\nX: y",
    "²",
    "١",
    "NaN",
    "-0",
    "1.5",
    "public",
    "direct",
    "home",
    "acct:x@",
    "#",
    "*",
    '"',
    '"a',
    "a OR",
    "NEAR(",
    "AND",
    "2026-13-45",
    "2026-11-20T10:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "999999999999999999",
)
RAW = (
    b"\xff\xfe",
    b"%ff%fe=%ff",
    b"a[b][c][d][e][f][g][h]=1",
    b"a[]=1&a=2&a[b]=3&a[][c]=4",
    b"[]=1",
    b"a[=1",
    b"a]=1",
    b"{",
    b"[1]",
    b'"x"',
    b"null",
    b'{"status": {"a": 1}}',
    b'{"a":' * 5000,
    b'{"id": 1e400}',
    b'{"media_ids": 7}',
    b'{"poll": [1], "poll[options]": 3}',
    b'{"status": "\\ud800"}',
    b"\x00" * 100,
    b"&" * 5000,
    b"=" * 5000,
)
KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "",
    "application/json; charset=utf-7",
    "multipart/form-data; boundary=" + "y" * 300,
)
NAMES = (
    "limit",
    "max_id",
    "min_id",
    "since_id",
    "offset",
    "id",
    "id[]",
    "status",
    "media_ids[]",
    "poll[options][]",
    "poll[expires_in]",
    "in_reply_to_id",
    "visibility",
    "language",
    "scheduled_at",
    "q",
    "type",
    "resolve",
    "acct",
    "uri",
    "account_ids[]",
    "choices[]",
    "title",
    "home[last_read_id]",
    "timeline[]",
    "name",
    "email",
    "password",
    "client_id",
    "client_secret",
    "redirect_uri",
    "redirect_uris",
    "grant_type",
    "code",
    "code_verifier",
    "scope",
    "scopes",
    "token",
    "reason",
    "note",
    "next",
    "from",
    "done",
    "topic",
    "domain",
    "url",
    "slug",
    "description",
    "text",
    "stance",
    "state",
    "display_name",
    "fields_attributes[0][name]",
    "focus",
    "duration",
    "expires_in",
    "context[]",
    "filter_action",
    "phrase",
    "keywords_attributes[][keyword]",
    "any[]",
    "exclude_types[]",
    "types[]",
    "comment",
    "category",
    "status_ids[]",
    "replies_policy",
    "decision",
    "response_type",
    "code_challenge",
    "code_challenge_method",
    "resource",
    "version",
)
values = st.one_of(st.sampled_from(ODD), st.text(max_size=12).filter(lambda text: text.isprintable() or True))
parameters = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=5)


@dataclass
class Attack:
    runner: asyncio.Runner
    oak: House
    admin: Person
    known: dict[str, str]
    failed: dict[tuple[str, str], str] = field(default_factory=dict)

    def told(self) -> list[str]:
        """One failure for each address: a fault found does not hide the others."""
        told = list(self.failed.values())
        self.failed.clear()
        return told


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attack]:
    with asyncio.Runner() as runner:
        opening = house(tmp_path_factory.mktemp("fuzz"))
        oak = runner.run(opening.__aenter__())
        try:
            yield Attack(runner, oak, *runner.run(furnished(oak)))
        finally:
            runner.run(opening.__aexit__(None, None, None))


async def furnished(oak: House) -> tuple[Person, dict[str, str]]:
    """An admin, and ids of things that exist, so that the fuzzing gets past the first look-up."""
    admin = await oak.join("joyce", "admin")
    await oak.topic("damp-homes", "Damp homes")
    said = await admin.say("Hello", poll={"options": ["a", "b"], "expires_in": 3600})
    raised = await admin.app.post(
        "/api/v1/statuses", data={"status": "@damp-homes Mould\n\nWhat we see\nMould #Proposal"}
    )
    made = await admin.app.post("/api/v1/lists", json={"title": "Mine"})
    return admin, {
        "id": said["id"],
        "proposal": raised.json()["id"],
        "list": made.json()["id"],
        "account": str(admin.by.account_id),
        "slug": "damp-homes",
        "name": "joyce",
    }


def value_of(attack: Attack, data: st.DataObject) -> str:
    if data.draw(st.booleans()):
        return data.draw(st.sampled_from(sorted(attack.known.values())))
    return quote(data.draw(values), safe=data.draw(st.sampled_from(("", "/"))), errors="replace") or "0"


bounded = settings(
    max_examples=EXAMPLES,
    deadline=timedelta(seconds=20),
    database=None,
    derandomize="FOLKMOOT_TEST_EXAMPLES" not in os.environ,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def test_no_address_of_the_api_answers_with_an_error_of_ours(attack: Attack) -> None:
    routes = [route for route in api_routes() if "streaming" not in route[1]]

    @bounded
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        _ask(attack, data, *data.draw(st.sampled_from(routes)), signed_in="app")

    ask()
    assert attack.told() == []


def test_no_page_and_no_form_answers_with_an_error_of_ours(attack: Attack) -> None:
    routes = [route for route in page_routes(attack.oak.instance.settings) if route[1] != "/sign-out"]

    @bounded
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        _ask(attack, data, *data.draw(st.sampled_from(routes)), signed_in="browser")

    ask()
    assert attack.told() == []


def _ask(attack: Attack, data: st.DataObject, method: str, path: str, *, signed_in: str) -> None:
    where = filled(path, lambda name: value_of(attack, data))
    client = data.draw(st.sampled_from((getattr(attack.admin, signed_in), attack.oak.visitor)))
    query = data.draw(parameters)
    form: dict[str, str] = {}
    body = b""
    asked = {"params": [(name, value.encode("utf-8", "replace").decode()) for name, value in query]}
    if method == "GET":
        answer = attack.runner.run(client.get(where, **asked))
    elif data.draw(st.booleans()) and signed_in == "app":
        kind = data.draw(st.sampled_from(KINDS))
        body = data.draw(st.one_of(st.sampled_from(RAW), st.binary(max_size=40)))
        answer = attack.runner.run(
            client.request(method, where, content=body, headers={"content-type": kind} if kind else {})
        )
    else:
        form["csrf"] = attack.admin.csrf
        for name, value in data.draw(parameters):
            form[name] = value.encode("utf-8", "replace").decode()
        send = {"json": form} if data.draw(st.booleans()) and signed_in == "app" else {"data": form}
        answer = attack.runner.run(client.request(method, where, **send))  # type: ignore[arg-type]  # either of both
    if answer.status_code >= 500:
        attack.failed[method, path] = (
            f"{answer.status_code} {answer.request.method} {answer.request.url} {form or body!r}"[:200]
        )
