import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from server.http.routing import ByStart


def route(path: str, says: str, *methods: str) -> Route:
    async def endpoint(request: Request) -> Response:
        return PlainTextResponse(f"{says} {request.path_params}" if request.path_params else says)

    return Route(path, endpoint, methods=list(methods or ("GET",)))


APP = Starlette(
    routes=[
        Mount("/api", app=ByStart([route("/v1/things", "api"), route("/v1/things/{id}", "one")], words=2)),
        Mount(
            "",
            app=ByStart(
                [
                    route("/", "front"),
                    route("/posts/new", "new"),
                    route("/posts/{id}", "post"),
                    route("/posts/new", "made", "POST"),
                    route("/@{name}/feed", "feed"),
                    route("/@{name}", "profile"),
                    Mount("/static", app=PlainTextResponse("file")),
                ]
            ),
        ),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/", 200, "front"),
        ("GET", "/posts/new", 200, "new"),
        ("POST", "/posts/new", 200, "made"),
        ("GET", "/posts/7", 200, "post {'id': '7'}"),
        ("GET", "/@amina", 200, "profile {'name': 'amina'}"),
        ("GET", "/@amina/feed", 200, "feed {'name': 'amina'}"),
        ("GET", "/static/a/b.css", 200, "file"),
        ("GET", "/api/v1/things", 200, "api"),
        ("GET", "/api/v1/things/7", 200, "one {'id': '7'}"),
        ("DELETE", "/posts/7", 405, "Method Not Allowed"),
        ("GET", "/nothing", 404, "Not Found"),
        ("GET", "/posts", 404, "Not Found"),
        ("GET", "//posts/7", 404, "Not Found"),
        ("GET", "/api/v1", 404, "Not Found"),
        ("GET", "/posts/7/", 307, ""),
    ],
)
async def test_a_request_finds_the_route_it_would_have_found_among_all(
    method: str, path: str, status: int, text: str
) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://a.example") as client:
        answer = await client.request(method, httpx.URL(f"http://a.example{path}"))
    assert (answer.status_code, answer.text) == (status, text)


def test_a_route_that_does_not_say_how_it_begins_is_refused() -> None:
    with pytest.raises(AssertionError, match="no group"):
        ByStart([route("/{name}", "anything")])
