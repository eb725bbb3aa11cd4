"""What waits for stewards, for scripts, and deciding about it: held posts, reports, appeals, records and accounts."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions import appeals, reports, sanctions
from server.actions import moderation as actions
from server.api.operations import (
    DECIDE,
    ID,
    IN,
    NUMBER,
    READ_WAITING,
    REPORT,
    TEXT,
    TIME,
    YES,
    Operation,
    listed,
    maybe,
    named,
    one_of,
    shape,
)
from server.api.params import id_of, origin_of, path_id
from server.api.parts import listing, part_of
from server.api.shapes import PERSON, RECORD
from server.http.bearer import caller
from server.http.body import Params, params_of
from server.http.replies import Json
from server.queries import accounts, moderation, posts, waiting
from server.queries import reports as report_queries
from server.render.accounts import as_person, stamp
from server.render.civic import as_record
from server.render.moderation import as_decision
from server.rules.errors import Conflict, Invalid, NotFound
from server.rules.moderation import HELD_ACTS, REASONS, REPORT_ACTS, Why

OF_ACCOUNTS: Final = {
    "warn": sanctions.warn_account,
    "limit": sanctions.limit_account,
    "lift": sanctions.lift_limit,
    "suspend": sanctions.suspend_account,
    "restore": sanctions.restore_account,
}
OF_RECORDS: Final = ("hold", "remove", "restore")


async def list_waiting(request: Request) -> Response:
    me, part = await caller(request, READ_WAITING), part_of(request)
    found = [
        {
            "kind": each.kind,
            "id": str(each.id),
            "title": each.title,
            "about": each.about,
            "since": stamp(each.since),
            "late": each.late,
        }
        for each in await waiting.waiting_for(me.viewer)
    ]
    return listing(request, part, list(part.of(found)))


async def get_held(request: Request) -> Response:
    me, wanted = await caller(request, READ_WAITING), path_id(request)
    found = next((each for each in await moderation.held(me.viewer) if each.post.id == wanted), None)
    if found is None:
        raise NotFound
    return Json(
        {
            "record": as_record(found.post, origin_of(request)),
            "reason": found.post.held_reason,
            "sentence": found.sentence or None,
            "since": stamp(found.since),
            "late": found.late,
        }
    )


async def decide_about_held(request: Request) -> Response:
    me, params = await caller(request, DECIDE), await params_of(request)
    act, post_id = params.text("act"), path_id(request)
    if act == "publish":
        await actions.release_post(me.by, post_id)
    elif act == "ask_change":
        await actions.ask_change(me.by, post_id, _why(params))
    elif act == "decline":
        await actions.decline_post(me.by, post_id, _why(params))
    else:
        raise Invalid("act", "Choose what to do about it.")
    return _done(act)


async def get_report(request: Request) -> Response:
    await caller(request, READ_WAITING)
    found = await report_queries.by_id(path_id(request))
    if found is None:
        raise NotFound
    return Json(
        {
            "id": str(found.id),
            "by": as_person(found.account),
            "about": as_person(found.target),
            "records": [as_record(each, origin_of(request)) for each in found.posts],
            "gone": found.gone,
            "category": found.category,
            "comment": found.comment,
            "created_at": stamp(found.created_at),
            "decided": found.closed_at is not None,
        }
    )


async def decide_about_report(request: Request) -> Response:
    me, params = await caller(request, DECIDE), await params_of(request)
    act = next((each for each in REPORT_ACTS if each == params.text("act")), None)
    if act is None:
        raise Invalid("act", "Choose what to do about it.")
    await reports.decide_report(me.by, path_id(request), act, _why(params))
    return _done(act)


async def get_appeal(request: Request) -> Response:
    await caller(request, READ_WAITING)
    found = await moderation.appeal(path_id(request))
    if found is None:
        raise NotFound
    return Json(
        {
            "id": str(found.id),
            "text": found.text,
            "decision": as_decision(found.decision),
            "outcome": found.outcome or None,
            "created_at": stamp(found.created_at),
        }
    )


async def decide_about_appeal(request: Request) -> Response:
    me, params = await caller(request, DECIDE), await params_of(request)
    act = params.text("act")
    if act not in ("undo", "uphold"):
        raise Invalid("act", "Choose what to do about it.")
    await appeals.decide_appeal(me.by, path_id(request), undo=act == "undo", note=params.text("sentence"))
    return _done(act)


async def decide_about_record(request: Request) -> Response:
    """Hold it, remove it with a tombstone, or show it again."""
    me, params = await caller(request, DECIDE), await params_of(request)
    act, post_id = params.text("act"), path_id(request)
    if act == "hold":
        await actions.hold_post(me.by, post_id, _why(params))
    elif act == "remove":
        await actions.remove_post(me.by, post_id, _why(params))
    elif act == "restore":
        await actions.restore_post(me.by, post_id)
    else:
        raise Invalid("act", "Choose what to do about it.")
    return _done(act)


async def decide_about_account(request: Request) -> Response:
    me, params = await caller(request, DECIDE), await params_of(request)
    act = OF_ACCOUNTS.get(params.text("act"))
    if act is None:
        raise Invalid("act", "Choose what to do about it.")
    account = await accounts.by_id(path_id(request))
    if account is None or account.kind not in ("person", "service"):
        raise NotFound
    if account.id == me.by.account_id:
        raise Conflict("Nobody decides about themselves. Ask another steward.")
    await act(me.by, account.id, _why(params))
    return _done(params.text("act"))


async def tell_stewards(request: Request) -> Response:
    """About a record or about somebody."""
    me, params = await caller(request, REPORT), await params_of(request)
    ids: tuple[int, ...] = ()
    if params.text("record_id"):
        post = await posts.by_id(id_of(params.text("record_id")), me.viewer)
        if post is None:
            raise NotFound
        ids, target = (post.id,), post.account.id
    elif params.text("account_id"):
        target = id_of(params.text("account_id"))
    else:
        raise Invalid("record_id", "Say what it is about: a record or an account.")
    report_id = await reports.file_report(
        me.by,
        target,
        ids,
        comment=params.text("comment"),
        category=params.text("category") or "other",
        forward=params.flag("forward"),
    )
    return Json({"id": str(report_id)})


def _why(params: Params) -> Why:
    return Why(params.text("reason"), params.text("sentence"))


def _done(act: str) -> Response:
    return Json({"act": act})


_AT: Final = f"{IN}/moderation"
_WAITS: Final = shape(kind=one_of("held", "reports", "appeals"), id=ID, title=TEXT, about=TEXT, since=TIME, late=YES)
_HELD: Final = shape(record=RECORD, reason=TEXT, sentence=maybe(TEXT), since=TIME, late=YES)
_REPORT: Final = named(
    "Report",
    shape(id=ID, by=PERSON, about=PERSON, records=listed(RECORD), gone=NUMBER, category=TEXT, comment=TEXT,
          created_at=TIME, decided=YES),
)  # fmt: skip
_APPEAL: Final = shape(
    id=ID, text=TEXT, decision={"$ref": "#/components/schemas/Decision"}, outcome=maybe(TEXT), created_at=TIME
)  # fmt: skip
_DONE: Final = shape(act=TEXT)
_WHY: Final = {"reason": one_of(*REASONS), "sentence": TEXT}
_SAY: Final = "The reason is a code; “sentence” says it in your own words, and must be there for “other”."

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("POST", f"{IN}/reports", "Tell the stewards about a record or an account", tell_stewards, shape(id=ID),
              REPORT,
              body={"record_id": ID, "account_id": ID, "comment": TEXT, "category": one_of(*reports.CATEGORIES),
                    "forward": YES}, key="answer"),
    Operation("GET", f"{_AT}/waiting", "What waits for stewards, the longest wait first", list_waiting, listed(_WAITS),
              READ_WAITING, needs="steward", paged=True),
    Operation("GET", f"{_AT}/held/{{id}}", "Something that is held", get_held, _HELD, READ_WAITING, needs="steward"),
    Operation("POST", f"{_AT}/held/{{id}}", "Publish it, ask for a change, or decline", decide_about_held, _DONE,
              DECIDE, body={"act": one_of(*HELD_ACTS), **_WHY}, needed=("act",), needs="steward", about=_SAY),
    Operation("GET", f"{_AT}/reports/{{id}}", "A report", get_report, _REPORT, READ_WAITING, needs="steward"),
    Operation("POST", f"{_AT}/reports/{{id}}", "Decide about a report", decide_about_report, _DONE, DECIDE,
              body={"act": one_of(*REPORT_ACTS), **_WHY}, needed=("act",), needs="steward", about=_SAY),
    Operation("GET", f"{_AT}/appeals/{{id}}", "An appeal", get_appeal, _APPEAL, READ_WAITING, needs="steward"),
    Operation("POST", f"{_AT}/appeals/{{id}}", "Another steward decides about an appeal", decide_about_appeal, _DONE,
              DECIDE, body={"act": one_of("undo", "uphold"), "sentence": TEXT}, needed=("act",), needs="steward"),
    Operation("POST", f"{_AT}/records/{{id}}", "Hold, remove or restore a record", decide_about_record, _DONE, DECIDE,
              body={"act": one_of(*OF_RECORDS), **_WHY}, needed=("act",), needs="steward", about=_SAY),
    Operation("POST", f"{_AT}/accounts/{{id}}", "Warn, limit or suspend somebody, or take that back",
              decide_about_account, _DONE, DECIDE, body={"act": one_of(*OF_ACCOUNTS), **_WHY}, needed=("act",),
              needs="steward", about=_SAY),
)  # fmt: skip
