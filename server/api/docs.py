"""The civic API described: an OpenAPI file, and a page that people can read, made of it without any script."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from server import __version__
from server.api.civic import OPERATIONS
from server.api.operations import openapi
from server.api.params import origin_of
from server.http.replies import Json
from server.queries import instance
from server.templating import render


async def openapi_file(request: Request) -> Response:
    site = await instance.get()
    made = openapi(OPERATIONS, origin=origin_of(request), title=site.title, version=__version__)
    return Json(made, headers={"Cache-Control": "max-age=300"})


async def page(request: Request) -> Response:
    site = await instance.get()
    context = {"operations": OPERATIONS, "site": site, "origin": origin_of(request)}
    return HTMLResponse(render("pages/help/operations.html", "en", context))


ROUTES = [Route("/docs", page), Route("/openapi.json", openapi_file)]
