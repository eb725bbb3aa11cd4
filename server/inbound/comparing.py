"""Two chapters compare what they know of a topic, and ours takes in what it missed (FEDERATION.md, "Comparing").

Whatever the other chapter hands over is treated like what it announces: proven by itself or confirmed by its origin,
or not taken. So a chapter can withhold things, and waste a bounded number of requests, and nothing more.
"""

from dataclasses import dataclass
from secrets import randbelow
from typing import Final
from urllib.parse import quote

import structlog

from federation.errors import Malformed, ProtocolError, Unavailable
from federation.objects.actor import Actor
from federation.origin import check_activity
from federation.parse import parse_activity
from federation.topic_sync import PER_PAGE, digest_of, digests, entries
from federation.values import text
from server.actions.topics import note_compared, vouch
from server.inbound.arrival import Arrived
from server.inbound.dispatch import dispatch
from server.queries import actors, topic_items, topics
from server.queries.actors import WireAccount
from server.queries.topic_items import Entry
from server.remote.chapters import roster_of
from server.remote.gateway import Remote
from server.remote.posts import Coming, renew_post
from server.rules.errors import CivicError
from server.rules.permissions import OPERATOR
from server.rules.topics import Compared

ITEMS: Final = 200  # in one run; the next goes on
REFUSALS: Final = 20  # so many that prove nothing end a run
PAGES: Final = 20

log = structlog.get_logger("comparing")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`more` when a run ended before all was taken, and it would help to run again."""

    compared: Compared
    taken: int = 0
    more: bool = False


async def compare(remote: Remote, topic_id: int, chapter_id: int) -> Outcome | None:
    """Compare our chapter of a topic with that of another instance, take in what ours lacks, and note what came of it.
    None when they are not linked."""
    topic, chapter = await topics.by_account_id(topic_id), await actors.by_id(chapter_id)
    linked = {each.account.id for each in topic.chapters if each.state == "linked"} if topic is not None else set()
    if chapter is None or chapter.id not in linked:
        return None
    try:
        wanted = await _missing(remote, topic_id, chapter)
        roster = await roster_of(remote, Actor.parse(await remote.read(chapter.uri)))
        await vouch(OPERATOR, topic_id, chapter.id, roster)
    except (ProtocolError, Unavailable):
        outcome = Outcome("unreachable")
    else:
        outcome = await _take_all(remote, chapter, wanted)
    await note_compared(OPERATOR, topic_id, chapter_id, outcome.compared, int(remote.clock() * 1000))
    return outcome


async def _missing(remote: Remote, topic_id: int, chapter: WireAccount) -> list[Entry]:
    """What they have and we have not, or only in an older version. Our own members' doings are never asked back. First
    what is gone, so that it is known when its answers come; then the rest by age, parents before what answers them."""
    theirs = digests(await remote.read(f"{chapter.uri}/sync"))
    ours = {bucket: digest_of(held) for bucket, held in (await topic_items.by_bucket(topic_id)).items()}
    found: list[Entry] = []
    for bucket in sorted(bucket for bucket in theirs if theirs[bucket] != ours.get(bucket)):
        after = ""
        for _ in range(PAGES):
            query = f"?bucket={bucket:02x}" + (f"&after={quote(after, safe='')}" if after else "")
            page = await remote.read(f"{chapter.uri}/sync{query}")
            told = entries(page)
            known = await topic_items.known(topic_id, [uri for uri, _, _ in told])
            found += [each for each in told if is_newer(each, known.get(each[0])) and not remote.is_here(each[0])]
            following = text(page.get("civic:after"), 2048)
            if len(told) < PER_PAGE or following <= after:
                break
            after = following
    return sorted(found, key=lambda each: (not each[2], not each[1], each[1], each[0]))


def is_newer(theirs: Entry, ours: Entry | None) -> bool:
    if ours is None:
        return True
    _, version, gone = theirs
    return version > ours[1] if gone == ours[2] or ours[2] else version >= ours[1]


async def _take_all(remote: Remote, chapter: WireAccount, wanted: list[Entry]) -> Outcome:
    taken = refused = 0
    # Where one run cannot take all, each begins somewhere else: items that are never taken in keep nothing else away.
    start = randbelow(len(wanted)) if len(wanted) > ITEMS else 0
    for uri, _, _ in [*wanted[start:], *wanted[:start]][:ITEMS]:
        try:
            await _take(remote, chapter, f"{chapter.uri}/sync?item={quote(uri, safe='')}")
            taken += 1
        except (ProtocolError, CivicError, Unavailable) as error:
            log.info("not_taken", item=uri, chapter=chapter.uri, reason=str(error))
            refused += 1
        if refused >= REFUSALS:
            break
    left = len(wanted) > ITEMS
    return Outcome("differs" if refused or left else "same", taken, more=left and taken > 0)


async def _take(remote: Remote, chapter: WireAccount, url: str) -> None:
    """One item, as the Announce that it would have come in."""
    announce = parse_activity(await remote.read(url))
    if announce.type != "Announce":
        raise Malformed("an item of a topic is not passed on as an Announce")
    check_activity(announce, chapter.uri)
    uri = announce.object_id
    if announce.inner is None and uri is not None and (known := await actors.post_by_uri(uri)) is not None:
        if not known[3]:
            await renew_post(remote, await remote.read(uri), Coming(via=chapter.id, fetched=True))
        return
    await dispatch(remote, Arrived(announce, chapter))
