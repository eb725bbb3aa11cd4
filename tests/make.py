"""One instance without its network: a real database, real acts and what follows from them. Everyone elsewhere is a
row, made by the same act that keeps a real one.

    async with ground(tmp_path) as here:
        amina = await here.member("amina")
        await here.settle()
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from federation.signatures.keys import generate_ed25519, generate_rsa
from server.actions.actors import record_account
from server.actions.follows import answer_follow, follow
from server.actions.instance import set_up
from server.actions.members import create_member
from server.actions.posts import publish_post
from server.actions.proposals import publish_proposal
from server.actions.topics import adopt_genesis, chapter_asked, create_topic, link_chapter
from server.config import Settings
from server.jobs.effects import handler
from server.ledger import queue
from server.ledger.queue import ClaimedJob, JobOutcome, Verdict
from server.live.hub import Hub
from server.queries import members, posts, topics
from server.rules.accounts import Kind, Role
from server.rules.drafts import AccountDraft, Elsewhere, KeyPairs, KnownMention, PostDraft, ProposalDraft
from server.rules.ids import now_ms
from server.rules.permissions import OPERATOR, Principal
from server.storage.database import Database
from server.storage.sql import execute, rows
from server.views.posts import PostView
from server.views.viewer import Viewer
from tests.template import ready_url

DOMAIN = "oak.example"
HOME = f"https://{DOMAIN}"
ANSWERS = (
    ("seen", "Families wait **28 days** between two visits."),
    ("rule", "Repairs contract, schedule 4, line 12"),
    ("change", "Let one inspection be enough."),
)


@cache
def key_pairs() -> KeyPairs:
    """One pair for all: whose key it is follows from the key's id."""
    private, public = generate_rsa()
    proof_private, proof_public = generate_ed25519()
    return KeyPairs(public, private, proof_public, proof_private)


@dataclass
class Ground:
    """An instance at oak.example, in use for the test, with what a test does to it."""

    database: Database
    settings: Settings
    hub: Hub = field(default_factory=Hub)
    made: int = 0

    async def member(self, name: str, role: Role = "member", **more: Any) -> Principal:
        """Somebody with a log-in here."""
        member = await members.by_id(await create_member(OPERATOR, name, keys=key_pairs(), role=role, **more))
        assert member is not None
        return members.principal(member)

    async def stranger(
        self, name: str, domain: str = "elm.example", *, kind: Kind = "person", shared: bool = True, **more: Any
    ) -> Principal:
        """Somebody on another server."""
        folder = "topics" if kind == "topic" else "users"
        uri = f"https://{domain}/{folder}/{name}"
        draft = AccountDraft(
            uri=uri,
            url=uri,
            kind=kind,
            name=name,
            domain=domain,
            inbox=f"{uri}/inbox",
            shared_inbox=f"https://{domain}/inbox" if shared else "",
            followers_uri=f"{uri}/followers",
            **more,
        )
        return Principal("remote", await record_account(OPERATOR, draft))

    async def topic(self, slug: str = "damp-homes", name: str = "Damp homes") -> int:
        """A topic of ours; its account id."""
        return await create_topic(OPERATOR, slug, name, keys=key_pairs())

    async def chapter(self, topic_id: int, domain: str, slug: str = "damp-homes") -> Principal:
        """Another instance's chapter of our topic, linked."""
        chapter = await self.stranger(slug, domain, kind="topic")
        topic = await topics.by_account_id(topic_id)
        assert topic is not None
        await adopt_genesis(OPERATOR, topic_id, topic.genesis, topic.topic_id)
        await link_chapter(OPERATOR, topic_id, chapter.account_id, their_topic_id=topic.topic_id)
        assert await chapter_asked(chapter, topic_id, f"https://{domain}/activities/wish") == "linked"
        return chapter

    async def befriend(self, follower: Principal, target: Principal) -> None:
        """One follows the other, and is accepted."""
        uri = "" if follower.standing == "member" else f"https://there.example/follows/{self.next()}"
        await follow(follower, target.account_id, uri)
        await answer_follow(target, follower.account_id, True)

    def next(self) -> int:
        self.made += 1
        return self.made

    def away(self, domain: str = "elm.example", published: int | None = None, updated: int | None = None) -> Elsewhere:
        """The address of something new on another server."""
        uri = f"https://{domain}/posts/{self.next()}"
        return Elsewhere(uri, uri, published or now_ms(), updated)

    async def mention(self, who: Principal) -> KnownMention:
        found = await one("SELECT name, domain, uri, url FROM accounts WHERE id = ?", who.account_id)
        acct = found["name"] + (f"@{found['domain']}" if found["domain"] else "")
        return KnownMention(who.account_id, acct, found["uri"], found["url"])

    async def say(self, by: Principal, source: str = "Hello.", **more: Any) -> int:
        """A post by whoever it is, from wherever they are."""
        if by.standing == "remote" and "elsewhere" not in more:
            more = {"elsewhere": self.away(), "content_html": f"<p>{source}</p>", **more}
        return await publish_post(by, PostDraft(source=source, **more))

    async def propose(self, by: Principal, title: str = "Damp must be proven twice", **more: Any) -> int:
        if by.standing == "remote" and "elsewhere" not in more:
            more = {"elsewhere": self.away(), **more}
        return await publish_proposal(by, ProposalDraft(title, ANSWERS, **more))

    async def post(self, post_id: int, viewer: Principal | None = None) -> PostView:
        """A post as somebody sees it, who must be able to."""
        found = await posts.by_id(post_id, Viewer(viewer.account_id if viewer else 0))
        assert found is not None
        return found

    async def waiting(self) -> list[ClaimedJob]:
        """The events that nobody has worked on yet, without doing so."""
        found = await rows("SELECT id, kind, payload FROM jobs WHERE queue = 'effects' ORDER BY id")
        return [ClaimedJob(row["id"], "effects", row["kind"], None, loaded(row["payload"]), 1) for row in found]

    async def settle(self, times: int = 1) -> list[str]:
        """What follows from everything that has happened, `times` over, as after a crash; returns the events' names."""
        work = handler(self.settings, self.hub, now_ms)
        names: list[str] = []
        while jobs := await queue.claim("effects", 50, lock="test", now=now_ms() + 1000):
            for job in jobs:
                names.append(job.kind)
                for _ in range(times):
                    await work(job)
            await queue.settle([JobOutcome(job, Verdict.DONE) for job in jobs], lock="test")
        return names

    async def forget(self) -> None:
        """As if everything so far had been sent and told long ago."""
        await self.settle()
        for table in ("deliveries", "notifications"):
            await execute(f"DELETE FROM {table}")

    async def sent(self) -> dict[str, list[dict[str, Any]]]:
        """What is lined up, by inbox: the activities as they will be sent."""
        found = await rows(
            "SELECT d.inbox, a.body FROM deliveries d JOIN activities a ON a.id = d.activity_id WHERE d.state = 0"
            " ORDER BY d.id"
        )
        lined_up: dict[str, list[dict[str, Any]]] = {}
        for row in found:
            lined_up.setdefault(row["inbox"], []).append(orjson.loads(bytes(row["body"])))
        return lined_up

    async def told(self, who: Principal) -> list[str]:
        """The kinds of notifications of a member, oldest first."""
        found = await rows("SELECT kind FROM notifications WHERE account_id = ? ORDER BY id", [who.account_id])
        return [row["kind"] for row in found]


def loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def kinds(sent: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """By inbox, what is sent in short: `Create`, or `Announce(Create)`, or `Announce(id)`."""
    return {inbox: [in_short(activity) for activity in each] for inbox, each in sent.items()}


def in_short(activity: dict[str, Any]) -> str:
    kind, obj = str(activity["type"]), activity["object"]
    if kind in ("Announce", "Undo", "Accept", "Reject"):
        return f"{kind}({obj['type'] if isinstance(obj, dict) else 'id'})"
    return kind


async def count(table: str, where: str = "1 = 1", *values: Any) -> int:
    return int((await rows(f"SELECT count(*) AS n FROM {table} WHERE {where}", list(values)))[0]["n"])


async def one(sql: str, *values: Any) -> dict[str, Any]:
    found = await rows(sql, list(values))
    assert len(found) == 1, f"{len(found)} rows"
    return found[0]


@asynccontextmanager
async def ground(folder: Path, *, organisation: bool = True, **settings: Any) -> AsyncIterator[Ground]:
    """A fresh instance, set up."""
    async with ready_url(folder) as url:
        database = await Database.open(url, data_dir=folder, base_url=HOME)
        try:
            with database.use():
                if organisation:
                    await set_up(OPERATOR, title="Oak", name="oak", description="", keys=key_pairs())
                here = Ground(database, Settings(domain=DOMAIN, data_dir=folder, database_url=url, **settings))
                if organisation:
                    await here.settle()
                yield here
        finally:
            await database.close()
