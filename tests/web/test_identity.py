"""What an organisation looks like: its colour, its sign, what others show when they link to it."""

import pytest

from server.actions import proposals
from server.queries import instance
from server.rules.drafts import ProposalDraft
from tests.web.furnish import furnish
from tests.web.site import Site

OWN = {"title": "Canal Row", "accent": "own"}


async def test_an_organisations_own_colour_is_on_every_page(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    saved = await browser.send("/admin/site", {**OWN, "own_accent": "#0B5FA5"})
    assert saved.status_code == 303
    assert (await instance.get()).accent == "#0b5fa5"
    assert 'value="#0b5fa5"' in (await browser.get("/admin/site")).text
    front = (await site.browser().get("/")).text
    assert '<link rel="stylesheet" href="/accent.css?v=0b5fa5">' in front
    assert "data-accent" not in front.partition("<head>")[0]
    assert '<meta name="theme-color" content="#0b5fa5">' in front
    sheet = await site.browser().get("/accent.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert "--accent-l: #0b5fa5; --accent-d: #" in sheet.text


async def test_a_pale_colour_is_not_saved_and_the_nearest_is_named(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    refused = await browser.send("/admin/site", {**OWN, "own_accent": "#ffd400"})
    assert refused.status_code == 422
    assert "too pale to read" in refused.text
    assert "The nearest that works is #" in refused.text
    assert 'value="#ffd400"' in refused.text
    assert (await instance.get()).accent == "pine"


@pytest.mark.parametrize("text", ["red", "#12", "#1e5a4c;} body{display:none"])
async def test_what_is_no_colour_never_reaches_a_style_sheet(site: Site, text: str) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    assert (await browser.send("/admin/site", {**OWN, "own_accent": text})).status_code == 422
    assert "display" not in (await site.browser().get("/accent.css")).text


async def test_the_sign_and_the_manifest_say_whose_site_it_is(site: Site) -> None:
    browser = site.browser()
    icon = await browser.get("/icon.svg")
    assert icon.headers["content-type"].startswith("image/svg+xml")
    assert ">C</text>" in icon.text
    manifest = await browser.get("/manifest.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    said = manifest.json()
    assert (said["name"], said["start_url"], said["theme_color"]) == ("Canal Row Tenants’ Group", "/", "#1e5a4c")
    for each in said["icons"]:
        assert (await browser.get(each["src"])).status_code == 200


async def test_a_link_to_a_page_is_shown_with_title_sentence_and_picture(site: Site) -> None:
    things = await furnish(site)
    text = (await site.browser().get(f"/proposals/{things.proposal}")).text
    assert '<meta property="og:title" content="Tenants must prove damp twice before anyone may repair it">' in text
    assert '<meta property="og:description" content="One inspection, or dated photos' in text
    picture = text.partition('<meta property="og:image" content="')[2].partition('"')[0]
    assert picture.startswith(site.settings.origin)
    shown = await site.browser().get(picture.removeprefix(site.settings.origin))
    assert shown.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "path", ["/", "/proposals", "/topics", "/topics/plain-letters", "/users/rosa", "/organisations/canal_row"]
)
async def test_every_list_is_also_a_feed(site: Site, path: str) -> None:
    await furnish(site)
    text = (await site.browser().get(path)).text
    feed = text.partition('type="application/atom+xml"')[2].partition('href="')[2].partition('"')[0]
    answer = await site.browser().get(feed)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "<feed " in answer.text


@pytest.mark.parametrize("name", ["raise", "take-part", "who-sees-what", "apps", "federation", "stewards"])
async def test_help_leads_to_an_answer(site: Site, name: str) -> None:
    browser = site.browser()
    assert f'href="/help/{name}"' in (await browser.get("/help")).text
    assert (await browser.get(f"/help/{name}")).status_code == 200


async def test_the_front_page_says_what_came_of_it(site: Site) -> None:
    empty = (await site.browser().get("/")).text
    assert "What came of it" not in empty
    await furnish(site)
    text = (await site.browser().get("/", accept_language="en")).text
    assert "What came of it" in text
    assert "No answer has come yet." in text
    assert "How to take part" in text


async def test_words_in_another_language_than_the_page_say_so(site: Site) -> None:
    draft = ProposalDraft("The lift is out", (("seen", "Again."), ("change", "Mend it.")), language="en")
    made = await proposals.publish_proposal(site.people["rosa"], draft)
    text = (await site.browser().get(f"/proposals/{made}", accept_language="de")).text
    assert '<html lang="de"' in text
    assert '<article class="two">' in text
    assert '<h1 dir="auto" lang="en">' in text
