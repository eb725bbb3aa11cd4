"""Which servers may come in, what is decided about single ones, and lists of such decisions as files."""

from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import domains as actions
from server.http.body import Params
from server.queries import domains
from server.rules.domain_lists import DomainList, ListOf, read, written
from server.rules.domains import DomainRule, Policy
from server.rules.errors import CivicError, Invalid
from server.templating import marked
from server.web.admin import admin
from server.web.page import FORM_BYTES, Form, does, errors_of, page, see_other, shows
from server.web.pictures import takes, typed

_CHOICES: Final[tuple[Policy, ...]] = ("block", "limit", "none", "allow")
_NO_FILE: Final = marked("Choose the file first.")
_TOO_LONG: Final = marked("This list is too long for the page. Take it in with the command folkmoot peer import.")


async def all_decisions(request: Request) -> Response:
    query = request.query_params
    return await _page(request, {"domain": query.get("domain", ""), "policy": query.get("policy", "block")}, {})


async def decide(request: Request, form: Form) -> Response:
    """Decide about one domain; a form with nothing but its name blocks it."""
    by = await admin(request)
    policy = next((each for each in _CHOICES if each == form.get("policy", "block")), None)
    try:
        if policy is None:
            raise Invalid("policy", "Choose what to do about it.")
        await actions.decide_domain(
            by,
            DomainRule(
                form.get("domain", ""),
                policy,
                reject_media="reject_media" in form,
                reject_reports="reject_reports" in form,
                note=form.get("note", ""),
                public_comment=form.get("public_comment", ""),
                obfuscate="obfuscate" in form,
            ),
        )
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other("/admin/blocks", "blocked" if policy == "block" else "saved")


async def take_back(request: Request, form: Form) -> Response:
    await actions.unblock_domain(await admin(request), form.get("domain", ""))
    return see_other("/admin/blocks", "unblocked")


async def choose_federation(request: Request, form: Form) -> Response:
    by = await admin(request)
    try:
        await actions.set_federation(
            by, form.get("federation", ""), form.get("blocks_shown", ""), keep_known="keep_known" in form
        )
    except CivicError as error:
        return await _page(request, form, errors_of(error))
    return see_other("/admin/blocks", "saved")


async def preview(request: Request, sent: Params) -> Response:
    """What a file would decide. Nothing is decided yet."""
    await admin(request)
    try:
        content = sent.file("file")
        if content is None:
            raise Invalid("file", _NO_FILE)
        kind = _kind(sent.text("kind"))
        found = read(kind, content)
        made = written(kind, found.rules)
        if len(made) > FORM_BYTES // 2:
            raise Invalid("file", _TOO_LONG)
    except CivicError as error:
        return await _page(request, typed(sent), errors_of(error))
    return await _preview(request, kind, found, made)


async def apply(request: Request, form: Form) -> Response:
    """Take in the list that was looked at."""
    by = await admin(request)
    try:
        found = read(_kind(form.get("kind", "")), form.get("list", "").encode())
        await actions.start_import(by, found.rules)
    except CivicError as error:
        return await _page(request, {}, errors_of(error))
    return see_other("/admin/blocks", "taking-in")


async def export(request: Request) -> Response:
    """The list as Mastodon reads it. Our own notes are not in it."""
    await admin(request)
    kind = _kind(request.path_params["kind"])
    found = await (domains.blocked() if kind == "blocks" else domains.decided("allow"))
    content = written(kind, [replace(each.rule, note="") for each in found])
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="domain_{kind}.csv"'}
    return Response(content, 200, headers, "text/csv; charset=utf-8")


async def _preview(request: Request, kind: ListOf, found: DomainList, made: str) -> Response:
    known = {each.domain: each.policy for each in await domains.decided("block", "limit", "none", "allow", "held")}
    return await page(
        request,
        "pages/admin/domains_preview.html",
        kind=kind,
        rules=found.rules,
        known=known,
        fresh=sum(known.get(rule.domain) != rule.policy for rule in found.rules),
        missed=found.missed,
        list=made,
        here="admin",
    )


async def _page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    await admin(request)
    federation, shown = await domains.federation()
    kept: dict[str, Any] = {"federation": federation, "blocks_shown": shown, "keep_known": "1", "kind": "blocks"}
    return await page(
        request,
        "pages/admin/blocks.html",
        422 if errors else 200,
        domains=await domains.blocked(),
        held=await domains.decided("held"),
        allowed=await domains.decided("allow"),
        work=[each for each in await domains.under_way() if each.kind == "import"],
        values={**kept, **values},
        errors=errors,
        here="admin",
    )


def _kind(text: str) -> ListOf:
    return "allows" if text == "allows" else "blocks"


ROUTES: list[BaseRoute] = [
    shows("/admin/blocks", all_decisions),
    does("/admin/blocks", decide),
    does("/admin/blocks/remove", take_back),
    does("/admin/blocks/federation", choose_federation),
    takes("/admin/blocks/preview", preview),
    does("/admin/blocks/import", apply),
    shows("/admin/blocks/{kind}.csv", export),
]
