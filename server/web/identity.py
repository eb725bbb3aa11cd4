"""What browsers and phones show of an organisation beside its pages: its colour, its sign, its name."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.http.replies import Json
from server.queries import instance
from server.rules.colours import LIGHT_GROUNDS, accent
from server.web.page import drawn, shows

_A_DAY = {"Cache-Control": "public, max-age=86400"}


async def sheet(request: Request) -> Response:
    """A style sheet with the two values of a colour of the organisation's own. Its address has the colour in it."""
    colours = accent((await instance.get()).accent)
    text = f":root {{ --accent-l: {colours.light}; --accent-d: {colours.dark} }}\n"
    return Response(text, media_type="text/css", headers=_A_DAY)


async def icon(request: Request) -> Response:
    """The first letter of the organisation on its colour."""
    text = await drawn(request, "parts/icon.svg")
    return Response(text, media_type="image/svg+xml", headers=_A_DAY)


async def manifest(request: Request) -> Response:
    """How the site looks among the apps of a phone (W3C, Web Application Manifest)."""
    site = await instance.get()
    picture = site.organisation.avatar if site.organisation else None
    drawn_here = {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    photo = {"src": picture.url if picture else "/media/default/icon.png", "sizes": "192x192"}
    return Json(
        {
            "name": site.title,
            "short_name": site.title[:24],
            "description": site.description,
            "lang": site.language,
            "id": "/",
            "start_url": "/",
            "display": "minimal-ui",
            "background_color": LIGHT_GROUNDS[0],
            "theme_color": accent(site.accent).light,
            "icons": [photo] if picture else [drawn_here, photo],
        },
        headers={**_A_DAY, "Content-Type": "application/manifest+json"},
    )


ROUTES: list[BaseRoute] = [
    shows("/accent.css", sheet),
    shows("/icon.svg", icon),
    shows("/manifest.webmanifest", manifest),
]
