"""Moving a proposal on, on the web without a script: what is asked first, and where the browser lands."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.storage.sql import rows
from tests.web.furnish import Furnished, furnish
from tests.web.site import Browser, Site, fresh_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with fresh_site(tmp_path) as made:
        await made.set_up()
        yield made


@pytest.fixture
async def there(site: Site) -> Furnished:
    return await furnish(site)


async def _signed_in(site: Site, name: str) -> Browser:
    browser = site.browser()
    await browser.sign_in(name)
    return browser


async def test_after_an_act_the_page_says_what_is_done_and_then_what_comes_next(site: Site, there: Furnished) -> None:
    steward, page = await _signed_in(site, "tom"), f"/proposals/{there.proposal}"
    sent = await steward.send(f"{page}/do/agree", {"waived": "1", "reason": "Agreed at the meeting."})
    step = (await rows("SELECT MAX(id) AS id FROM steps WHERE kind = 'agreed'"))[0]["id"]
    assert sent.headers["location"] == f"{page}?done=moved&at=done-{step}#done-{step}"
    shown = (await steward.get(sent.headers["location"])).text
    assert shown.count('role="status"') == 1
    assert f'id="done-{step}" role="status" tabindex="-1"' in shown
    done, following = shown.index("Done: Agreed"), shown.index("What can happen next")
    assert done < following < shown.index("Send it to whoever can change it") < shown.index('id="text"')
    assert f'href="#step-{step}"' in shown
    assert "Done:" not in (await steward.get(f"{page}?done=moved&at=done-1")).text


async def test_the_form_to_agree_says_what_is_missing_and_when_a_reason_is_needed(site: Site, there: Furnished) -> None:
    path = f"/proposals/{there.proposal}/do/agree"
    steward = (await (await _signed_in(site, "tom")).get(path)).text
    assert steward.count("To do") == 2, "nobody sees it too, and nobody was asked"
    assert "Needed if you go on without a consent check" in steward
    assert "you may leave this out" not in steward
    author = (await (await _signed_in(site, "rosa")).get(path)).text
    assert "Go on without a consent check" not in author
    assert "you may leave this out" in author


async def test_who_may_ask_everybody_is_led_there_first(site: Site, there: Furnished) -> None:
    steward, page = await _signed_in(site, "tom"), f"/proposals/{there.proposal}"
    shown = (await steward.get(page)).text
    assert '<a class="act" href="#check">Ask everybody whether they consent</a>' in shown
    await steward.send(f"{page}/checks", {"method": "consent", "days": "7"}, page=page)
    asked = (await steward.get(f"{page}?done=asked-all&at=check")).text
    assert "Ask everybody whether they consent" not in asked
    assert asked.count("Everybody is asked.") == 1, "said once"
    assert asked.index('id="check"') < asked.index("Everybody is asked.")


async def test_the_line_of_six_points_shows_how_far_a_proposal_has_come(site: Site, there: Furnished) -> None:
    shown = (await site.browser().get(f"/proposals/{there.sent}")).text
    track = shown.partition('class="track"')[2].partition("</ol>")[0]
    assert track.count("<li") == 6
    assert track.count("is-done") == 2
    assert track.count('aria-current="step"') == 1
    assert track.index("is-now") < track.index("Sent") < track.index("Answered")
