"""The page of a person or an organisation, from here or from elsewhere, and how one stands to them."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.actions import blocks, follows, reports
from server.config import Settings
from server.http.sessions import viewer_of
from server.queries import accounts, members, organisations, posts, proposals, timelines
from server.rules.errors import NotFound
from server.rules.ids import id_in
from server.rules.permissions import Principal
from server.templating import path_of
from server.views.accounts import AccountView, RelationshipView
from server.views.posts import PostView
from server.views.viewer import VISITOR, Page
from server.web.feeds import entries
from server.web.organisations import shown_of
from server.web.page import Form, does, feed, id_of, local_path, member, page, principal, see_other, shows

SIZE = 20


async def profile(request: Request) -> Response:
    """`/users/NAME`."""
    return await _profile(request, await _local(request, "person", "service"))


async def organisation(request: Request) -> Response:
    """`/organisations/NAME`."""
    return await _profile(request, await _local(request, "organisation"))


async def by_handle(request: Request) -> Response:
    """`/@NAME` and `/@NAME@DOMAIN`: anyone known here."""
    settings: Settings = request.app.state.settings
    name, _, domain = request.path_params["handle"].partition("@")
    account = await accounts.by_acct(name, "" if domain in (settings.domain, settings.handle_domain) else domain)
    if account is None or account.kind == "instance":
        raise NotFound
    if account.local and account.kind in ("topic", "organisation"):
        return see_other(path_of(account))
    return await _profile(request, account)


async def member_feed(request: Request) -> Response:
    account = await accounts.local_by_name(request.path_params["name"])
    if account is None or account.suspended:
        raise NotFound
    ids = await timelines.of_account(VISITOR, Page(SIZE), account.id, exclude_boosts=True)
    return await feed(request, account.shown_name, path_of(account), entries(await posts.views(ids, VISITOR)))


async def _local(request: Request, *kinds: str) -> AccountView:
    account = await accounts.local_by_name(request.path_params["name"])
    if account is None or account.kind not in kinds:
        raise NotFound
    return account


async def _profile(request: Request, account: AccountView) -> Response:
    viewer = await viewer_of(request)
    cursor = id_in(request.query_params.get("before", ""))
    ids: list[int] = []
    shown: list[PostView] = []
    if account.kind == "organisation" and account.local:
        group = account.id != await organisations.running()
        shown = await proposals.board(viewer, order="new", limit=SIZE, author_id=account.id if group else None)
    elif not account.suspended:
        ids = await timelines.of_account(viewer, Page(SIZE, max_id=cursor), account.id)
        shown = await posts.views(ids, viewer)
    about = await shown_of(request, account)
    moved = await accounts.by_uri(account.moved_to) if account.moved_to else None
    relations = await accounts.relationships(viewer, [account.id]) if viewer.signed_in else []
    return await page(
        request,
        "pages/members/profile.html",
        410 if account.suspended else 200,
        account=account,
        relation=relations[0] if relations else RelationshipView(account.id),
        posts=shown,
        moved_to=f"@{moved.acct}" if moved else account.moved_to,
        members=await _members(account),
        **about,
        next=f"{request.url.path}?before={ids[-1]}" if len(ids) == SIZE else "",
    )


async def _members(account: AccountView) -> list[AccountView]:
    """Those who belong to the organisation of this instance and want to be found."""
    if account.kind != "organisation" or not account.local or account.id != await organisations.running():
        return []
    everyone = [each.account for each in await members.all_members(limit=100)]
    return [each for each in everyone if each.discoverable and not each.suspended]


def _stance(
    act: Callable[[Principal, int], Awaitable[object]], done: str
) -> Callable[[Request, Form], Awaitable[Response]]:
    async def serve(request: Request, form: Form) -> Response:
        await act(await principal(request), id_of(request))
        return see_other(local_path(form.get("back", "")), done)

    return serve


async def ask_report(request: Request) -> Response:
    await member(request)
    return await page(
        request, "pages/members/report.html", account=await _somebody(request), values={"category": "violation"}
    )


async def report(request: Request, form: Form) -> Response:
    by, found = await principal(request), await _somebody(request)
    await reports.file_report(
        by, found.id, comment=form.get("comment", "")[:1000], category=form.get("category", "other")
    )
    return see_other(path_of(found), "reported")


async def _somebody(request: Request) -> AccountView:
    found = await accounts.by_id(id_of(request))
    if found is None:
        raise NotFound
    return found


async def _accept(by: Principal, follower_id: int) -> None:
    await follows.answer_follow(by, follower_id, True)


async def _reject(by: Principal, follower_id: int) -> None:
    await follows.answer_follow(by, follower_id, False)


ROUTES: list[BaseRoute] = [
    shows("/@{name}/feed.atom", member_feed),
    shows("/organisations/{name}/feed.atom", member_feed),
    shows("/@{handle}", by_handle),
    does("/accounts/{id:int}/follow", _stance(follows.follow, "followed")),
    does("/accounts/{id:int}/unfollow", _stance(follows.unfollow, "unfollowed")),
    does("/accounts/{id:int}/accept", _stance(_accept, "accepted")),
    does("/accounts/{id:int}/reject", _stance(_reject, "rejected")),
    does("/accounts/{id:int}/block", _stance(blocks.block, "shut-out")),
    does("/accounts/{id:int}/unblock", _stance(blocks.unblock, "let-in")),
    shows("/accounts/{id:int}/report", ask_report),
    does("/accounts/{id:int}/report", report),
]
