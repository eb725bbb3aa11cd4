"""Every page in a real browser: no fault of accessibility, nothing wider than the screen, no script needed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.api.pictures import png
from tests.browser.addresses import ADMINS, MEMBERS, MISSING, PUBLIC
from tests.browser.conftest import Served, new_page, sign_in
from tests.browser.faults import faults, picture
from tests.browser.ways import ALWAYS, Way, in_ways, variants

pytestmark = pytest.mark.browser

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@pytest.mark.parametrize(("who", "paths"), [("", PUBLIC), ("rosa", MEMBERS), ("joyce", ADMINS)])
def test_pages_have_no_faults(chromium: Browser, served: Served, who: str, paths: tuple[str, ...]) -> None:
    page = new_page(chromium)
    if who:
        sign_in(page, served, who)
    found: dict[str, list[str]] = {}
    for number, path in enumerate(paths):
        answer = page.goto(served.origin + path.format(**vars(served.things)))
        assert answer is not None
        assert (answer.status == 200) is (path != MISSING), f"{path} answers {answer.status}"
        for variant in variants(number):
            if these := faults(page, variant):
                found[f"{path} {variant}"] = these
            name = (path.strip("/") or "front").translate(str.maketrans("/?=&", "____", "{}"))
            picture(page, f"{who or 'visitor'}-{name}-{variant}")
    page.context.close()
    assert found == {}


def test_forms_with_errors_have_no_faults(chromium: Browser, served: Served) -> None:
    page = new_page(chromium)
    page.goto(f"{served.origin}/sign-in")
    page.click("main button")
    assert page.title().startswith("Error: ")
    assert [faults(page, variant) for variant in ALWAYS] == [[], []]
    sign_in(page, served, "rosa")
    page.goto(f"{served.origin}/proposals/new")
    page.click("text=Save and go on")
    assert page.locator(".errors a").count() == 2
    assert [faults(page, variant) for variant in ALWAYS] == [[], []]
    picture(page, "errors-new")
    page.goto(f"{served.origin}/settings/profile")
    page.click("text=Save the picture")
    assert page.locator("#avatar-error").count() == 1
    assert [faults(page, variant) for variant in ALWAYS] == [[], []]
    picture(page, "errors-picture")
    page.context.close()


# Who, where, and which button is pressed before anything is filled in; then something is to be put right.
UNFINISHED = (
    ("rosa", "/proposals/{proposal}/add/corroboration", "Say that we see this too"),
    ("rosa", "/proposals/{proposal}/add/evidence", "Publish"),
    ("rosa", "/proposals/{proposal}/add/trial", "Publish"),
    ("rosa", "/proposals/{proposal}/add/amendment", "Suggest this wording"),
    ("rosa", "/proposals/{sent}/add/supplement", "Publish"),
    ("rosa", "/posts/{amendment}/decide", "Do not take it in"),
    ("joyce", "/proposals/{proposal}/do/agree", "Say that it is agreed"),
    ("joyce", "/proposals/{proposal}/do/close", "Close it and say how it ended"),
    ("joyce", "/proposals/{closed}/do/reopen", "Open it again"),
    ("joyce", "/proposals/{proposal}/ask", "Save"),
    ("joyce", "/proposals/{sent}/answer", "Publish the answer"),
    ("joyce", "/proposals/{sent}/add/action", "Publish"),
    ("", "/answer/{token}", "Publish the answer"),
)


@pytest.mark.parametrize("who", ["", "rosa", "joyce"])
def test_what_is_to_be_put_right_about_a_proposal_has_no_faults(chromium: Browser, served: Served, who: str) -> None:
    page = new_page(chromium)
    if who:
        sign_in(page, served, who)
    found: dict[str, list[str]] = {}
    for number, (_, path, words) in enumerate(each for each in UNFINISHED if each[0] == who):
        page.goto(served.origin + path.format(**vars(served.things)))
        page.click(f"main button:text-is('{words}')")
        assert page.title().startswith("Error: "), path
        assert page.locator(".errors li").count() > 0, path
        for link in page.locator(".errors a").all():
            assert page.locator(str(link.get_attribute("href"))).is_visible(), f"{path} leads nowhere"
        for variant in variants(number):
            if these := faults(page, variant):
                found[f"{path} {variant}"] = these
            picture(page, f"errors-{who or 'visitor'}{path.translate(str.maketrans('/', '-', '{}'))}-{variant}")
    if not who:
        page.click("text=Ask something first")
        page.click("main button[value=ask]")
        assert page.locator("#question-error").is_visible()
        assert faults(page, ALWAYS[0]) == []
    page.context.close()
    assert found == {}


def test_the_question_whether_an_app_may_use_the_account_has_no_faults(chromium: Browser, served: Served) -> None:
    page = new_page(chromium)
    made = page.request.post(
        f"{served.origin}/api/v1/apps",
        form={"client_name": "Pocket Moot", "redirect_uris": OUT_OF_BAND, "scopes": "read write follow push"},
    ).json()
    asked = f"response_type=code&client_id={made['client_id']}&redirect_uri={OUT_OF_BAND}&scope=read+write+follow+push"
    sign_in(page, served, "tom")
    page.goto(f"{served.origin}/oauth/authorize?{asked}")
    assert "Pocket Moot" in page.locator("h1").inner_text()
    for variant in ALWAYS:
        assert faults(page, variant) == []
        picture(page, f"consent-{variant}")
    page.click("text=Do not allow")
    page.goto(f"{served.origin}/oauth/authorize?{asked}")
    page.click("button[value=allow]")
    assert faults(page, ALWAYS[0]) == []
    picture(page, "code")
    page.context.close()


@in_ways(0)
def test_a_proposal_is_raised_with_the_mouse(chromium: Browser, served: Served, way: Way) -> None:
    page = new_page(chromium, way)
    sign_in(page, served, "tom")
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
    assert "You support this" in page.locator("main header button").first.inner_text()
    page.context.close()


def test_what_is_typed_is_kept_while_somebody_writes(chromium: Browser, served: Served) -> None:
    page = new_page(chromium)
    sign_in(page, served, "tom")
    page.goto(f"{served.origin}/proposals/new")
    page.fill("#title", "Tenants must prove damp twice")
    assert "left" in page.locator("#title-count").inner_text()
    page.wait_for_selector(".autosave:not(:empty)")
    draft = page.locator("main form").get_attribute("action") or ""
    assert draft.startswith("/proposals/drafts/")
    page.goto(served.origin + draft)
    assert page.input_value("#title") == "Tenants must prove damp twice"
    assert page.locator("#near").count() == 1
    assert [faults(page, variant) for variant in ALWAYS] == [[], []]
    picture(page, "near")
    page.context.close()


def test_a_picture_is_added_with_words_and_a_poll_is_voted_in(
    chromium: Browser, served: Served, tmp_path: Path
) -> None:
    file = tmp_path / "me.png"
    file.write_bytes(png(600, 500))
    page = new_page(chromium)
    sign_in(page, served, "tom")
    page.goto(f"{served.origin}/settings/profile")
    page.set_input_files("#avatar", file)
    page.fill("#avatar_words", "Tom beside the canal")
    page.click("text=Save the picture")
    assert page.locator("img[alt='Tom beside the canal']").count() == 1
    assert faults(page, ALWAYS[0]) == []
    picture(page, "with-picture")
    page.goto(f"{served.origin}/posts/{served.things.poll}")
    page.check("text=Saturday morning")
    page.click("text=Vote")
    assert "Your vote is counted" in page.locator(".notice:visible").inner_text()
    assert faults(page, ALWAYS[0]) == []
    picture(page, "voted")
    page.context.close()
