"""Whole journeys over the three servers of the demo, on phones and desks, with and without scripts: a support worker,
the steward of a second organisation, a policy owner without an account, a trustee, and whoever said that they see it
too."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from server.cli.seed.content import ORGANISATIONS
from tests.browser.conftest import PATIENCE, new_page
from tests.browser.faults import faults, picture
from tests.browser.ways import TURNS, WAYS, Variant, Way
from tests.cli.terminal import Terminal, free_port, started

pytestmark = pytest.mark.browser

CARERS = "Carers get a parking ticket while they wash somebody"
DAMP = "Damp has to be proven twice before anyone treats it"
REMINDERS = "Text reminders stop when a case changes teams"


@dataclass(frozen=True)
class Demo:
    """The servers by the names of their organisations, and the password of everyone. In a long run there is one for
    each turn, so that everybody comes in every way."""

    sites: dict[str, Terminal]
    password: str
    turn: int

    def way(self, number: int) -> Way:
        """In which way the person of this number goes through this story."""
        return WAYS[(number + self.turn) % len(WAYS)]

    def page(self, browser: Browser, organisation: str, number: int, name: str = "") -> Page:
        """A browser at one of the servers; with a `name` that person is signed in."""
        page = new_page(browser, self.way(number))
        page.goto(f"{self.sites[organisation].base}/sign-in")
        if name:
            page.fill("#email", name)
            page.fill("#password", self.password)
            page.click("main button")
            page.wait_for_url(f"{self.sites[organisation].base}/")
        return page

    def token(self, organisation: str, name: str) -> str:
        """For an app of somebody, at their server."""
        with self.sites[organisation].process("token", "create", name) as process:
            return process.end().out.strip()

    def find(self, organisation: str, title: str) -> dict[str, Any]:
        """A proposal as this server shows it to everyone."""
        every = json.loads(self.sites[organisation].get("/api/v1/civic/proposals?limit=40")[1])
        return next((each for each in every if each["title"] == title), {})

    def wait(self, organisation: str, title: str, **wanted: Any) -> dict[str, Any]:
        """Until it has arrived as wanted."""
        end = time.monotonic() + PATIENCE
        while not (found := self.find(organisation, title)) or any(found[key] != wanted[key] for key in wanted):
            assert time.monotonic() < end, f"{title} at {organisation} is not {wanted}: {found}"
            time.sleep(0.2)
        return found


@pytest.fixture(scope="module", params=TURNS)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo") / "data"
    ports = [free_port() for _ in ORGANISATIONS]
    with started("demo", "--data", str(folder), "--ports", ",".join(map(str, ports))) as process:
        assert process.running.stdout is not None
        assert any("Stop with Ctrl-C" in line for line in process.running.stdout), "the demo did not start"
        sites = {each.name: Terminal(folder / each.name, port) for each, port in zip(ORGANISATIONS, ports, strict=True)}
        yield Demo(sites, json.loads((folder / "demo.json").read_text("utf-8"))["password"], request.param)


def _fine(page: Page, name: str, scheme: Literal["light", "dark"] = "light") -> None:
    """Looked at by axe, with the same cookies in a browser that runs scripts, unless the page was the answer to a form;
    those are looked at in `test_pages`. Nothing is wider than the screen."""
    picture(page, f"story-{name}")
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"] + 1
    browser = page.context.browser
    assert browser is not None
    looked = browser.new_context(storage_state=page.context.storage_state()).new_page()
    looked.goto(page.url)
    assert faults(looked, Variant(size["width"], scheme)) == [], page.url
    looked.context.close()


def _open(page: Page, demo: Demo, organisation: str, title: str) -> None:
    page.goto(f"{demo.sites[organisation].base}/proposals/{demo.find(organisation, title)['id']}")


def test_the_answer_comes_back_to_whoever_said_that_they_see_it_too(chromium: Browser, demo: Demo) -> None:
    _a_support_worker_says_what_they_see(chromium, demo)
    link = _a_steward_agrees_and_sends(chromium, demo)
    _the_policy_owner_answers(chromium, demo, link)
    _the_answer_is_heard_in_an_app(demo)
    _it_stands_on_the_page_at_home(chromium, demo)


def _a_support_worker_says_what_they_see(chromium: Browser, demo: Demo) -> None:
    page = demo.page(chromium, "hearthline", 0, "sol")
    page.goto(f"{demo.sites['hearthline'].base}/proposals/new")
    page.fill("#title", "The foot clinic only books by app")
    page.fill("#seen", "People over eighty give up after the second password.")
    _fine(page, "1-raise")
    page.click("text=Save and go on")
    page.fill("#rule", "Not sure")
    page.fill("#change", "Let people book by telephone.")
    page.check("text=Getting to appointments")
    page.click("text=Save and check your answers")
    page.click("text=Raise it")
    assert "Your proposal is raised" in page.locator(".notice").inner_text()
    _fine(page, "1-raised")

    _open(page, demo, "hearthline", CARERS)
    assert page.locator(".ended h2").inner_text() == "Resting"
    _fine(page, "1-resting")
    page.click("text=We see this too")
    page.click("text=Say that we see this too")
    assert page.locator("#place-error").is_visible()
    picture(page, "story-1-place-missing")
    page.fill("#role", "Outreach worker")
    page.fill("#place", "Ashcombe")
    page.check("text=6 to 20 people")
    page.fill("#text", "Our carers park at the church and walk.")
    page.click("text=Say that we see this too")
    assert "What you see counts" in page.locator(".notice").inner_text()
    _fine(page, "1-seen-too")
    page.context.close()
    demo.wait("canalrow", CARERS, state="raised", we_see_this_too={"count": 1, "places": 1})
    demo.wait("canalrow", "The foot clinic only books by app", state="raised")


def _a_steward_agrees_and_sends(chromium: Browser, demo: Demo) -> str:
    """Returns the answer link."""
    page = demo.page(chromium, "canalrow", 1, "denise")
    _open(page, demo, "canalrow", CARERS)
    _fine(page, "2-raised")
    page.click("text=Say that it is agreed")
    page.click("main button:text-is('Say that it is agreed')")
    assert "It needs 3 people" in page.locator(".errors").inner_text()
    picture(page, "story-2-not-enough")
    page.check("#waived")
    page.click("main button:text-is('Say that it is agreed')")
    assert page.locator("#reason-error").is_visible()
    page.fill("#reason", "Agreed at the tenants’ evening; the carers’ service was there.")
    page.click("main button:text-is('Say that it is agreed')")
    assert "It stands in the timeline" in page.locator(".notice").inner_text()
    _fine(page, "2-agreed")

    page.click("main .next a:text-is('Send it to whoever can change it')")
    page.click("text=Save and send it now")
    assert page.locator(".errors a").count() == 1
    page.fill("#name", "Merebridge Council, Parking")
    page.check("label:text-is('Change the rule')")
    page.fill("#ask", "Let a carer’s badge count as a permit for two hours.")
    _fine(page, "2-ask")
    page.click("text=Save and send it now")
    assert page.locator("h1").inner_text() == "It is sent"
    picture(page, "story-2-sent")
    link = page.locator("main code").inner_text()
    page.click("text=Back to the proposal")
    assert "Awaited" in page.locator(".state").inner_text()
    _fine(page, "2-awaited")
    page.context.close()
    demo.wait("hearthline", CARERS, state="sent")
    return link


def _the_policy_owner_answers(chromium: Browser, demo: Demo, link: str) -> None:
    """Without an account."""
    page = new_page(chromium, demo.way(2))
    page.goto(link)
    assert "Let a carer’s badge count" in page.locator(".open").inner_text()
    _fine(page, "3-asked")
    page.click("text=Read what this is about")
    assert page.locator("text=Two carers have stopped coming to us.").is_visible()
    page.click("text=Yes, it has arrived")
    assert page.locator("h1").inner_text() == "Thank you"
    picture(page, "story-3-thanks")
    page.click("text=Back to the answer page")
    assert page.locator("text=Yes, it has arrived").count() == 0

    page.click("text=Ask something first")
    page.click("main button[value=ask]")
    assert page.locator("#question-error").is_visible()
    page.fill("#question", "Would two hours be enough for every visit?")
    page.click("main button[value=ask]")
    page.click("text=Back to the answer page")

    page.click("text=Publish the answer")
    assert page.locator("#code-error").is_visible()
    page.check("text=Under consideration")
    page.fill("#text", "Two hours with a badge are possible. The order must be changed by the full council.")
    page.click("text=Publish the answer")
    assert page.locator("#until-error").is_visible()
    assert "full council" in page.input_value("#text")
    picture(page, "story-3-until-missing")
    page.check("text=Partly accepted")
    page.fill("#changeMind", "How many carers it touches, and on which days.")
    page.fill("#givenBy", "J. Osei, Parking")
    page.click("text=Publish the answer")
    assert "Your answer is published" in page.locator("main").inner_text()
    page.click("text=See the proposal")
    _fine(page, "3-answered")
    page.context.close()
    for organisation in demo.sites:
        demo.wait(organisation, CARERS, state="answered", answer_code="partly")


def _the_answer_is_heard_in_an_app(demo: Demo) -> None:
    """Any app of the support worker, at their own server: the proposal is among the news, the answer in its thread, and
    a letter to them alone quotes what they had said."""
    token, site, end = demo.token("hearthline", "sol"), demo.sites["hearthline"], time.monotonic() + PATIENCE
    while True:
        news = json.loads(site.get("/api/v1/notifications", token)[1])
        statuses = [(each["type"], each["status"]) for each in news if each.get("status")]
        letters = [status for kind, status in statuses if kind == "mention" and "full council" in status["content"]]
        if letters:
            break
        assert time.monotonic() < end, [(kind, status["content"]) for kind, status in statuses]
        time.sleep(0.3)
    assert letters[0]["visibility"] == "direct"
    assert "park at the church" in letters[0]["content"]
    heard = [status for kind, status in statuses if kind == "update" and CARERS in status["content"]]
    assert heard[0]["civic"]["answer_code"] == "partly"
    thread = json.loads(site.get(f"/api/v1/statuses/{heard[0]['id']}/context", token)[1])["descendants"]
    assert [each["civic"]["type"] for each in thread if "full council" in each["content"]].count("answer") == 1


def _it_stands_on_the_page_at_home(chromium: Browser, demo: Demo) -> None:
    """Where the support worker reads, in dark colours."""
    page = demo.page(chromium, "hearthline", 3, "sol")
    page.goto(f"{demo.sites['hearthline'].base}/notifications")
    _fine(page, "4-news")
    _open(page, demo, "hearthline", CARERS)
    assert "J. Osei, Parking" in page.locator("#asked").inner_text()
    assert [step.inner_text() for step in page.locator("#timeline h3").all()][-4:-1] == [
        "It has arrived",
        "Asked back",
        "Answered",
    ]
    page.emulate_media(color_scheme="dark")
    _fine(page, "4-answer", "dark")
    page.context.close()


@pytest.mark.parametrize("title", [DAMP, REMINDERS])
def test_a_trustee_prints_two_sides_of_a4(chromium: Browser, demo: Demo, title: str) -> None:
    page = demo.page(chromium, "hearthline", 0)
    _open(page, demo, "hearthline", title)
    page.click("text=A briefing to print")
    _fine(page, "5-briefing")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    picture(page, "story-5-printed-" + title[:4])
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") in (1, 2), "it does not fit on one sheet"
    assert page.locator(".mast ul").is_hidden()
    page.context.close()


def test_what_changed_because_of_trials_opens_with_how_it_ended(chromium: Browser, demo: Demo) -> None:
    page = demo.page(chromium, "canalrow", 1)
    _open(page, demo, "canalrow", REMINDERS)
    assert page.locator(".ended h2").inner_text() == "Changed"
    below = [page.locator(place).bounding_box() for place in (".ended", "#asked", "#text", "#trials")]
    tops = [box["y"] for box in below if box]
    assert len(tops) == 4
    assert tops == sorted(tops)
    assert page.locator("#trials tbody tr").count() == 3
    _fine(page, "6-trials")
    page.context.close()
