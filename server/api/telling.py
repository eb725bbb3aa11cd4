"""What somebody is told of and how often, for scripts."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from server.actions.accounts import update_member
from server.api.operations import IN, READ_NEWS, WRITE_NEWS, YES, Operation, named, one_of, shape
from server.http.bearer import Caller, caller
from server.http.body import params_of
from server.http.replies import Json
from server.queries import members
from server.rules.drafts import ProfileDraft
from server.rules.errors import NotFound
from server.rules.notifying import ABOUT, MAIL, OFTEN, often, setting_of


async def get_telling(request: Request) -> Response:
    return await _telling(request, await caller(request, READ_NEWS))


async def set_telling(request: Request) -> Response:
    """What is left out stays as it is."""
    me, params = await caller(request, WRITE_NEWS), await params_of(request)
    chosen = {setting_of(subject): params.text(subject) for subject in ABOUT if params.text(subject) in OFTEN}
    mail = params.maybe("mail")
    if mail is not None:
        chosen[MAIL] = "yes" if mail else "no"
    await update_member(me.by, ProfileDraft(settings=chosen))
    return await _telling(request, me)


async def _telling(request: Request, me: Caller) -> Response:
    member = await members.by_id(me.by.member_id)
    if member is None:
        raise NotFound
    return Json(
        {
            **{subject: often(member.settings, subject) for subject in ABOUT},
            "mail": member.settings.get(MAIL) != "no",
            "sends_mail": bool(request.app.state.settings.smtp_url),
        }
    )


_AT: Final = f"{IN}/notifications/preferences"
_CHOICES: Final[dict[str, Any]] = {subject: one_of(*OFTEN) for subject in ABOUT}
_TELLING: Final = named("Telling", shape(**_CHOICES, mail=YES, sends_mail=YES))
_ABOUT: Final = (
    "By kind: none means nowhere; the others show here and in apps at once, and say when they are also mailed."
    " “sends_mail” says whether this site can send mail."
)

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", _AT, "What you are told of, and how often", get_telling, _TELLING, READ_NEWS, about=_ABOUT),
    Operation("PUT", _AT, "Choose what you are told of", set_telling, _TELLING, WRITE_NEWS,
              body={**_CHOICES, "mail": YES}),
)  # fmt: skip
