"""The rules that get in the way, for scripts."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.policies import delete_policy, keep_policy, say_same
from server.api.operations import (
    EMPTY,
    ID,
    IN,
    NUMBER,
    READ,
    TEXT,
    TIME,
    WRITE,
    YES,
    Operation,
    listed,
    maybe,
    named,
    one_of,
    shape,
)
from server.api.params import language_of, origin_of, path_id
from server.api.parts import base_of, etag, listing, part_of
from server.api.shapes import SHORT
from server.http.bearer import caller, reader
from server.http.body import Params, params_of, query_of
from server.http.replies import Json
from server.queries import policies
from server.render.civic import as_record
from server.render.policies import as_policy
from server.rules.errors import NotFound
from server.rules.policies import POLICY_KINDS, PolicyDraft
from server.views.policies import PolicyView


async def list_policies(request: Request) -> Response:
    part = part_of(request)
    found = await policies.listed(query_of(request).text("q")[:200], limit=part.one_more, offset=part.offset)
    return listing(request, part, [as_policy(policy) for policy in found])


async def get_policy(request: Request) -> Response:
    return await _shown(path_id(request))


async def list_citing(request: Request) -> Response:
    """Also those that cite a rule which both sides say is the same."""
    viewer, found = await reader(request, READ), await _known(path_id(request))
    ids = [found.id, *(each.policy.id for each in await policies.same_of(found) if each.firm and each.policy)]
    part = part_of(request)
    citing = part.of(await policies.proposals_citing(ids, viewer))
    return listing(request, part, [as_record(post, origin_of(request)) for post in citing])


async def add_policy(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    return await _shown(await keep_policy(me.by, _draft(params, PolicyDraft(""))))


async def edit_policy(request: Request) -> Response:
    """What is left out stays as it is."""
    me, params = await caller(request, WRITE), await params_of(request)
    found = await _known(path_id(request))
    before = PolicyDraft(
        found.name, found.kind, found.owner_name, "", found.web_url, found.text.source, found.explained.source,
        found.easy.source, found.language,
    )  # fmt: skip
    kept = await keep_policy(me.by, _draft(params, before), found.id, base_version=base_of(request))
    return await _shown(kept)


async def remove_policy(request: Request) -> Response:
    me = await caller(request, WRITE)
    await delete_policy(me.by, path_id(request))
    return Json({})


async def set_same(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    uri, same = params.text("uri").strip(), params.flag("same", True)
    await say_same(me.by, path_id(request), await request.app.state.remote.find_policy(uri) if same else uri, same=same)
    return await _shown(path_id(request))


def _draft(params: Params, before: PolicyDraft) -> PolicyDraft:
    return PolicyDraft(
        name=params.text("name", before.name),
        kind=params.text("kind", before.kind),
        owner_name=params.text("owner", before.owner_name),
        web_url=params.text("web_url", before.web_url),
        source=params.text("text", before.source),
        explained=params.text("explained", before.explained),
        easy=params.text("easy", before.easy),
        language=language_of(params.text("language")) or before.language,
    )


async def _known(policy_id: int) -> PolicyView:
    found = await policies.by_id(policy_id)
    if found is None:
        raise NotFound
    return found


async def _shown(policy_id: int) -> Response:
    found = await _known(policy_id)
    return Json(as_policy(found, await policies.same_of(found)), headers=etag(found.version))


_POLICY: Final = named(
    "Policy",
    shape(
        id=ID, uri=TEXT, name=TEXT, kind=one_of(*POLICY_KINDS), organisation=TEXT, owner=maybe(TEXT),
        web_url=maybe(TEXT), text=TEXT, content=TEXT, explained=TEXT, easy=TEXT, language=maybe(TEXT), version=NUMBER,
        created_at=TIME, updated_at=TIME, proposals_count=NUMBER,
        same_as=listed(shape(uri=TEXT, here=YES, there=YES)),
    ),
)  # fmt: skip
_SAID: Final = {"kind": one_of(*POLICY_KINDS), "owner": TEXT, "web_url": TEXT, "text": TEXT, "explained": TEXT,
                "easy": TEXT, "language": TEXT}  # fmt: skip
_AT: Final = f"{IN}/policies"

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", _AT, "Rules that get in the way, by name", list_policies, listed(_POLICY), query={"q": TEXT},
              paged=True),
    Operation("POST", _AT, "Enter a rule", add_policy, _POLICY, WRITE, body={"name": TEXT, **_SAID}, needed=("name",),
              needs="steward", key="answer"),
    Operation("GET", f"{_AT}/{{id}}", "A rule, and which are the same", get_policy, _POLICY, versioned=True),
    Operation("PUT", f"{_AT}/{{id}}", "Describe a rule", edit_policy, _POLICY, WRITE, body={"name": TEXT, **_SAID},
              needs="steward", versioned=True, about="What is left out stays as it is."),
    Operation("DELETE", f"{_AT}/{{id}}", "Take a rule away", remove_policy, EMPTY, WRITE, needs="steward"),
    Operation("GET", f"{_AT}/{{id}}/proposals", "Every proposal that cites it", list_citing, listed(SHORT), paged=True),
    Operation("PUT", f"{_AT}/{{id}}/same", "Say that a rule elsewhere is this one, or no longer", set_same, _POLICY,
              WRITE, body={"uri": TEXT, "same": YES}, needed=("uri",), needs="steward"),
)  # fmt: skip
