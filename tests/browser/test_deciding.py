"""Deciding together in a real browser on a narrow screen, with and without a script; no fault of accessibility on any
page, also after errors."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served
from tests.browser.faults import ALWAYS, faults, picture
from tests.web.site import PASSWORD

pytestmark = pytest.mark.browser


def _signed_in(browser: Browser, served: Served, name: str, script: bool) -> Page:
    page = browser.new_context(viewport={"width": 360, "height": 900}, java_script_enabled=script).new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{served.origin}/sign-in")
    page.fill("#email", name)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{served.origin}/")
    return page


def _faultless(page: Page, name: str, script: bool) -> None:
    """Axe is a script itself, so only a page with scripts can be asked."""
    if not script:
        return
    found = {}
    for variant in ALWAYS:
        found[str(variant)] = faults(page, variant)
        picture(page, f"{name}-{variant}")
    page.set_viewport_size({"width": 360, "height": 900})
    assert not any(found.values()), found


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_check_is_asked_objected_to_answered_and_closed(chromium: Browser, served: Served, script: bool) -> None:
    rosa, tom = _signed_in(chromium, served, "rosa", script), _signed_in(chromium, served, "tom", script)
    address = f"{served.origin}/proposals/{served.things.proposal}"
    rosa.goto(address)
    rosa.click("summary:has-text('Ask everybody')")
    _faultless(rosa, "check-ask", script)
    rosa.click("button:has-text('Ask about version')")
    assert "Everybody is asked" in rosa.locator(".notice").inner_text()

    tom.goto(address)
    tom.check("label:has-text('Object')")
    tom.click("#check button:has-text('Vote')")
    assert tom.title().startswith("Error: ")
    assert "what is your objection" in tom.locator("#reason").locator("xpath=..").inner_text().lower()
    _faultless(tom, "check-error", script)
    tom.check("label:has-text('Object')")
    tom.fill("#reason", "Older tenants have no phone that takes photos.")
    tom.click("#check button:has-text('Vote')")
    assert "Your vote: Object" in tom.locator("#check").inner_text()
    _faultless(tom, "check-objected", script)

    rosa.goto(address)
    rosa.click("summary:has-text('Answer this objection')")
    _faultless(rosa, "check-answer", script)
    rosa.fill("#check details[open] textarea", "A neighbour or the caretaker may take the photo.")
    rosa.click("#check details[open] button")
    assert "Objection answered" in rosa.locator("#check").inner_text()

    tom.goto(address)
    tom.locator("button:has-text('Close this check now')").first.click()
    assert "The check is closed" in tom.locator(".notice").inner_text()
    assert "Not passed" in tom.locator("#check").inner_text()
    _faultless(tom, "check-closed", script)
    for page in (rosa, tom):
        page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_group_is_made_invites_and_endorses(chromium: Browser, served: Served, script: bool) -> None:
    tom, name = _signed_in(chromium, served, "tom", script), "row" if script else "lane"
    tom.goto(f"{served.origin}/groups")
    _faultless(tom, "groups", script)
    tom.click("text=Make a group")
    tom.click("button:has-text('Make the group')")
    assert tom.locator(".errors a").count() == 1
    _faultless(tom, "group-error", script)
    tom.fill("#title", f"Residents of the {name}")
    tom.fill("#name", name)
    tom.check("#kind-1")
    tom.fill("#mandate", "By a show of hands at the Tuesday meeting.")
    tom.click("button:has-text('Make the group')")
    tom.click("button:has-text('Make the link')")
    _faultless(tom, "group-settings", script)
    link = tom.locator("p.code code").first.inner_text()

    guest = chromium.new_context(viewport={"width": 360, "height": 900}, java_script_enabled=script).new_page()
    guest.goto(link)
    _faultless(guest, "group-join", script)
    guest.fill("#display_name", "Nia Okafor")
    guest.fill("#name", f"nia_{name}")
    guest.fill("#password", "four slow herons")
    guest.click("button:has-text('Join'):not(:has-text('sign in'))")
    guest.goto(f"{served.origin}/organisations/{name}")
    assert "Nia Okafor" in guest.locator("main").inner_text()
    _faultless(guest, "group-page", script)

    tom.goto(f"{served.origin}/proposals/{served.things.proposal}")
    tom.click("summary:has-text('Endorse it for an organisation')")
    tom.select_option("#organisation", label=f"Residents of the {name}")
    tom.click("#endorsements details button")
    assert tom.title().startswith("Error: ")
    _faultless(tom, "endorse-error", script)
    tom.fill("#mandate", "9 of 11 voted for it on Tuesday.")
    tom.select_option("#organisation", label=f"Residents of the {name}")
    tom.click("#endorsements details button")
    assert "9 of 11 voted for it" in tom.locator("#endorsements").inner_text()
    _faultless(tom, "endorsed", script)
    for page in (tom, guest):
        page.context.close()
