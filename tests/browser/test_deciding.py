"""Deciding together in a real browser, with and without a script; no fault of accessibility on any page, also after
errors."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, new_page, sign_in
from tests.browser.faults import faults, picture
from tests.browser.ways import ALWAYS, Way, in_ways

pytestmark = pytest.mark.browser


def _faultless(page: Page, name: str, way: Way) -> None:
    """Axe is a script itself, so only a page with scripts can be asked."""
    if not way.script:
        return
    found = {}
    for variant in ALWAYS:
        found[str(variant)] = faults(page, variant)
        picture(page, f"{name}-{variant}")
    page.set_viewport_size({"width": way.width, "height": 900})
    assert not any(found.values()), found


@in_ways(0, at_once=2)
def test_a_check_is_asked_objected_to_answered_and_closed(chromium: Browser, served: Served, way: Way) -> None:
    rosa, tom = new_page(chromium, way), new_page(chromium, way)
    sign_in(rosa, served, "rosa")
    sign_in(tom, served, "tom")
    address = f"{served.origin}/proposals/{served.things.proposal}"
    rosa.goto(address)
    rosa.click("summary:has-text('Ask everybody')")
    _faultless(rosa, "check-ask", way)
    rosa.click("button:has-text('Ask about version')")
    assert "Everybody is asked" in rosa.locator(".notice").inner_text()

    tom.goto(address)
    tom.check("label:has-text('Object')")
    tom.click("#check button:has-text('Vote')")
    assert tom.title().startswith("Error: ")
    assert "what is your objection" in tom.locator("#reason").locator("xpath=..").inner_text().lower()
    _faultless(tom, "check-error", way)
    tom.check("label:has-text('Object')")
    tom.fill("#reason", "Older tenants have no phone that takes photos.")
    tom.click("#check button:has-text('Vote')")
    assert "Your vote: Object" in tom.locator("#check").inner_text()
    _faultless(tom, "check-objected", way)

    rosa.goto(address)
    rosa.click("summary:has-text('Answer this objection')")
    _faultless(rosa, "check-answer", way)
    rosa.fill("#check details[open] textarea", "A neighbour or the caretaker may take the photo.")
    rosa.click("#check details[open] button")
    assert "Objection answered" in rosa.locator("#check").inner_text()

    tom.goto(address)
    tom.locator("button:has-text('Close this check now')").first.click()
    assert "The check is closed" in tom.locator(".notice").inner_text()
    assert "Not passed" in tom.locator("#check").inner_text()
    _faultless(tom, "check-closed", way)
    for page in (rosa, tom):
        page.context.close()


@in_ways(1, at_once=2)
def test_a_group_is_made_invites_and_endorses(chromium: Browser, served: Served, way: Way) -> None:
    tom, name = new_page(chromium, way), f"lane_{way.width}" if way.script else f"yard_{way.width}"
    sign_in(tom, served, "tom")
    tom.goto(f"{served.origin}/groups")
    _faultless(tom, "groups", way)
    tom.click("text=Make a group")
    tom.click("button:has-text('Make the group')")
    assert tom.locator(".errors a").count() == 1
    _faultless(tom, "group-error", way)
    tom.fill("#title", f"Residents of the {name}")
    tom.fill("#name", name)
    tom.check("#kind-1")
    tom.fill("#mandate", "By a show of hands at the Tuesday meeting.")
    tom.click("button:has-text('Make the group')")
    tom.click("button:has-text('Make the link')")
    _faultless(tom, "group-settings", way)
    link = tom.locator("p.code code").first.inner_text()

    guest = new_page(chromium, way)
    guest.goto(link)
    _faultless(guest, "group-join", way)
    guest.fill("#display_name", "Nia Okafor")
    guest.fill("#name", f"nia_{name}")
    guest.fill("#password", "four slow herons")
    guest.click("button:has-text('Join'):not(:has-text('sign in'))")
    guest.goto(f"{served.origin}/organisations/{name}")
    assert "Nia Okafor" in guest.locator("main").inner_text()
    _faultless(guest, "group-page", way)

    tom.goto(f"{served.origin}/proposals/{served.things.proposal}")
    tom.click("summary:has-text('Endorse it for an organisation')")
    tom.select_option("#organisation", label=f"Residents of the {name}")
    tom.click("#endorsements details button")
    assert tom.title().startswith("Error: ")
    _faultless(tom, "endorse-error", way)
    tom.fill("#mandate", "9 of 11 voted for it on Tuesday.")
    tom.select_option("#organisation", label=f"Residents of the {name}")
    tom.click("#endorsements details button")
    assert "9 of 11 voted for it" in tom.locator("#endorsements").inner_text()
    _faultless(tom, "endorsed", way)
    for page in (tom, guest):
        page.context.close()
