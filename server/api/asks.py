"""What is asked of policy owners, for scripts."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.asks import (
    AskDraft,
    OwnerDraft,
    acknowledge,
    keep_owner,
    new_answer_link,
    prepare_ask,
    send_proposal,
)
from server.actions.mailing import mail_ask
from server.api.operations import (
    DATE,
    ID,
    IN,
    NUMBER,
    READ,
    TEXT,
    WRITE,
    Operation,
    listed,
    maybe,
    named,
    one_of,
    shape,
)
from server.api.params import origin_of
from server.api.parts import listing, part_of
from server.api.proposals import proposal_at, whole
from server.api.shapes import ASK, WHOLE
from server.http.bearer import caller
from server.http.body import params_of
from server.http.replies import Json
from server.queries import asks
from server.render import civic as render
from server.rules.answers import VERB_WORDS
from server.rules.clock import ACKNOWLEDGE_DAYS, ANSWER_DAYS, LONG_DAYS, Limits
from server.rules.permissions import Principal, may_steward


async def set_ask(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    post = await proposal_at(request, me.viewer)
    draft = AskDraft(params.number("owner_id") or 0, params.text("verb"), params.text("text"), params.text("by_date"))
    await prepare_ask(me.by, post.id, draft)
    return Json([render.as_ask(ask) for ask in await asks.of_proposal(post.id, sent_only=False)])


async def send(request: Request) -> Response:
    """Answers with the personal link for the policy owner, which is shown this once."""
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    return await _answer_link(request, me.by, post.id, await send_proposal(me.by, post.id))


async def renew_answer_link(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    return await _answer_link(request, me.by, post.id, await new_answer_link(me.by, post.id))


async def _answer_link(request: Request, by: Principal, post_id: int, token: str) -> Response:
    """The link, and where there is a mail server and an address of theirs, a mail with it."""
    if request.app.state.settings.smtp_url:
        await mail_ask(by, post_id, token)
    return Json({"answer_url": f"{origin_of(request)}/answer/{token}"})


async def acknowledge_ask(request: Request) -> Response:
    me = await caller(request, WRITE)
    post = await proposal_at(request, me.viewer)
    await acknowledge(me.by, post.id)
    return await whole(request, me.viewer, post.id, me.by)


async def list_owners(request: Request) -> Response:
    me, part = await caller(request, READ), part_of(request)
    shown = [render.as_owner(owner, with_email=may_steward(me.by)) for owner in part.of(await asks.owners())]
    return listing(request, part, shown)


async def add_owner(request: Request) -> Response:
    me, params = await caller(request, WRITE), await params_of(request)
    days = Limits(
        params.number("acknowledge_days") or ACKNOWLEDGE_DAYS,
        params.number("answer_days") or ANSWER_DAYS,
        params.number("long_days") or LONG_DAYS,
    )
    draft = OwnerDraft(params.text("name"), params.number("account_id"), params.text("email"), params.text("url"), days)
    owner_id = await keep_owner(me.by, draft)
    found = [owner for owner in await asks.owners() if owner.id == owner_id]
    return Json(render.as_owner(found[0], with_email=True))


_OWNER: Final = named(
    "Owner",
    {
        **shape(id=ID, name=TEXT, url=maybe(TEXT), account_id=maybe(ID),
                days=shape(acknowledge=NUMBER, answer=NUMBER, long=NUMBER)),
        "description": "Stewards also see “email”.",
    },
)  # fmt: skip
_LINK: Final = shape(answer_url=TEXT)

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("PUT", f"{IN}/proposals/{{id}}/ask", "Say what is asked, and of whom", set_ask, listed(ASK), WRITE,
              body={"owner_id": ID, "verb": one_of(*VERB_WORDS), "text": TEXT, "by_date": DATE},
              needed=("owner_id", "verb")),
    Operation("POST", f"{IN}/proposals/{{id}}/send", "Send it; the public clock begins", send, _LINK, WRITE,
              about="The link for the policy owner is shown this once."),
    Operation("POST", f"{IN}/proposals/{{id}}/answer_link", "A new personal answer link", renew_answer_link, _LINK,
              WRITE),
    Operation("POST", f"{IN}/proposals/{{id}}/acknowledge", "Whoever was asked: it has arrived", acknowledge_ask,
              WHOLE, WRITE),
    Operation("GET", f"{IN}/owners", "Policy owners", list_owners, listed(_OWNER), READ, paged=True),
    Operation(
        "POST", f"{IN}/owners", "Enter a policy owner", add_owner, _OWNER, WRITE, needs="steward", key="answer",
        body={"name": TEXT, "email": TEXT, "url": TEXT, "account_id": ID, "acknowledge_days": NUMBER,
              "answer_days": NUMBER, "long_days": NUMBER},
        needed=("name",),
    ),
)  # fmt: skip
