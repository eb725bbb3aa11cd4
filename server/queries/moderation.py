"""What is held, what was decided, and the appeals."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.queries import posts
from server.queries.authorships import is_behind
from server.queries.calendar import Calendar, calendar
from server.queries.moments import maybe_moment, moment
from server.rules.moderation import APPEALABLE, LOGGED, READ_DAYS, appeal_until
from server.storage.sql import row, rows
from server.views.moderation import AppealView, DecisionView, HeldView
from server.views.viewer import Viewer

COLUMNS = (
    "d.id, d.act, d.code, d.sentence, d.at, d.account_id, d.post_id, d.by_id, p.kind AS post_kind,"
    " p.held_reason, p.removed_by, p.deleted_at, a.limited, a.state, x.id AS appeal_id, x.outcome,"
    " x.text AS appeal_text, x.note, x.created_at AS appealed_at, x.decided_at"
    " FROM decisions d LEFT JOIN posts p ON p.id = d.post_id JOIN accounts a ON a.id = d.account_id"
    " LEFT JOIN appeals x ON x.decision_id = d.id"
)
HELD = "p.held_reason <> '' AND p.deleted_at IS NULL AND p.removed_by IS NULL"


async def held(viewer: Viewer, *, limit: int = 100) -> list[HeldView]:
    """What waits for a steward, the longest wait first."""
    found = await rows(
        "SELECT p.id, MAX(CASE WHEN d.act = 'hold' THEN d.id END) AS hold,"
        " MAX(CASE WHEN d.act = 'ask_change' THEN d.at END) AS asked FROM posts p"
        f" JOIN decisions d ON d.post_id = p.id WHERE {HELD} GROUP BY p.id ORDER BY hold LIMIT ?",
        [limit],
    )
    holds = {
        each["id"]: each
        for each in await rows("SELECT id, at, sentence FROM decisions WHERE id IN (?)", [[r["hold"] for r in found]])
    }
    shown = {post.id: post for post in await posts.views([each["id"] for each in found], viewer)}
    days = await calendar()
    made = []
    for each in found:
        if each["id"] in shown and each["hold"] in holds:
            hold = holds[each["hold"]]
            made.append(
                HeldView(
                    post=shown[each["id"]],
                    since=moment(hold["at"]),
                    sentence=hold["sentence"],
                    asked=maybe_moment(each["asked"] if (each["asked"] or 0) > hold["at"] else None),
                    late=days.working_days_since(hold["at"]) > READ_DAYS,
                )
            )
    return made


async def held_count() -> int:
    found = await row(f"SELECT COUNT(*) AS n FROM posts p WHERE {HELD}")
    return int(found["n"]) if found else 0


async def decision(decision_id: int) -> DecisionView | None:
    """One decision."""
    return next(iter(await _decisions("d.id = ?", [decision_id])), None)


async def decisions_about(account_id: int) -> list[DecisionView]:
    """What was decided about somebody and what they wrote in their own name, newest first: for stewards."""
    return await _decisions("d.account_id = ? AND d.act <> 'keep'", [account_id])


async def decisions_for(viewer: Viewer) -> list[DecisionView]:
    """The same about the viewer, also what they wrote without their name: for nobody else's eyes."""
    mine = f"(d.account_id = ? OR {is_behind('d.post_id')})"
    return await _decisions(f"{mine} AND d.act <> 'keep'", [viewer.account_id, viewer.account_id])


async def public_log(*, limit: int = 100) -> list[DecisionView]:
    """What was removed, declined or held, newest first. It names nobody."""
    return await _decisions("d.act IN (?)", [list(LOGGED)], limit)


async def log_counts() -> list[tuple[str, str, int]]:
    """(act, code, how many) of all that the public log has ever said."""
    found = await rows(
        "SELECT act, code, COUNT(*) AS n FROM decisions WHERE act IN (?) GROUP BY act, code ORDER BY act, n DESC, code",
        [list(LOGGED)],
    )
    return [(each["act"], each["code"], each["n"]) for each in found]


async def open_appeals() -> list[AppealView]:
    """Appeals that nobody has decided about, the oldest first."""
    found = await rows(f"SELECT {COLUMNS} WHERE x.id IS NOT NULL AND x.outcome = '' ORDER BY x.id")
    days = await calendar()
    return [_appeal(each, days) for each in found]


async def appeal(appeal_id: int) -> AppealView | None:
    found = await row(f"SELECT {COLUMNS} WHERE x.id = ?", [appeal_id])
    return _appeal(found, await calendar()) if found else None


async def _decisions(condition: str, values: Sequence[Any], limit: int = 100) -> list[DecisionView]:
    found = await rows(f"SELECT {COLUMNS} WHERE {condition} ORDER BY d.id DESC LIMIT ?", [*values, limit])
    days = await calendar()
    return [_view(each, days) for each in found]


def _view(found: Mapping[str, Any], days: Calendar) -> DecisionView:
    until = appeal_until(days.day_of(found["at"]), days.holidays) if found["act"] in APPEALABLE else None
    return DecisionView(
        id=found["id"],
        act=found["act"],
        code=found["code"],
        sentence=found["sentence"],
        at=moment(found["at"]),
        account_id=found["account_id"],
        post_id=found["post_id"],
        post_kind=found["post_kind"] or "",
        by_id=found["by_id"],
        until=until,
        open=until is not None and days.today <= until and found["appeal_id"] is None and _stands(found),
        appeal="" if found["appeal_id"] is None else found["outcome"] or "open",
    )


def _stands(found: Mapping[str, Any]) -> bool:
    """Whether there is still something to take back."""
    if found["act"] == "limit":
        return bool(found["limited"])
    if found["act"] == "suspend":
        return bool(found["state"] == "suspended")
    if found["deleted_at"] is not None:
        return False
    return bool(found["held_reason"]) if found["act"] == "hold" else found["removed_by"] is not None


def _appeal(found: Mapping[str, Any], days: Calendar) -> AppealView:
    return AppealView(
        id=found["appeal_id"],
        decision=_view(found, days),
        text=found["appeal_text"],
        outcome=found["outcome"],
        note=found["note"],
        created_at=moment(found["appealed_at"]),
        decided_at=maybe_moment(found["decided_at"]),
    )
