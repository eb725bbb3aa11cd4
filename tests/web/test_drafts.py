"""The third page of the form, writing together, and two people who write at once."""

import re

from tests.web.furnish import furnish
from tests.web.site import Browser, Site

PAGE_2 = {"rule": "Not sure", "change": "Let caretakers do it.", "topic": "plain-letters"}


async def begun(browser: Browser) -> str:
    first = await browser.send("/proposals/new", {"title": "The lift engineer waits", "seen": "One bulb."})
    draft = first.headers["location"].removesuffix("/2")
    await browser.send(f"{draft}/2", PAGE_2)
    return draft


async def test_what_is_said_beyond_the_four_answers_stands_on_the_page(site: Site) -> None:
    await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    draft = await begun(browser)
    more = {"affected": "Forty households.", "easy": "The lift is broken.", "role": "Caretaker", "place": "Canal Row",
            "kind": "practice", "number": "21-100", "often": "weekly", "years": "6-10", "warning": "Lifts"}  # fmt: skip
    assert (await browser.send(f"{draft}/3", more)).headers["location"].endswith("/check")
    beside = ("21 to 100 people", "every week", "6 to 10 years", "Lifts")
    checked = (await browser.get(f"{draft}/check")).text
    for text in ("Forty households.", *beside):
        assert text in checked
    raised = await browser.send(f"{draft}/raise", {}, page=f"{draft}/check")
    shown = (await site.browser().get(raised.headers["location"])).text
    for text in ("Forty households.", "The lift is broken.", "Tom Asher, Caretaker", "Canal Row", "CC BY 4.0", *beside):
        assert text in shown.replace("</a>", "").replace("</bdi>", "")


async def test_an_answer_that_is_none_of_those_offered_is_said_before_anything_is_raised(site: Site) -> None:
    await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    draft = await begun(browser)
    await browser.send(f"{draft}/3", {"often": "on Tuesdays"})
    refused = await browser.send(f"{draft}/raise", {}, page=f"{draft}/check")
    assert refused.status_code == 422
    assert "Choose one of the answers." in refused.text
    await browser.send(f"{draft}/3", {"often": "weekly"})
    raised = await browser.send(f"{draft}/raise", {}, page=f"{draft}/check")
    assert raised.status_code == 303
    edit = await browser.send(f"{raised.headers['location'].split('?')[0]}/edit", {}, page=raised.headers["location"])
    assert 'value="weekly" checked' in (await browser.get(f"{edit.headers['location']}/3")).text


async def test_two_texts_are_shown_side_by_side_and_put_together(site: Site) -> None:
    await furnish(site)
    tom = site.browser()
    await tom.sign_in("tom")
    draft = await begun(tom)
    link = await tom.send(f"{draft}/invite", {}, page=f"{draft}/check")
    path = re.search(r"(/proposals/together/[\w-]+)<", link.text)
    assert path is not None
    rosa = site.browser()
    await rosa.sign_in("rosa")
    assert (await rosa.get(draft)).status_code == 404
    assert "Tom Asher" in (await rosa.get(path[1])).text
    joined = await rosa.send(path[1], {})
    assert joined.headers["location"].startswith(draft)
    rev = re.search(r'name="rev" value="(\d+)"', (await rosa.get(draft)).text)
    assert rev is not None
    await tom.send(draft, {"title": "The lift engineer waits", "seen": "Two bulbs, said Tom.", "rev": rev[1]})
    both = await rosa.send(draft, {"title": "The lift waits", "seen": "Three bulbs, said Rosa.", "rev": rev[1]})
    assert both.status_code == 409
    assert "Two bulbs, said Tom." in both.text
    assert "Three bulbs, said Rosa." in both.text
    again = re.search(r'name="rev" value="(\d+)"', both.text)
    assert again is not None
    kept = await rosa.send(draft, {"title": "The lift waits", "seen": "Two or three bulbs.", "rev": again[1]})
    assert kept.status_code == 303
    await rosa.send(f"{draft}/raise", {}, page=f"{draft}/check")
    assert (await rosa.get(draft)).status_code == 200, "whoever writes along does not raise it"
    raised = await tom.send(f"{draft}/raise", {}, page=f"{draft}/check")
    shown = (await site.browser().get(raised.headers["location"])).text
    assert "Rosa Marchetti" in shown


async def test_the_script_that_saves_learns_the_new_revision(site: Site) -> None:
    await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    draft = await begun(browser)
    rev = re.search(r'name="rev" value="(\d+)"', (await browser.get(draft)).text)
    assert rev is not None
    form = {"title": "The lift engineer waits", "seen": "Two bulbs.", "do": "keep", "rev": rev[1]}
    first = await browser.send(draft, form)
    assert first.status_code == 204
    assert (await browser.send(draft, form)).status_code == 409
    assert (await browser.send(draft, {**form, "rev": first.headers["etag"].strip('"')})).status_code == 204


async def test_a_version_published_meanwhile_is_read_first(site: Site) -> None:
    await furnish(site)
    tom = site.browser()
    await tom.sign_in("tom")
    draft = await begun(tom)
    await tom.send(f"{draft}/invite", {}, page=f"{draft}/check")
    link = await tom.send(f"{draft}/invite", {}, page=f"{draft}/check")
    path = re.search(r"(/proposals/together/[\w-]+)<", link.text)
    assert path is not None
    rosa = site.browser()
    await rosa.sign_in("rosa")
    await rosa.send(path[1], {})
    proposal = (await tom.send(f"{draft}/raise", {}, page=f"{draft}/check")).headers["location"].partition("?")[0]
    edits = {}
    for name, browser in (("tom", tom), ("rosa", rosa)):
        edits[name] = (await browser.send(f"{proposal}/edit", {}, page=proposal)).headers["location"]
        await browser.send(f"{edits[name]}/2", {**PAGE_2, "change": f"As {name} says."})
    assert (await rosa.send(f"{edits['rosa']}/raise", {}, page=f"{edits['rosa']}/check")).status_code == 303
    refused = await tom.send(f"{edits['tom']}/raise", {}, page=f"{edits['tom']}/check")
    assert refused.status_code == 422
    assert "rosa" in refused.text
    await tom.send(f"{edits['tom']}/caught-up", {}, page=f"{edits['tom']}/check")
    assert (await tom.send(f"{edits['tom']}/raise", {}, page=f"{edits['tom']}/check")).status_code == 303
    assert "As tom says." in (await site.browser().get(proposal)).text
