"""Looking after an instance: what is to do, and this site."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import instance as instance_actions
from server.http.sessions import principal_of
from server.queries import domains, instance, peers, topics
from server.queries.waiting import waiting_for
from server.rules.colours import ACCENTS, nearest
from server.rules.errors import CivicError
from server.rules.permissions import Principal, check_administer, check_steward
from server.rules.topics import check_name
from server.templating import language_choices, marked
from server.views.viewer import viewer_of as viewer_as
from server.web.page import Form, does, errors_of, member, page, see_other, shows

SITE = (
    "title",
    "description",
    "about",
    "privacy",
    "accessibility",
    "contact_email",
    "accent",
    "language",
    "sign_up",
    "rules",
    "time_zone",
    "hold_first",
)


async def steward(request: Request) -> Principal:
    """The steward who asks; others are told that this is not for them."""
    by = principal_of((await member(request)).member)
    check_steward(by)
    return by


async def admin(request: Request) -> Principal:
    """The admin who asks; others are told that this is not for them."""
    by = principal_of((await member(request)).member)
    check_administer(by)
    return by


async def overview(request: Request) -> Response:
    """What waits for a person, the most urgent first; for the admin of a new site also what to begin with."""
    by = await steward(request)
    waiting: list[tuple[str, str, int]] = []
    steps: list[tuple[str, str, bool]] = []
    if unread := len(await waiting_for(viewer_as(by))):
        waiting.append((marked("Reports, appeals and held posts to read"), "/moderation", unread))
    if by.role == "admin":
        everything = await topics.all_topics()
        asked = [each for topic in everything for each in topic.chapters if each.state == "pending"]
        if theirs := sum(each.asked_by_them and not each.asked_by_us for each in asked):
            waiting.append((marked("Organisations that ask to share a topic"), "/admin/topics", theirs))
        if failing := sum(each.failures > 0 and not each.blocked for each in await peers.all_peers()):
            waiting.append((marked("Servers that cannot be reached"), "/admin/peers?state=trouble", failing))
        if held := len(await domains.decided("held")):
            waiting.append((marked("New servers that ask to be let in"), "/admin/blocks", held))
        steps = await _first_steps(len(everything))
    return await page(request, "pages/admin/overview.html", waiting=waiting, steps=steps, here="admin")


async def _first_steps(topics_count: int) -> list[tuple[str, str, bool]]:
    """What a new site still lacks, each with where to do it and whether it is done; nothing once all is."""
    shown = await instance.get()
    steps = [
        (
            marked("Say who you are, and choose your colour"),
            "/admin/site",
            bool(shown.about_source),
        ),
        (marked("Give an address where people reach you"), "/admin/site#contact_email", bool(shown.contact_email)),
        (marked("Make your first topic"), "/admin/topics#new", topics_count > 0),
        (marked("Invite your colleagues"), "/admin/invites", shown.members_count > 1),
    ]
    return [] if all(ready for _, _, ready in steps) else steps


async def site(request: Request) -> Response:
    return await site_page(request, {})


async def site_page(request: Request, errors: dict[str, str]) -> Response:
    """The form with what is kept now; also where the logo could not be taken."""
    shown = await instance.get()
    values = {
        "title": shown.title,
        "description": shown.description,
        "about": shown.about_source,
        "privacy": shown.privacy_source,
        "accessibility": shown.accessibility_source,
        "contact_email": shown.contact_email,
        "accent": shown.accent if shown.accent in ACCENTS else "own",
        "own_accent": "" if shown.accent in ACCENTS else shown.accent,
        "language": shown.language,
        "sign_up": shown.sign_up,
        "rules": "\n".join(shown.rules),
        "time_zone": shown.time_zone,
        "hold_first": "yes" if shown.hold_first else "no",
    }
    return await _site(request, values, errors)


async def save_site(request: Request, form: Form) -> Response:
    """Keep what was changed. Where no organisation has been named yet, its actor is made as well."""
    by = await admin(request)
    values = {name: form[name] for name in SITE if name in form}
    if form.get("accent") == "own":
        values["accent"] = form.get("own_accent", "")
    try:
        if form.get("organisation") and (await instance.get()).organisation is None:
            check_name(form["organisation"], "organisation")
            title, description = values.pop("title", ""), values.pop("description", "")
            await instance_actions.set_up(
                by,
                title=title,
                name=form["organisation"],
                description=description,
                keys=await request.app.state.new_keys(),
                **values,
            )
        else:
            await instance_actions.change(by, **values)
    except CivicError as error:
        return await _site(request, form, errors_of(error))
    return see_other("/admin/site", "saved")


async def _site(request: Request, values: dict[str, Any] | Form, errors: dict[str, str]) -> Response:
    await admin(request)
    return await page(
        request,
        "pages/admin/site.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        languages=language_choices(),
        nearest=nearest(values.get("own_accent", "")) if "accent" in errors else "",
        here="admin",
    )


ROUTES: list[BaseRoute] = [
    shows("/admin", overview),
    shows("/admin/site", site),
    does("/admin/site", save_site),
]
