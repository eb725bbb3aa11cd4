"""Answers of policy owners, newest first, and how long each took."""

from server.queries import posts
from server.queries.calendar import calendar
from server.queries.visibility import visible
from server.rules.clock import working_days
from server.storage.sql import rows
from server.views.answers import AnswerView
from server.views.viewer import Viewer


async def newest(viewer: Viewer, *, of: str = "", limit: int = 20, offset: int = 0) -> list[AnswerView]:
    """The newest answers to public proposals; with `of` those of the policy owner with this name."""
    seen, bound = visible(viewer)
    if of:
        seen, bound = f"k.owner_name = ? AND {seen}", [of, *bound]
    found = await rows(
        "SELECT p.id, c.proposal_id, p.published_at, k.owner_name, k.sent_at FROM contributions c"
        " JOIN posts p ON p.id = c.post_id JOIN accounts a ON a.id = p.account_id LEFT JOIN asks k ON k.id ="
        " (SELECT MAX(s.id) FROM asks s WHERE s.proposal_id = c.proposal_id AND s.sent_at <= p.published_at)"
        f" WHERE c.kind = 'answer' AND p.visibility IN ('public', 'unlisted') AND {seen}"
        " ORDER BY p.id DESC LIMIT ? OFFSET ?",
        [*bound, limit, offset],
    )
    wanted = {each[key] for each in found for key in ("id", "proposal_id")}
    shown = {post.id: post for post in await posts.views(list(wanted), viewer)}
    days = await calendar()
    return [
        AnswerView(
            answer=shown[each["id"]],
            proposal=shown[each["proposal_id"]],
            owner=each["owner_name"] or shown[each["id"]].byline.name,
            days=None
            if each["sent_at"] is None
            else working_days(days.day_of(each["sent_at"]), days.day_of(each["published_at"]), days.holidays),
        )
        for each in found
        if each["id"] in shown and each["proposal_id"] in shown
    ]
