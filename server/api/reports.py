"""Telling the stewards."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actions.reports import file_report
from server.api.params import id_of, origin_of
from server.http.bearer import caller
from server.http.body import params_of
from server.http.replies import Json
from server.queries import accounts
from server.queries.moments import moment
from server.render.accounts import as_account, stamp
from server.rules.errors import NotFound
from server.rules.ids import time_of


async def report(request: Request) -> Response:
    me = await caller(request, "write:reports")
    params = await params_of(request)
    target = await accounts.by_id(id_of(params.text("account_id")))
    if target is None:
        raise NotFound
    posts, category = params.ids("status_ids"), params.text("category", "other")
    report_id = await file_report(
        me.by,
        target.id,
        posts,
        comment=params.text("comment"),
        category=category,
        forward=params.flag("forward"),
    )
    return Json(
        {
            "id": str(report_id),
            "action_taken": False,
            "action_taken_at": None,
            "category": category if category in ("spam", "legal", "violation") else "other",
            "comment": params.text("comment"),
            "forwarded": params.flag("forward"),
            "created_at": stamp(moment(time_of(report_id))),
            "status_ids": [str(each) for each in posts],
            "rule_ids": list(params.texts("rule_ids")),
            "target_account": as_account(target, origin_of(request)),
        }
    )


ROUTES = [Route("/v1/reports", report, methods=["POST"])]
