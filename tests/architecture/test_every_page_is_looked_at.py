"""A new page cannot be forgotten: every address of the web is on the list that a browser goes through."""

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from server.config import Settings
from server.web.routes import PAGES, routes
from tests.browser.addresses import ADMINS, LEADS_ON, MEMBERS, MISSING, NO_PAGE, ONCE, PUBLIC

LOOKED_AT = [re.sub(r"\{\w+\}", "1", path.partition("?")[0]) for path in (*PUBLIC, *MEMBERS, *ADMINS)]


def addresses(folder: Path) -> list[Route]:
    """Every page, in the order in which a request is tried on them."""
    every = routes(Settings(domain="here.example", data_dir=folder))
    read = [each for each in every if isinstance(each, Route) and "GET" in (each.methods or ())]
    return [*(Route(path, endpoint) for path, endpoint in PAGES.items()), *read]


@pytest.fixture
def pages(tmp_path: Path) -> list[Route]:
    found = addresses(tmp_path)
    assert len(found) > 100
    return found


def shown_at(path: str, pages: list[Route]) -> str:
    """The address that answers for a path: the first that fits."""
    return next((each.path for each in pages if each.path_regex.match(path)), "")


def test_every_page_is_on_the_list(pages: list[Route]) -> None:
    seen = {*NO_PAGE, *LEADS_ON, *ONCE, *(shown_at(path, pages) for path in LOOKED_AT)}
    assert [each.path for each in pages if each.path not in seen and not each.path.endswith(".atom")] == []


def test_what_is_on_the_list_is_there(pages: list[Route]) -> None:
    assert {path for path in LOOKED_AT if not shown_at(path, pages)} == {MISSING, "/api/docs"}
    assert {*NO_PAGE, *LEADS_ON, *ONCE} <= {each.path for each in pages}
