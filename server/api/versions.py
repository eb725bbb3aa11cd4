"""The versions of a proposal for scripts, and what changed from one to the next, word by word."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.api.operations import IN, NUMBER, READ, TEXT, TIME, YES, Operation, listed, maybe, named, one_of, shape
from server.api.parts import listing, part_of
from server.api.proposals import proposal_at
from server.http.bearer import reader
from server.http.body import query_of
from server.http.replies import Json
from server.queries import posts
from server.render.versions import as_version, changes
from server.rules.errors import NotFound


async def list_versions(request: Request) -> Response:
    post, part = await proposal_at(request, await reader(request, READ)), part_of(request)
    found = changes(await posts.versions_of(post), post.byline.name)
    return listing(request, part, [as_version(each) for each in part.of(found)])


async def compare_versions(request: Request) -> Response:
    post, params = await proposal_at(request, await reader(request, READ)), query_of(request)
    wanted = {params.number("from") or 1, params.number("to") or post.version}
    two = [each for each in await posts.versions_of(post) if each.version in wanted]
    if len(two) != len(wanted):
        raise NotFound
    return Json(as_version(changes(two, post.byline.name)[0]))


_PIECE: Final = shape(kind=one_of("same", "added", "removed"), text=TEXT)
_VERSION: Final = named(
    "Version",
    shape(version=NUMBER, at=TIME, by=TEXT, title=maybe(TEXT),
          parts=listed(shape(key=TEXT, text=TEXT, changed=YES, changes=listed(_PIECE)))),
)  # fmt: skip

OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("GET", f"{IN}/proposals/{{id}}/versions", "Its versions, the newest first, each with what it changed",
              list_versions, listed(_VERSION), paged=True),
    Operation("GET", f"{IN}/proposals/{{id}}/versions/compare", "Two versions, compared", compare_versions, _VERSION,
              query={"from": NUMBER, "to": NUMBER},
              about="From the first to the newest, unless the address says otherwise."),
)  # fmt: skip
