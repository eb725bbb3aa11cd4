"""Posts and comments: reading one, answering, changing, taking back, removing, reporting."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import moderation, reports
from server.actions import posts as actions
from server.actions.threads import complete_thread
from server.http.sessions import viewer_of
from server.queries import posts, threads
from server.rules import limits
from server.rules.comments import parse_stance
from server.rules.drafts import PostDraft
from server.rules.errors import CivicError, NotFound
from server.rules.identifying import details_in, highlighted
from server.rules.moderation import REASONS, Why
from server.rules.permissions import check_steward
from server.templating import path_of
from server.web.comments import tree
from server.web.identifying import MAY_IDENTIFY, hold_for, look_again
from server.web.page import Form, does, errors_of, id_of, member, page, principal, see_other, shows
from server.web.proposals import gone, proposal_page, quoted_by, seen
from server.web.voices import principal_for, speaker, voices


async def post(request: Request) -> Response:
    """One post with what it answers and what answers it."""
    viewer, post_id = await viewer_of(request), id_of(request)
    found = await posts.by_id(post_id, viewer)
    if found is None:
        return await gone(request, post_id)
    if found.reblog is not None or found.kind == "proposal":
        return see_other(path_of(found))
    thread = await posts.thread_of(found.id, viewer, gone_too=True)
    proposal = await posts.by_id(found.proposal_id, viewer) if found.proposal_id else None
    return await page(
        request,
        "pages/posts/post.html",
        post=found,
        proposal=proposal,
        mine=[viewer.account_id, *(one.id for one in await voices(request))] if viewer.signed_in else [],
        above=[each for each in thread.ancestors if each.kind != "proposal"],
        branches=tree(thread.descendants, found.id),
        quoted=await quoted_by([*thread.ancestors, found, *thread.descendants], viewer),
        elsewhere=await threads.elsewhere(found.thread_id) if viewer.signed_in else None,
        here_now=len(thread.descendants),
    )


async def write_reply(request: Request) -> Response:
    await member(request)
    return await _reply_page(request, {"stance": "neutral"}, {})


async def reply(request: Request, form: Form) -> Response:
    """Publish it. Where it may say who somebody is, its writer looks again first; who does not tick that all is well
    has a steward read it."""
    by, parent, text = await principal(request), await seen(request), form.get("text", "")
    on_proposal = form.get("page") == "proposal"
    if look_again(form, text):
        errors, details = {"text": MAY_IDENTIFY}, tuple(highlighted(text))
        if on_proposal:
            return await proposal_page(request, parent.id, 422, values=form, errors=errors, details=details)
        return await _reply_page(request, form, errors, details=details)
    try:
        by = await speaker(request, form)
        new_id = await actions.publish_post(
            by,
            PostDraft(
                source=text,
                visibility=parent.visibility,
                in_reply_to_id=parent.id,
                stance=parse_stance(form.get("stance")) if parent.proposal_id or parent.proposal else "",
                language=parent.language,
                mentions=await request.app.state.remote.resolve_mentions(text),
                hold=hold_for(form, text),
            ),
        )
    except CivicError as error:
        errors = {"text" if name in ("", "source", "status") else name: text for name, text in errors_of(error).items()}
        if on_proposal:
            return await proposal_page(request, parent.id, 422, values=form, errors=errors)
        return await _reply_page(request, form, errors)
    where = f"/proposals/{parent.proposal_id}" if parent.proposal_id else path_of(parent)
    said = await posts.by_id(new_id, await viewer_of(request))
    return see_other(f"{where}#post-{new_id}", "held" if said and said.held_reason else "commented")


async def fetch_thread(request: Request, form: Form) -> Response:
    """Ask the others for comments we do not have."""
    by, found = await principal(request), await seen(request)
    await complete_thread(by, found.id, pressed=True)
    return see_other(f"{path_of(found)}#talk", "fetching")


async def write_edit(request: Request) -> Response:
    await member(request)
    found = await seen(request)
    return await _edit_page(request, {"text": found.source, "stance": found.stance}, {})


async def edit(request: Request, form: Form) -> Response:
    found = await seen(request)
    by = await principal_for(request, found.account)
    draft = PostDraft(
        source=form.get("text", ""),
        visibility=found.visibility,
        in_reply_to_id=found.in_reply_to_id,
        spoiler_text=found.spoiler_text,
        sensitive=found.sensitive,
        language=found.language,
        media_ids=tuple(picture.id for picture in found.media),
        stance=parse_stance(form.get("stance")) if found.proposal_id else "",
    )
    if details_in(draft.source) and not form.get("confirmed"):
        shown = tuple(highlighted(draft.source))
        return await _edit_page(request, form, {"text": MAY_IDENTIFY}, details=shown)
    try:
        mentions = await request.app.state.remote.resolve_mentions(draft.source)
        await actions.edit_post(by, found.id, replace(draft, mentions=mentions))
    except CivicError as error:
        return await _edit_page(request, form, {"text": error.text})
    return see_other(path_of(found), "edited")


async def ask_delete(request: Request) -> Response:
    await member(request)
    found = await seen(request)
    if not found.marks.own and (await principal_for(request, found.account)).account_id != found.account.id:
        raise NotFound
    return await page(request, "pages/posts/delete.html", post=found)


async def delete(request: Request, form: Form) -> Response:
    found = await seen(request)
    by = await principal_for(request, found.account)
    await actions.delete_post(by, found.id)
    return see_other(f"/proposals/{found.proposal_id}" if found.kind == "comment" else "/proposals", "deleted")


async def ask_remove(request: Request) -> Response:
    return await _remove_page(request, {}, {})


async def remove(request: Request, form: Form) -> Response:
    by, found = await principal(request), await seen(request)
    try:
        why = Why(form.get("reason", ""), form.get("sentence", ""))
        if form.get("do") == "hold":
            await moderation.hold_post(by, found.id, why)
            return see_other("/moderation", "decided")
        await moderation.remove_post(by, found.id, why)
    except CivicError as error:
        return await _remove_page(request, form, errors_of(error))
    return see_other(f"/proposals/{found.proposal_id}" if found.kind == "comment" else "/proposals", "removed")


async def ask_report(request: Request) -> Response:
    await member(request)
    return await page(request, "pages/posts/report.html", post=await seen(request), values={"category": "violation"})


async def report(request: Request, form: Form) -> Response:
    by, found = await principal(request), await seen(request)
    category, comment = form.get("category", "other"), form.get("comment", "")[:1000]
    await reports.file_report(by, found.account.id, (found.id,), comment=comment, category=category)
    return see_other(path_of(found), "reported")


async def _reply_page(request: Request, values: Form, errors: dict[str, str], **more: Any) -> Response:
    return await page(
        request,
        "pages/posts/reply.html",
        422 if errors else 200,
        post=await seen(request),
        editing=False,
        voices=await voices(request),
        limit=limits.COMMENT,
        values=values,
        errors=errors,
        **more,
    )


async def _edit_page(request: Request, values: Form, errors: dict[str, str], **more: Any) -> Response:
    await member(request)
    found = await seen(request)
    if not found.marks.own and (await principal_for(request, found.account)).account_id != found.account.id:
        raise NotFound
    return await page(
        request,
        "pages/posts/reply.html",
        422 if errors else 200,
        post=found,
        editing=True,
        limit=limits.COMMENT,
        values=values,
        errors=errors,
        **more,
    )


async def _remove_page(request: Request, values: Form, errors: dict[str, str]) -> Response:
    check_steward(await principal(request))
    return await page(
        request,
        "pages/posts/remove.html",
        422 if errors else 200,
        post=await seen(request),
        reasons=tuple(REASONS),
        values=values,
        errors=errors,
    )


ROUTES: list[BaseRoute] = [
    shows("/posts/{id:int}/reply", write_reply),
    does("/posts/{id:int}/reply", reply),
    does("/posts/{id:int}/thread", fetch_thread),
    shows("/posts/{id:int}/edit", write_edit),
    does("/posts/{id:int}/edit", edit),
    shows("/posts/{id:int}/delete", ask_delete),
    does("/posts/{id:int}/delete", delete),
    shows("/posts/{id:int}/remove", ask_remove),
    does("/posts/{id:int}/remove", remove),
    shows("/posts/{id:int}/report", ask_report),
    does("/posts/{id:int}/report", report),
]
