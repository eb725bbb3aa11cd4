"""Our topics, with the chapters that share them."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.queries import accounts
from server.queries.accounts import loaded
from server.queries.moments import maybe_moment, moment
from server.storage.sql import rows
from server.views.topics import ChapterView, TopicView


async def select(condition: str, values: Sequence[Any]) -> list[TopicView]:
    """Topics `t` that fit a condition, by name; with their chapters, in a fixed number of queries."""
    found = await rows(
        "SELECT t.account_id, t.slug, t.name AS topic_name, t.description, t.hashtag, t.topic_id, t.genesis, t.same,"
        f" t.proposals_count, t.replies, t.created_at AS topic_created_at, {accounts.columns()} FROM topics t"
        f" JOIN accounts a ON a.id = t.account_id WHERE {condition} ORDER BY lower(t.name), t.account_id",
        values,
    )
    linked = await rows(
        "SELECT c.topic_id AS ours, c.state AS link_state, c.asked_by_us, c.asked_by_them, c.their_topic_id,"
        " c.linked_at, c.standing, c.compared, c.compared_at,"
        f" {accounts.columns()} FROM chapters c JOIN accounts a ON a.id = c.account_id"
        " WHERE c.topic_id IN (?) ORDER BY c.id",
        [[row["account_id"] for row in found]],
    ) if found else []  # fmt: skip
    people = await accounts.views([*found, *linked])
    chapters: dict[int, tuple[ChapterView, ...]] = {}
    for row, account in zip(linked, people[len(found) :], strict=True):
        chapter = ChapterView(
            account=account,
            state=row["link_state"],
            asked_by_us=bool(row["asked_by_us"]),
            asked_by_them=bool(row["asked_by_them"]),
            their_topic_id=row["their_topic_id"],
            linked_at=maybe_moment(row["linked_at"]),
            standing=row["standing"],
            compared=row["compared"],
            compared_at=maybe_moment(row["compared_at"]),
        )
        chapters[row["ours"]] = (*chapters.get(row["ours"], ()), chapter)
    return [
        view(row, account, chapters.get(row["account_id"], ()))
        for row, account in zip(found, people[: len(found)], strict=True)
    ]


def view(row: Mapping[str, Any], account: Any, chapters: tuple[ChapterView, ...]) -> TopicView:
    return TopicView(
        account=account,
        slug=row["slug"],
        name=row["topic_name"],
        description=row["description"],
        hashtag=row["hashtag"],
        topic_id=row["topic_id"],
        genesis=dict(loaded(row["genesis"]) or {}),
        same=tuple(loaded(row["same"]) or ()),
        proposals_count=max(row["proposals_count"], 0),
        replies=row["replies"],
        created_at=moment(row["topic_created_at"]),
        chapters=chapters,
    )


async def all_topics() -> list[TopicView]:
    return await select("1 = 1", [])


async def by_slug(slug: str) -> TopicView | None:
    return next(iter(await select("t.slug = ?", [slug.lower()])), None)


async def by_account_id(account_id: int) -> TopicView | None:
    return next(iter(await select("t.account_id = ?", [account_id])), None)


async def by_hashtag(hashtag: str) -> TopicView | None:
    return next(iter(await select("lower(t.hashtag) = ?", [hashtag.lower().removeprefix("#")])), None)


async def meant(uris: Sequence[str], shared_id: str, via: int) -> int | None:
    """The account id of our topic that a post is for: the one it names, else the one that `shared_id` stands for, else
    the one whose linked chapter it names or which passed it on (`via`, an account id, or 0)."""
    found = await rows(
        "SELECT t.account_id, lower(t.name) AS name, 1 AS place, '' AS topic_id, '[]' AS same FROM topics t"
        " JOIN accounts a ON a.id = t.account_id WHERE a.uri IN (?)"
        " UNION ALL SELECT t.account_id, lower(t.name), 2, t.topic_id, CAST(t.same AS TEXT) FROM topics t WHERE ? <> ''"
        " UNION ALL SELECT t.account_id, lower(t.name), 3, '', '[]' FROM chapters c"
        " JOIN topics t ON t.account_id = c.topic_id JOIN accounts a ON a.id = c.account_id"
        " WHERE c.state = 'linked' AND (a.id = ? OR a.uri IN (?)) ORDER BY place, name, account_id",
        [list(uris), shared_id, via, list(uris)],
    )
    for row in found:
        if row["place"] != 2 or shared_id in (row["topic_id"], *loaded(row["same"])):
            return int(row["account_id"])
    return None


async def is_on_trial(chapter_id: int) -> bool:
    """Whether a chapter of another instance is on trial in every topic that we share with it."""
    found = await rows(
        "SELECT standing FROM chapters WHERE account_id = ? AND state = 'linked' ORDER BY standing LIMIT 1",
        [chapter_id],
    )
    return bool(found) and found[0]["standing"] == "trial"


async def linked_pairs() -> list[tuple[int, int]]:
    """Each link that stands: our topic's account id and the chapter's."""
    found = await rows("SELECT topic_id, account_id FROM chapters WHERE state = 'linked' ORDER BY id")
    return [(int(each["topic_id"]), int(each["account_id"])) for each in found]


async def our_wish(topic_account_id: int, chapter_id: int) -> str | None:
    """The id of the Follow by which we asked another chapter, while it is not accepted."""
    found = await rows(
        "SELECT f.uri FROM follows f JOIN chapters c ON c.topic_id = f.account_id AND c.account_id = f.target_id"
        " WHERE f.account_id = ? AND f.target_id = ? AND f.state = 'pending' AND c.asked_by_us",
        [topic_account_id, chapter_id],
    )
    return str(found[0]["uri"]) if found else None


async def is_in_topic(post_id: int) -> bool:
    """Whether a post is in a topic of ours, or answers a proposal that is."""
    found = await rows(
        "SELECT 1 AS one FROM posts p LEFT JOIN posts r ON r.id = p.proposal_id"
        " WHERE p.id = ? AND (p.topic_id IS NOT NULL OR r.topic_id IS NOT NULL)",
        [post_id],
    )
    return bool(found)


async def entries_of(post_ids: Sequence[int]) -> list[int]:
    """The chapters elsewhere through which posts, or the proposals they answer, entered the network: account ids."""
    found = await rows(
        "SELECT DISTINCT a.id FROM posts p LEFT JOIN posts r ON r.id = p.proposal_id"
        " JOIN accounts a ON a.uri IN (p.audience_uri, r.audience_uri)"
        " WHERE p.id IN (?) AND a.kind = 'topic' AND a.domain <> ''",
        [list(post_ids) or [0]],
    )
    return [int(each["id"]) for each in found]
