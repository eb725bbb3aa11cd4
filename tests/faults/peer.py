"""Another server on loopback, as small as can be: one person with a key, and an inbox that remembers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from federation.signatures import cavage
from federation.signatures.keys import Signer, generate_rsa
from federation.values import PUBLIC, dumps

ACTIVITY_JSON = "application/activity+json"


@dataclass
class Peer:
    """`received` holds the ids of the objects that were created here, in order; a second time shows as a second entry
    only if it came as another activity."""

    port: int
    keys: tuple[str, str] = field(default_factory=generate_rsa)
    activities: set[str] = field(default_factory=set)
    received: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def uri(self) -> str:
        return f"{self.base}/users/pat"

    @property
    def signer(self) -> Signer:
        return Signer(f"{self.uri}#main-key", self.keys[0])

    def actor(self) -> dict[str, Any]:
        return {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": self.uri,
            "type": "Person",
            "preferredUsername": "pat",
            "inbox": f"{self.uri}/inbox",
            "outbox": f"{self.uri}/outbox",
            "followers": f"{self.uri}/followers",
            "publicKey": {"id": self.signer.key_id, "owner": self.uri, "publicKeyPem": self.keys[1]},
        }

    def note(self, number: int, to: str) -> dict[str, Any]:
        """A Create of a public note that mentions a member of ours."""
        note = {
            "id": f"{self.base}/notes/{number}",
            "type": "Note",
            "attributedTo": self.uri,
            "content": f"<p>Note {number}</p>",
            "to": [PUBLIC],
            "cc": [to],
            "tag": [{"type": "Mention", "href": to, "name": "@someone"}],
        }
        return self.activity("Create", f"create-{number}", note, cc=[to])

    def activity(self, kind: str, number: str, obj: Any, **more: Any) -> dict[str, Any]:
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.base}/activities/{number}",
            "type": kind,
            "actor": self.uri,
            "object": obj,
            "to": [PUBLIC],
            **more,
        }

    async def deliver(self, client: httpx.AsyncClient, inbox: str, activity: dict[str, Any], now: float) -> bool:
        """Deliver once; True if it was accepted."""
        body = dumps(activity)
        headers = cavage.sign("POST", inbox, body, content_type=ACTIVITY_JSON, signer=self.signer, now=now)
        try:
            answer = await client.post(inbox, content=body, headers={**headers, "content-type": ACTIVITY_JSON})
        except httpx.HTTPError:
            return False
        return answer.status_code == 202

    async def web_finger(self, request: Request) -> Response:
        return JSONResponse(
            {
                "subject": f"acct:pat@127.0.0.1:{self.port}",
                "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": self.uri}],
            },
            media_type="application/jrd+json",
        )

    async def person(self, request: Request) -> Response:
        return JSONResponse(self.actor(), media_type=ACTIVITY_JSON)

    async def inbox(self, request: Request) -> Response:
        activity = await request.json()
        if activity["id"] not in self.activities and activity["type"] == "Create":
            self.received.append(activity["object"]["id"])
        self.activities.add(activity["id"])
        return Response(status_code=202)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Peer"]:
        """Serve until the block ends."""
        app = Starlette(
            routes=[
                Route("/.well-known/webfinger", self.web_finger),
                Route("/users/pat", self.person),
                Route("/users/pat/inbox", self.inbox, methods=["POST"]),
            ]
        )
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="warning", lifespan="off")
        )
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the test owns the signals
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        try:
            yield self
        finally:
            server.should_exit = True
            await task
