"""Chapters of topics on other instances: what is needed to link with one, and what to fetch once linked."""

from dataclasses import dataclass
from typing import Final

from federation.errors import Malformed, ProtocolError, Unavailable
from federation.names import same_origin
from federation.objects.actor import Actor
from federation.objects.proposal import is_proposal
from federation.values import Json, id_of
from server.queries import actors
from server.remote.actors import record_actor
from server.remote.gateway import Remote
from server.remote.posts import Coming, is_post, record_post
from server.remote.threads import fetch_replies, items_of
from server.rules import limits
from server.rules.topics import check_topic_id

NEWEST: Final = 50


@dataclass(frozen=True, slots=True)
class FoundChapter:
    """Another instance's chapter as its own document describes it; `roster` holds the ids of the chapters it is linked
    with, nearest first."""

    account_id: int
    uri: str
    name: str
    summary_html: str
    topic_id: str
    genesis: dict[str, str]
    same: tuple[str, ...]
    roster: tuple[str, ...]


async def find_chapter(remote: Remote, url: str) -> FoundChapter:
    """Read the chapter at this address anew, keep it as an account, and say what a link needs to know of it.

    Raises `Malformed` when it is no civic topic, or one whose id is not the hash of its genesis; `ProtocolError` or
    `Unavailable` when it cannot be had.
    """
    document = await remote.read(url)
    actor = Actor.parse(document)
    if actor.type != "Group" or not check_topic_id(actor.civic_genesis, actor.civic_topic_id):
        raise Malformed("at this address there is no topic that can be shared")
    account = await record_actor(remote, document)
    return FoundChapter(
        account_id=account.id,
        uri=actor.id,
        name=actor.name or actor.preferred_username,
        summary_html=actor.summary,
        topic_id=actor.civic_topic_id,
        genesis={key: value for key, value in actor.civic_genesis.items() if isinstance(value, str)},
        same=actor.civic_same_topic,
        roster=await roster_of(remote, actor),
    )


async def fetch_newest(remote: Remote, chapter_id: int) -> int:
    """Take in the newest fifty proposals of a chapter we were just linked with, with their threads. Returns how many
    are known now. Whatever cannot be had is left out; `Unavailable` only when its outbox cannot be read at all."""
    chapter = await actors.by_id(chapter_id)
    if chapter is None or not chapter.outbox:
        return 0
    count = 0
    try:
        async for item in items_of(remote, chapter.outbox):
            if count >= NEWEST:
                break
            count += await _take(remote, item, chapter_id)
    except ProtocolError:
        return count
    return count


async def _take(remote: Remote, item: object, chapter_id: int) -> int:
    """One entry of a chapter's outbox: an Announce of a proposal, or of the activity that made it. The proposal
    itself is always fetched from its origin."""
    uri = _announced(item)
    if uri is None or remote.is_here(uri):
        return 0
    try:
        document = await remote.read(uri)
        if not is_post(document) or not is_proposal(document):
            return 0
        if await record_post(remote, document, Coming(via=chapter_id, fetched=True)) is None:
            return 0
        await fetch_replies(remote, document)
    except (ProtocolError, Unavailable):
        return 0
    return 1


def _announced(item: object) -> str | None:
    """The id of the post inside Announce(id), Announce{Create}, Create{…}, or an id alone."""
    for _ in range(3):
        if not isinstance(item, dict) or "object" not in item:
            break
        item = item["object"]
    return id_of(item)


async def roster_of(remote: Remote, actor: Actor) -> tuple[str, ...]:
    """The other chapters, not ours, that a chapter says it is linked with."""
    if actor.civic_chapters is None or not same_origin(actor.civic_chapters, actor.id):
        return ()
    found: list[str] = []
    try:
        async for item in items_of(remote, actor.civic_chapters):
            uri = id_of(item)
            if uri and not remote.is_here(uri) and uri != actor.id and len(found) < limits.ROSTER:
                found.append(uri)
    except (ProtocolError, Unavailable):
        return tuple(found)
    return tuple(dict.fromkeys(found))


def chapter_facts(document: Json) -> tuple[str, bool]:
    """The shared topic id that an actor document claims, and whether it is the hash of the genesis beside it."""
    actor = Actor.parse(document)
    return actor.civic_topic_id, check_topic_id(actor.civic_genesis, actor.civic_topic_id)
