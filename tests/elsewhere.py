"""One instance of ours on a real database, and everybody else: servers that are only documents and keys.

What is sent is really signed, what is fetched goes through the real client; only the network is replaced.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from federation.client import Client
from federation.signatures import cavage, rfc9421
from federation.signatures.keys import Signer, generate_ed25519, generate_rsa
from federation.signatures.proof import attach_proof
from federation.values import PUBLIC, dumps
from server.actions.instance import ensure_instance_actor
from server.actions.members import create_member
from server.actions.topics import create_topic
from server.activitypub.routes import OBJECTS, routes
from server.config import Settings
from server.jobs.inbox import handler
from server.ledger import queue
from server.ledger.queue import JobOutcome, Verdict
from server.queries import members
from server.remote.gateway import Remote, gateway
from server.remote.signers import one_signer
from server.rules.drafts import KeyPairs
from server.rules.permissions import OPERATOR, Principal
from server.storage.database import Database
from server.storage.sql import rows
from tests.storage.databases import fresh_url

Json = dict[str, Any]
DOMAIN = "oak.example"
HOME = f"https://{DOMAIN}"
ACTIVITY_JSON = "application/activity+json"


@cache
def rsa_pair(index: int) -> tuple[str, str]:
    return generate_rsa()


@cache
def ed25519_pair(index: int) -> tuple[str, str]:
    return generate_ed25519()


def key_pairs() -> KeyPairs:
    """Keys for our own accounts; which they are does not matter here."""
    private, public = rsa_pair(0)
    proof_private, proof_public = ed25519_pair(0)
    return KeyPairs(public, private, proof_public, proof_private)


async def made_keys() -> KeyPairs:
    return key_pairs()


class Clock:
    """Unix seconds; moves only when told to."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@dataclass
class Elsewhere(httpx.AsyncBaseTransport):
    """Every other server: what is at an address is a document, a status, or an error to raise."""

    at: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked.append(url)
        if request.url.path == "/.well-known/webfinger":
            url = parse_qs(request.url.query.decode())["resource"][0]
        answer = self.at.get(url, 404)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return httpx.Response(answer)
        if isinstance(answer, str):
            return httpx.Response(302, headers={"location": answer})
        kind = self.types.get(url, "application/jrd+json" if url.startswith("acct:") else ACTIVITY_JSON)
        return httpx.Response(200, headers={"content-type": kind}, stream=httpx.ByteStream(dumps(answer)))


@dataclass
class Stranger:
    """Somebody on another server, who can sign."""

    uri: str
    name: str
    domain: str
    keys: int
    type: str = "Person"
    more: Json = field(default_factory=dict)

    @property
    def key_id(self) -> str:
        return f"{self.uri}#main-key"

    @property
    def followers(self) -> str:
        return f"{self.uri}/followers"

    @property
    def signer(self) -> Signer:
        return Signer(self.key_id, rsa_pair(self.keys)[0])

    def document(self) -> Json:
        return {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": self.uri,
            "type": self.type,
            "preferredUsername": self.name,
            "name": self.name.title(),
            "inbox": f"{self.uri}/inbox",
            "outbox": f"{self.uri}/outbox",
            "followers": self.followers,
            "endpoints": {"sharedInbox": f"https://{self.domain}/inbox"},
            "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": rsa_pair(self.keys)[1]},
            "assertionMethod": [
                {
                    "id": f"{self.uri}#ed25519-key",
                    "type": "Multikey",
                    "controller": self.uri,
                    "publicKeyMultibase": ed25519_pair(self.keys)[1],
                }
            ],
            **self.more,
        }

    def webfinger(self) -> Json:
        return {
            "subject": f"acct:{self.name}@{self.domain}",
            "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": self.uri}],
        }

    def does(self, kind: str, obj: Any, number: str = "1", **more: Any) -> Json:
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"https://{self.domain}/activities/{kind.lower()}-{number}",
            "type": kind,
            "actor": self.uri,
            "object": obj,
            **more,
        }

    def note(self, number: str, content: str = "<p>Hello</p>", **more: Any) -> Json:
        """A public note of theirs, as Mastodon writes it."""
        return {
            "id": f"{self.uri}/statuses/{number}",
            "type": "Note",
            "attributedTo": self.uri,
            "summary": None,
            "inReplyTo": None,
            "published": "2026-11-20T10:00:00Z",
            "url": f"https://{self.domain}/@{self.name}/{number}",
            "to": [PUBLIC],
            "cc": [self.followers],
            "sensitive": False,
            "content": content,
            "attachment": [],
            "tag": [],
            **more,
        }

    def create(self, document: Json) -> Json:
        """The Create around an object of theirs."""
        return self.does(
            "Create", document, number=document["id"].rpartition("/")[2], to=document.get("to"), cc=document.get("cc")
        )

    def proven(self, activity: Json) -> Json:
        """The activity with a proof by their own key."""
        return attach_proof(
            {
                **activity,
                "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
            },
            private_pem=ed25519_pair(self.keys)[0],
            verification_method=f"{self.uri}#ed25519-key",
            created=datetime.now(UTC),
        )


@dataclass
class Here:
    """Our instance, and the rest of the world as it sees it."""

    database: Database
    app: Starlette
    remote: Remote
    elsewhere: Elsewhere
    clock: Clock
    web: httpx.AsyncClient
    strangers: int = 0

    def stranger(self, name: str, domain: str = "elm.example", *, type: str = "Person", **more: Any) -> Stranger:
        """Somebody new elsewhere, whose documents can be fetched."""
        self.strangers += 1
        folder = "topics" if type == "Group" else "users"
        who = Stranger(f"https://{domain}/{folder}/{name}", name, domain, self.strangers % 4 + 1, type, more)
        self.publish(who)
        return who

    def publish(self, who: Stranger) -> None:
        self.elsewhere.at[who.uri] = who.document()
        self.elsewhere.at[f"acct:{who.name}@{who.domain}"] = who.webfinger()

    async def member(self, name: str) -> Principal:
        """A member of ours."""
        member = await members.by_id(await create_member(OPERATOR, name, keys=key_pairs()))
        assert member is not None
        return Principal("member", member.account.id, "member", member.id)

    async def topic(self, slug: str = "damp-homes", name: str = "Damp homes", **more: Any) -> int:
        return await create_topic(OPERATOR, slug, name, keys=key_pairs(), **more)

    def signed(
        self,
        who: Stranger,
        body: bytes,
        path: str = "/inbox",
        *,
        scheme: Callable[..., dict[str, str]] = cavage.sign,
        domain: str = DOMAIN,
        signer: Signer | None = None,
    ) -> dict[str, str]:
        """The headers of a delivery, signed by `who`."""
        headers = scheme(
            "POST",
            f"https://{domain}{path}",
            body,
            content_type=ACTIVITY_JSON,
            signer=signer or who.signer,
            now=self.clock(),
        )
        return {"content-type": ACTIVITY_JSON, **headers}

    def read_as(self, who: Stranger, path: str) -> dict[str, str]:
        """The headers of a reader who says, and proves, who they are."""
        headers = cavage.sign("GET", f"{HOME}{path}", None, content_type="", signer=who.signer, now=self.clock())
        return {"accept": ACTIVITY_JSON, **headers}

    async def post(self, who: Stranger, activity: Json | bytes, path: str = "/inbox", **more: Any) -> httpx.Response:
        """Deliver, really signed."""
        body = activity if isinstance(activity, bytes) else dumps(activity)
        return await self.web.post(path, content=body, headers=self.signed(who, body, path, **more))

    async def receive(self, who: Stranger, activity: Json, **more: Any) -> httpx.Response:
        """Deliver, and let it take effect."""
        answer = await self.post(who, activity, **more)
        if answer.status_code == 202:
            await self.work()
        return answer

    async def work(self) -> None:
        """Everything in the lane `inbox` that is due."""
        run = handler(self.remote)
        while jobs := await queue.claim("inbox", 20, lock="test", now=int(time.time() * 1000) + 1000):
            for job in jobs:
                await run(job)
            await queue.settle([JobOutcome(job, Verdict.DONE) for job in jobs], lock="test")

    async def count(self, table: str, where: str = "1 = 1") -> int:
        return int((await rows(f"SELECT count(*) AS n FROM {table} WHERE {where}"))[0]["n"])

    async def one(self, sql: str, *values: Any) -> dict[str, Any]:
        found = await rows(sql, list(values))
        assert len(found) == 1, f"{len(found)} rows"
        return found[0]

    async def reason(self) -> str:
        """Why the newest receipt was refused; empty if it was not."""
        found = await rows("SELECT reason FROM receipts ORDER BY received_at DESC, id DESC LIMIT 1")
        return str(found[0]["reason"] or "")


__all__ = ["DOMAIN", "HOME", "PUBLIC", "Clock", "Elsewhere", "Here", "Stranger", "opened", "rfc9421"]


@asynccontextmanager
async def opened(folder: Path, **settings: Any) -> AsyncIterator[Here]:
    """A fresh instance at oak.example."""
    async with fresh_url(folder) as url:
        database = await Database.open(url, data_dir=folder, base_url=HOME)
        try:
            await database.create_tables()
            with database.use():
                instance_id = await ensure_instance_actor(OPERATOR, made_keys)
                clock, elsewhere = Clock(), Elsewhere()
                chosen = Settings(
                    domain=DOMAIN, data_dir=folder, database_url=url.replace("postgresql", "postgres"), **settings
                )
                client = Client(user_agent="test", transport=elsewhere, clock=clock)
                remote = gateway(client, chosen, clock, one_signer(instance_id, lambda: int(clock() * 1000)))
                app = Starlette(routes=[*routes(), *(Route(path, endpoint) for path, endpoint in OBJECTS.items())])
                app.state.remote = remote
                transport = httpx.ASGITransport(app=app)
                async with httpx.AsyncClient(transport=transport, base_url=HOME) as web:
                    yield Here(database, app, remote, elsewhere, clock, web)
        finally:
            await database.close()
