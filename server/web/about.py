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


ABOUT = ("about", "privacy", "contact", "accessibility")
HELP = ("raise", "take-part", "who-sees-what", "apps", "federation", "stewards")


def _text_page(template: str) -> Endpoint:
    async def serve(request: Request) -> Response:
        return await page(request, f"pages/{template}.html")

    return serve


async def robots(request: Request) -> Response:
    """RFC 9309."""
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": "max-age=86400"})


ROUTES: list[BaseRoute] = [
    *(shows(f"/{name}", _text_page(f"about/{name}")) for name in ABOUT),
    shows("/help", _text_page("help/help")),
    *(shows(f"/help/{name}", _text_page(f"help/{name}")) for name in HELP),
    shows("/robots.txt", robots),
]
