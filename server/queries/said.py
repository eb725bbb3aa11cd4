"""Facts of something that was said, for what follows from it: one query, and nothing of how it looks."""

from dataclasses import dataclass

from server.rules.accounts import VOICE
from server.rules.proposals import DESK
from server.storage.sql import rows
from server.views.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Said:
    """A post that stands, by an account in good standing.

    `author_here` is whether its author lives here; `local` is whether it was written here (a topic of ours passes on
    what was not). `heading` and `content_html` are for the search. `mentioned` are those it names or answers;
    `answered_voice` is the post that it answers, if that is the organisation's voice's; `desk` is the account of our
    desk, if it is mentioned, and `to_voice` whether the voice is.
    """

    id: int
    account_id: int
    author_here: bool
    local: bool
    kind: str
    visibility: str
    topic_id: int | None
    is_boost: bool
    answered_voice: int | None
    heading: str
    content_html: str
    mentioned: tuple[int, ...]
    desk: int | None
    to_voice: bool

    @property
    def author(self) -> Viewer:
        """Its author as a viewer, who sees the whole of it whatever its visibility."""
        return Viewer(self.account_id)

    @property
    def findable(self) -> bool:
        """Whether everybody may find it in a search."""
        return self.visibility == "public" and not self.is_boost


async def by_id(post_id: int) -> Said | None:
    """The facts of a post; None if it is gone or held, or its author is gone."""
    found = await rows(
        "SELECT p.account_id, a.domain, p.local, p.kind, p.visibility, p.topic_id, p.reblog_of_id, p.title,"
        " p.spoiler_text, p.content_html, q.id AS answered_voice, m.account_id AS mentioned, d.id AS desk,"
        " v.id AS voice FROM posts p"
        " JOIN accounts a ON a.id = p.account_id"
        " LEFT JOIN posts q ON q.id = p.in_reply_to_id AND q.mode <> 'open'"
        " LEFT JOIN mentions m ON m.post_id = p.id"
        " LEFT JOIN accounts d ON d.id = m.account_id AND d.domain = '' AND d.name_key = ? AND d.state = 'active'"
        " LEFT JOIN accounts v ON v.id = m.account_id AND v.domain = '' AND v.name_key = ? AND v.kind = 'service'"
        " WHERE p.id = ? AND p.deleted_at IS NULL AND p.removed_by IS NULL AND p.held_reason = ''"
        " AND a.state = 'active'",
        [DESK, VOICE, post_id],
    )
    if not found:
        return None
    first = found[0]
    return Said(
        id=post_id,
        account_id=first["account_id"],
        author_here=not first["domain"],
        local=bool(first["local"]),
        kind=first["kind"],
        visibility=first["visibility"],
        topic_id=first["topic_id"],
        is_boost=first["reblog_of_id"] is not None,
        answered_voice=first["answered_voice"],
        heading=first["title"] or first["spoiler_text"],
        content_html=first["content_html"],
        mentioned=tuple(row["mentioned"] for row in found if row["mentioned"]),
        desk=next((row["desk"] for row in found if row["desk"]), None),
        to_voice=any(row["voice"] for row in found),
    )
