"""Every page in a real browser: no fault of accessibility, nothing wider than the screen, no script needed."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import Served
from tests.web.site import PASSWORD

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PUBLIC = (
    "/",
    "/topics",
    "/topics/damp-and-repairs",
    "/proposals",
    "/proposals/{proposal}",
    "/proposals/{proposal}/versions",
    "/posts/{comment}",
    "/users/rosa",
    "/organisations/canal_row",
    "/search?q=damp",
    "/sign-in",
    "/sign-in/link/a-link",
    "/join/{invite}",
    "/about",
    "/help",
    "/privacy",
    "/contact",
    "/accessibility",
    "/nothing-here",
)
MEMBERS = (
    "/proposals/{proposal}",
    "/proposals/new",
    "/proposals/drafts/{draft}",
    "/proposals/drafts/{draft}/2",
    "/proposals/drafts/{draft}/check",
    "/posts/{comment}/reply",
    "/posts/{comment}/report",
    "/posts/{proposal}/delete",
    "/notifications",
    "/settings/profile",
    "/settings/account",
    "/settings/sessions",
    "/settings/reading",
)
ADMINS = (
    "/admin",
    "/admin/reports",
    "/admin/members",
    "/admin/invites",
    "/admin/topics",
    "/admin/topics/damp-and-repairs",
    "/admin/peers",
    "/admin/blocks",
    "/admin/site",
    "/posts/{comment}/remove",
)


def _context(browser: Browser, width: int, scheme: str) -> BrowserContext:
    return browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=True,
    )


def _sign_in(page: Page, served: Served, name: str) -> None:
    page.goto(f"{served.origin}/sign-in")
    page.fill("#email", name)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{served.origin}/")


def _faults(page: Page) -> list[str]:
    """What axe finds, whether the page is wider than the screen, and links too small to touch."""
    broken = Axe().run(page, options=RULES).response["violations"]
    found = [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in broken]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
        found.append("wider than the screen")
    return found


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
@pytest.mark.parametrize(("who", "paths"), [("", PUBLIC), ("rosa", MEMBERS), ("joyce", ADMINS)])
def test_pages_have_no_faults(
    chromium: Browser, served: Served, width: int, scheme: str, who: str, paths: tuple[str, ...]
) -> None:
    context = _context(chromium, width, scheme)
    page = context.new_page()
    if who:
        _sign_in(page, served, who)
    shots = os.environ.get("FOLKMOOT_TEST_SHOTS")
    faults: dict[str, list[str]] = {}
    for path in paths:
        answer = page.goto(served.origin + path.format(**vars(served.things)))
        assert answer is not None
        assert (answer.status == 200) is (path != "/nothing-here"), f"{path} answers {answer.status}"
        if found := _faults(page):
            faults[path] = found
        if shots:
            name = (path.strip("/").replace("/", "_") or "front").replace("{", "").replace("}", "").replace("?", "_")
            page.screenshot(path=Path(shots) / f"{who or 'visitor'}-{name}-{width}-{scheme}.png", full_page=True)
    context.close()
    assert faults == {}


def test_forms_with_errors_have_no_faults(chromium: Browser, served: Served) -> None:
    context = _context(chromium, 360, "light")
    page = context.new_page()
    page.goto(f"{served.origin}/sign-in")
    page.click("main button")
    assert page.title().startswith("Error: ")
    assert _faults(page) == []
    _sign_in(page, served, "rosa")
    page.goto(f"{served.origin}/proposals/new")
    page.click("text=Save and go on")
    assert page.locator(".errors a").count() == 2
    assert _faults(page) == []
    if shots := os.environ.get("FOLKMOOT_TEST_SHOTS"):
        page.screenshot(path=Path(shots) / "errors-360-light.png", full_page=True)
    context.close()


def test_a_proposal_is_raised_without_any_script(chromium: Browser, served: Served) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    _sign_in(page, served, "tom")
    page.goto(f"{served.origin}/proposals/new")
    page.fill("#title", "A new boiler needs a card that only the last tenant can return")
    page.fill("#seen", "Families wait without heating while the old card is looked for.")
    page.click("text=Save and go on")
    page.fill("#rule", "Not sure")
    page.fill("#change", "Let the supplier close the old card from a photo of the meter.")
    page.check("#topic-1")
    page.click("text=Save and check your answers")
    page.click("text=Raise it")
    assert page.locator("h1").inner_text() == "A new boiler needs a card that only the last tenant can return"
    assert "Your proposal is raised" in page.locator(".notice").inner_text()
    page.click("main header button")
    assert "You support this" in page.locator("main header button").inner_text()
    context.close()
