"""What hangs on posts: pictures, mentions, tags, polls, structure, topics, and the viewer's own marks. One query each,
for all posts of a page together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from server.queries import asks, checks
from server.queries.accounts import loaded
from server.queries.authorships import written_by
from server.queries.media import of_posts
from server.queries.moments import maybe_moment, moment
from server.rules.ids import now_ms
from server.storage.sql import rows
from server.views.checks import CheckView
from server.views.media import MediaView
from server.views.posts import NO_MARKS, Marks, MentionView, PollView, TagView, TopicRef
from server.views.proposals import ContributionView, ProposalView, SectionView
from server.views.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a proposal's thread belongs: our topic's account id (0 if none of ours), and its own chapter."""

    topic_id: int
    entry_uri: str


@dataclass(frozen=True, slots=True)
class Around:
    """By post id, unless it says otherwise."""

    media: Mapping[int, tuple[MediaView, ...]] = field(default_factory=dict)
    mentions: Mapping[int, tuple[MentionView, ...]] = field(default_factory=dict)
    tags: Mapping[int, tuple[TagView, ...]] = field(default_factory=dict)
    polls: Mapping[int, PollView] = field(default_factory=dict)
    proposals: Mapping[int, ProposalView] = field(default_factory=dict)
    contributions: Mapping[int, ContributionView] = field(default_factory=dict)
    checks: Mapping[int, CheckView] = field(default_factory=dict)
    topics: Mapping[int, TopicRef] = field(default_factory=dict)  # by the topic's account id
    threads: Mapping[int, Thread] = field(default_factory=dict)  # by the proposal's id
    parent_uris: Mapping[int, str] = field(default_factory=dict)  # by the parent's id
    apps: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # by the app's id: name, website
    marks: Mapping[int, Marks] = field(default_factory=dict)


async def around(found: Sequence[Mapping[str, Any]], viewer: Viewer) -> Around:
    """Everything that hangs on these rows of posts."""
    if not found:
        return Around()
    ids = [row["id"] for row in found]
    proposals = await proposals_of(found)
    threads = await threads_of(found)
    polls = await polls_of(ids)
    return Around(
        media=await of_posts(ids),
        mentions=await mentions_of(ids),
        tags=await tags_of(ids),
        polls=polls,
        proposals=proposals,
        contributions=await contributions_of(found),
        checks=await checks.of_posts(list(polls)),
        topics=await topic_refs(
            [*(row["topic_id"] for row in found), *(thread.topic_id for thread in threads.values())]
        ),
        threads=threads,
        parent_uris=await uris_of([row["in_reply_to_id"] for row in found if row["in_reply_to_id"]]),
        apps=await apps_of([row["application_id"] for row in found if row["application_id"]]),
        marks=await own_marks(found, await marks_of(ids, viewer), viewer),
    )


async def own_marks(
    found: Sequence[Mapping[str, Any]], marks: Mapping[int, Marks], viewer: Viewer
) -> Mapping[int, Marks]:
    """The marks, with which of these posts are the viewer's own."""
    if not viewer.signed_in:
        return marks
    own = {row["id"] for row in found if row["account_id"] == viewer.account_id}
    own |= await written_by(viewer, [row["id"] for row in found if row["mode"] != "open"])
    return {**marks, **{post_id: replace(marks.get(post_id, NO_MARKS), own=True) for post_id in own}}


async def mentions_of(ids: Sequence[int]) -> dict[int, tuple[MentionView, ...]]:
    found = await rows(
        "SELECT m.post_id, a.id, a.name, a.domain, a.uri, a.url FROM mentions m JOIN accounts a ON a.id = m.account_id"
        " WHERE m.post_id IN (?) ORDER BY m.id",
        [ids],
    )
    grouped: dict[int, tuple[MentionView, ...]] = {}
    for row in found:
        mention = MentionView(row["id"], row["name"], row["domain"], row["uri"], row["url"] or row["uri"])
        grouped[row["post_id"]] = (*grouped.get(row["post_id"], ()), mention)
    return grouped


async def tags_of(ids: Sequence[int]) -> dict[int, tuple[TagView, ...]]:
    found = await rows(
        "SELECT x.post_id, t.name, x.shown FROM post_tags x JOIN tags t ON t.id = x.tag_id WHERE x.post_id IN (?)"
        " ORDER BY x.id",
        [ids],
    )
    grouped: dict[int, tuple[TagView, ...]] = {}
    for row in found:
        grouped[row["post_id"]] = (*grouped.get(row["post_id"], ()), TagView(row["name"], row["shown"]))
    return grouped


async def polls_of(ids: Sequence[int]) -> dict[int, PollView]:
    found = await rows("SELECT * FROM polls WHERE post_id IN (?)", [ids])
    made = {}
    for row in found:
        options = loaded(row["options"])
        over = row["closed_at"] is not None or (row["expires_at"] is not None and row["expires_at"] <= now_ms())
        hidden = bool(row["hide_totals"]) and not over
        made[row["post_id"]] = PollView(
            id=row["post_id"],
            options=tuple((option["title"], None if hidden else int(option["votes"])) for option in options),
            multiple=bool(row["multiple"]),
            expires_at=maybe_moment(row["expires_at"]),
            expired=over,
            votes_count=sum(int(option["votes"]) for option in options),
            voters_count=row["voters_count"],
            hide_totals=bool(row["hide_totals"]),
        )
    return made


async def proposals_of(found: Sequence[Mapping[str, Any]]) -> dict[int, ProposalView]:
    ids = [row["id"] for row in found if row["kind"] == "proposal"]
    if not ids:
        return {}
    known = await rows("SELECT * FROM proposals WHERE post_id IN (?)", [ids])
    clocks = await asks.clocks_of([row["post_id"] for row in known if row["state"] == "sent"])
    return {
        row["post_id"]: ProposalView(
            state=row["state"],
            state_at=moment(row["state_at"]),
            kind=row["kind"],
            sections=tuple(
                SectionView(part["key"], part["source"], part["html"]) for part in loaded(row["sections"]) or []
            ),
            comments_count=max(row["comments_count"], 0),
            support_here=max(row["support_here"], 0),
            support_civic=max(row["support_civic"], 0),
            support_wider=max(row["support_wider"], 0),
            active_at=moment(row["active_at"]),
            told_at=moment(row["told_at"]),
            outcome=row["outcome"],
            answer_code=row["answer_code"],
            role=row["role"],
            place=row["place"],
            corroborations_count=row["corroborations_count"],
            places_count=row["places_count"],
            endorsements_count=row["endorsements_count"],
            clock=clocks.get(row["post_id"]),
            facts=loaded(row["facts"]) or {},
        )
        for row in known
    }


async def contributions_of(found: Sequence[Mapping[str, Any]]) -> dict[int, ContributionView]:
    """Of those posts in the thread of a proposal that have facts."""
    ids = [row["id"] for row in found if row["proposal_id"] and row["kind"] in ("comment", "post")]
    if not ids:
        return {}
    return {
        row["post_id"]: ContributionView(
            proposal_id=row["proposal_id"],
            kind=row["kind"],
            state=row["state"],
            facts=dict(loaded(row["facts"]) or {}),
            reason_html=row["reason_html"],
            decided_at=maybe_moment(row["decided_at"]),
        )
        for row in await rows("SELECT * FROM contributions WHERE post_id IN (?)", [ids])
    }


async def threads_of(found: Sequence[Mapping[str, Any]]) -> dict[int, Thread]:
    """Of each proposal whose comments are among the posts: its topic here, and where it entered the network."""
    ids = [row["proposal_id"] for row in found if row["kind"] != "proposal" and row["proposal_id"]]
    if not ids:
        return {}
    roots = await rows(
        "SELECT p.id, p.topic_id, p.audience_uri, p.local, a.uri AS chapter FROM posts p"
        " LEFT JOIN accounts a ON a.id = p.topic_id WHERE p.id IN (?)",
        [ids],
    )
    return {
        row["id"]: Thread(row["topic_id"] or 0, (row["chapter"] or "") if row["local"] else row["audience_uri"])
        for row in roots
    }


async def topic_refs(ids: Sequence[int | None]) -> dict[int, TopicRef]:
    wanted = sorted({topic_id for topic_id in ids if topic_id})
    if not wanted:
        return {}
    found = await rows(
        "SELECT t.account_id, a.uri, t.slug, t.name, t.hashtag FROM topics t JOIN accounts a ON a.id = t.account_id"
        " WHERE t.account_id IN (?)",
        [wanted],
    )
    return {
        row["account_id"]: TopicRef(row["account_id"], row["uri"], row["slug"], row["name"], row["hashtag"])
        for row in found
    }


async def uris_of(ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    return {row["id"]: row["uri"] for row in await rows("SELECT id, uri FROM posts WHERE id IN (?)", [ids])}


async def apps_of(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    found = await rows("SELECT id, name, website FROM apps WHERE id IN (?)", [ids])
    return {row["id"]: (row["name"], row["website"]) for row in found}


async def marks_of(ids: Sequence[int], viewer: Viewer) -> dict[int, Marks]:
    """What the viewer did about each post, in one query."""
    if not viewer.signed_in or not ids:
        return {}
    me = viewer.account_id
    found = await rows(
        "SELECT 'liked' AS mark, post_id, 0 AS choice FROM likes WHERE account_id = ? AND post_id IN (?)"
        " UNION ALL SELECT 'bookmarked', post_id, 0 FROM bookmarks WHERE account_id = ? AND post_id IN (?)"
        " UNION ALL SELECT 'pinned', post_id, 0 FROM pins WHERE account_id = ? AND post_id IN (?)"
        " UNION ALL SELECT 'boosted', reblog_of_id, 0 FROM posts WHERE account_id = ? AND reblog_of_id IN (?)"
        " AND deleted_at IS NULL"
        " UNION ALL SELECT 'muted', p.id, 0 FROM posts p JOIN thread_mutes t ON t.thread_id = p.thread_id"
        " WHERE t.account_id = ? AND p.id IN (?)"
        " UNION ALL SELECT 'voted', poll_id, choice FROM poll_votes WHERE account_id = ? AND poll_id IN (?)",
        [me, ids, me, ids, me, ids, me, ids, me, ids, me, ids],
    )
    names: dict[int, set[str]] = {}
    votes: dict[int, list[int]] = {}
    for row in found:
        names.setdefault(row["post_id"], set()).add(row["mark"])
        if row["mark"] == "voted":
            votes.setdefault(row["post_id"], []).append(row["choice"])
    return {
        post_id: Marks(
            liked="liked" in done,
            boosted="boosted" in done,
            bookmarked="bookmarked" in done,
            muted="muted" in done,
            pinned="pinned" in done,
            own_votes=tuple(sorted(votes.get(post_id, ()))),
            voted="voted" in done,
        )
        for post_id, done in names.items()
    }
