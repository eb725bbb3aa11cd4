"""The desk on the web: what was begun there waits among the drafts."""

from server.actions.desk import ensure_desk, keep_wording
from server.rules.desk import Wording
from server.rules.permissions import OPERATOR
from tests.web.furnish import furnish
from tests.web.site import Site, no_keys


async def test_a_draft_begun_at_the_desk_is_raised_on_the_web(site: Site) -> None:
    await furnish(site)
    rosa = site.people["rosa"]
    conversation = 42
    wording = Wording("Clear the snow", {"seen": "Nobody gets in.", "rule": "Not sure", "change": "Clear it."})
    await keep_wording(rosa, conversation, wording, None, "en")
    browser = site.browser()
    await browser.sign_in("rosa")
    draft = f"/proposals/drafts/{conversation}"
    assert "Clear the snow" in (await browser.get(draft)).text
    raised = await browser.send(f"{draft}/raise", {}, page=f"{draft}/check")
    assert raised.status_code == 303
    assert "Clear the snow" in (await browser.get(raised.headers["location"].partition("?")[0])).text


async def test_the_desk_has_a_page_of_its_own(site: Site) -> None:
    await ensure_desk(OPERATOR, no_keys)
    page = await site.browser().get("/@proposals")
    assert page.status_code == 200
    assert "Proposals desk" in page.text
