"""All answers, newest first: what was said, by whom, and how long it took."""

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


async def all_answers(request: Request) -> Response:
    offset = offset_of(request)
    found = await answers.newest(await viewer_of(request), limit=SIZE + 1, offset=offset)
    return await page(
        request,
        "pages/answers/answers.html",
        answers=found[:SIZE],
        next=next_page(request, offset, len(found) > SIZE),
        here="proposals",
    )


async def answers_feed(request: Request) -> Response:
    found = await answers.newest(VISITOR, limit=SIZE)
    return await feed(
        request, marked("Answers"), "/answers", [entry(each.answer, each.proposal.title) for each in found]
    )


ROUTES: list[BaseRoute] = [shows("/answers", all_answers), shows("/answers/feed.atom", answers_feed)]
