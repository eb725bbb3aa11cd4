"""Who runs this, how it works, what is kept; and what machines ask first."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from server.web.page import Endpoint, page, shows

ROBOTS = """User-agent: *
Disallow: /admin
Disallow: /settings
Disallow: /kept
Disallow: /notifications
Disallow: /sign-in
Disallow: /join
Disallow: /search
Disallow: /oauth/
Disallow: /api/
"""


def _text_page(name: str) -> Endpoint:
    async def serve(request: Request) -> Response:
        return await page(request, f"pages/about/{name}.html", here=name)

    return serve


async def robots(request: Request) -> Response:
    """RFC 9309."""
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": "max-age=86400"})


ROUTES: list[BaseRoute] = [
    *(shows(f"/{name}", _text_page(name)) for name in ("about", "help", "privacy", "contact", "accessibility")),
    shows("/robots.txt", robots),
]
