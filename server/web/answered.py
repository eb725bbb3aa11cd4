"""All answers, newest first: what was said, by whom, and how long it took."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.http.sessions import viewer_of
from server.queries import answers
from server.templating import marked
from server.views.viewer import VISITOR
from server.web.feeds import entry
from server.web.page import feed, next_page, offset_of, page, shows

SIZE = 20
OWNER = 255


async def all_answers(request: Request) -> Response:
    offset, of = offset_of(request), _of(request)
    found = await answers.newest(await viewer_of(request), of=of, limit=SIZE + 1, offset=offset)
    return await page(
        request,
        "pages/answers/answers.html",
        answers=found[:SIZE],
        of=of,
        feed=_address("/answers/feed.atom", of),
        next=next_page(request, offset, len(found) > SIZE),
        here="proposals",
    )


async def answers_feed(request: Request) -> Response:
    of = _of(request)
    found = await answers.newest(VISITOR, of=of, limit=SIZE)
    entries = [entry(each.answer, each.proposal.title) for each in found]
    return await feed(request, of or marked("Answers"), _address("/answers", of), entries)


def _of(request: Request) -> str:
    """The policy owner whose answers are asked for, by name; empty for all."""
    return request.query_params.get("of", "").strip()[:OWNER]


def _address(path: str, of: str) -> str:
    return f"{path}?{urlencode({'of': of})}" if of else path


ROUTES: list[BaseRoute] = [shows("/answers", all_answers), shows("/answers/feed.atom", answers_feed)]
