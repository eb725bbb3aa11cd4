"""Whole journeys with the keyboard alone: Tab, letters, blank, Enter; on phones and at desks, with
scripts and without."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, new_page, sign_in
from tests.browser.faults import faults, picture
from tests.browser.ways import Variant, Way, in_ways
from tests.web.site import CODE

pytestmark = pytest.mark.browser

MOST_TABS = 120
ACTIVE = """() => {
  const at = document.activeElement;
  const ringed = at.matches(":focus-visible") && getComputedStyle(at).outlineStyle !== "none";
  const said = at === document.body ? "" : at.innerText || at.value || "";
  return [at.id, said, ringed];
}"""


def _tab_to(page: Page, *, field: str = "", words: str = "") -> None:
    """Press Tab until a field or what says these words has the focus, and is seen to have it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        name, said, ringed = page.evaluate(ACTIVE)
        if (field and name == field) or (words and words in said.replace("\n", " ")):
            assert ringed, f"nobody sees that {field or words} has the focus"
            return
    raise AssertionError(f"Tab never comes to {field or words} on {page.url}")


def _write(page: Page, **values: str) -> None:
    for name, value in values.items():
        _tab_to(page, field=name)
        page.keyboard.press("Control+A")
        page.keyboard.type(value)


def _press(page: Page, words: str, *, told: str = "", at: str = "") -> None:
    """Reach something by its words and press Enter; then the page says what was done."""
    _tab_to(page, words=words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if told:
        assert told in page.locator(".notice:visible").inner_text()
    if at:
        assert at in page.url


def _fine(page: Page, name: str) -> None:
    """Nothing is wider than the screen, and nothing is wrong for those who listen: looked at with the same cookies in a
    browser that runs scripts, which the search for faults needs."""
    picture(page, f"journey-{name}")
    browser = page.context.browser
    assert browser is not None
    looked = browser.new_context(storage_state=page.context.storage_state()).new_page()
    looked.goto(page.url)
    size = page.viewport_size
    assert size is not None
    assert faults(looked, Variant(size["width"], "light" if size["width"] < 500 else "dark")) == []
    looked.context.close()


@in_ways(0)
def test_an_organisation_begins_and_its_first_member_raises_something(
    chromium: Browser, untouched: Served, way: Way
) -> None:
    page = new_page(chromium, way)
    page.goto(untouched.origin)
    _press(page, "Set up and sign in")
    assert page.locator(".errors a").count() == 1
    _write(
        page,
        code=CODE,
        title="Hearthline Housing Advice",
        organisation="Hearthline",
        description="We help people keep their homes",
        display_name="Amira N.",
        name="Amira",
        email="amira@example.org",
        password="three quiet herons",
    )
    _press(page, "Set up and sign in", told="Welcome", at="/admin")
    _fine(page, "first-steps")
    _press(page, "Make your first topic", at="/admin/topics")
    _write(page, name="Damp and repairs", slug="damp", description="From report to dry wall.")
    _press(page, "Make the topic", told="The topic is there.")
    _press(page, "Invitations", at="/admin/invites")
    _press(page, "Make the link", told="The invitation is ready.")
    link = page.locator("code").first.inner_text()

    rosa = new_page(chromium, way)
    rosa.goto(link)
    _press(rosa, "Join")
    assert rosa.locator(".errors a").count() == 3
    _write(rosa, display_name="Rosa M.", name="Rosa", email="rosa@example.org", password="a lamp in the hall")
    _press(rosa, "Join", told="Welcome")
    _fine(rosa, "welcome")
    _press(rosa, "Say what gets in the way", at="/proposals/new")
    _write(rosa, title="Damp has to be proven twice")
    _press(rosa, "Save and go on")
    assert rosa.locator(".errors a").count() == 1
    assert rosa.input_value("#title") == "Damp has to be proven twice"
    _write(rosa, seen="The second visit comes 28 days later.")
    _press(rosa, "Save and go on", at="/2")
    _write(rosa, rule="Not sure", change="Let one visit be enough.")
    _tab_to(rosa, field="topic-1")
    rosa.keyboard.press(" ")
    _press(rosa, "Save and check your answers", at="/check")
    _fine(rosa, "check")
    _press(rosa, "Raise it", told="Your proposal is raised")
    _fine(rosa, "raised")
    for each in (page, rosa):
        each.context.close()


@in_ways(1)
def test_a_member_finds_a_proposal_supports_it_and_says_what_they_see(
    chromium: Browser, changing: Served, way: Way
) -> None:
    page = new_page(chromium, way)
    sign_in(page, changing, "rosa")
    _press(page, "Search", at="/search")
    _write(page, q="text message")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    page.goto(f"{changing.origin}/proposals?order=new")
    _press(page, "The repairs app will not take a report", at="/proposals/")
    _press(page, "Support", told="You support this.")
    _write(page, text="My neighbour has no email at all.")
    _press(page, "Publish the comment", told="Your comment is on the page.")
    assert page.locator(".comment .notice").is_visible()
    _fine(page, "commented")
    page.context.close()


@in_ways(2)
def test_a_steward_removes_and_an_admin_suspends_and_blocks(chromium: Browser, changing: Served, way: Way) -> None:
    page = new_page(chromium, way)
    sign_in(page, changing, "joyce")
    page.goto(f"{changing.origin}/posts/{changing.things.answer}")
    _press(page, "Remove", at="/remove")
    _press(page, "Remove the post")
    assert page.locator(".errors a").count() == 1
    _tab_to(page, field="reason-1")
    page.keyboard.press(" ")
    _press(page, "Remove the post", told="The post is removed.")
    _fine(page, "removed")
    page.goto(f"{changing.origin}/admin/members")
    _press(page, "Warn, limit or suspend Tom Asher", at="/moderation/accounts/")
    page.select_option("#reason", "abuse")
    _press(page, "Suspend the account", told="Decided.")
    page.select_option("#reason", "abuse")
    _press(page, "Let the account work again", told="Decided.")
    page.goto(f"{changing.origin}/admin/blocks")
    _write(page, domain="not a domain")
    _tab_to(page, field="policy-1")
    page.keyboard.press(" ")
    _press(page, "Decide")
    assert page.input_value("#domain") == "not a domain"
    _write(page, domain="noise.example", note="Advertising")
    _press(page, "Decide", told="The server is blocked.")
    _fine(page, "blocked")
    page.context.close()


@in_ways(3)
def test_an_admin_asks_to_link_a_topic_and_is_told_what_to_put_right(
    chromium: Browser, changing: Served, way: Way
) -> None:
    page = new_page(chromium, way)
    sign_in(page, changing, "joyce")
    _press(page, "Admin", at="/admin")
    _press(page, "Topics", at="/topics")
    page.goto(f"{changing.origin}/admin/topics")
    _tab_to(page, words="Link another organisation")
    page.keyboard.press("Enter")
    _write(page, **{"url-damp-and-repairs": "elm.example/topics/damp"})
    _press(page, "Ask to link")
    assert page.input_value("#url-damp-and-repairs") == "elm.example/topics/damp"
    assert page.locator("#url-damp-and-repairs").is_visible()
    _fine(page, "link")
    page.context.close()


@in_ways(4)
def test_a_steward_sends_and_the_policy_owner_answers(chromium: Browser, changing: Served, way: Way) -> None:
    page = new_page(chromium, way)
    page.emulate_media(reduced_motion="reduce")  # so that the page stands still where the browser lands
    sign_in(page, changing, "tom")
    page.goto(f"{changing.origin}/proposals?order=new")
    _press(page, "The repairs app will not take a report", at="/proposals/")
    _press(page, "Say that it is agreed", at="/do/agree")
    _tab_to(page, field="waived")
    page.keyboard.press(" ")
    _press(page, "Say that it is agreed")
    assert page.locator(".errors a").count() == 1
    _write(page, reason="Agreed at the meeting of 3 May.")
    _press(page, "Say that it is agreed", told="Done: Agreed")
    assert "acted" in page.evaluate("document.activeElement.className"), "what is done is read first"
    place, following = page.locator(".acted").bounding_box(), page.locator(".next .act").first.bounding_box()
    assert place is not None
    assert following is not None
    assert 0 <= place["y"] < following["y"] < 900, "what is done, and what comes next, are on the screen"
    _fine(page, "agreed")
    _press(page, "Send it to whoever can change it", at="/ask")
    _write(page, name="Northside Council, Housing Repairs")
    _tab_to(page, field="verb-1")
    page.keyboard.press(" ")
    _write(page, ask="Let a tenant report by text message.")
    _press(page, "Save and send it now")
    link = page.locator("main code").inner_text()
    _press(page, "Back to the proposal", at="/proposals/")
    _fine(page, "sent")

    owner = new_page(chromium, way)
    owner.goto(link)
    _press(owner, "Yes, it has arrived")
    _press(owner, "Back to the answer page", at="/answer/")
    _press(owner, "Publish the answer")
    assert owner.locator(".errors a").count() == 1
    _tab_to(owner, field="code-1")
    owner.keyboard.press(" ")
    _write(owner, text="Text messages are read from May.", givenBy="R. Lund, Repairs")
    _press(owner, "Publish the answer")
    _press(owner, "See the proposal", at="/proposals/")
    assert "R. Lund, Repairs" in owner.locator(".answer").inner_text()
    _fine(owner, "answered")
    owner.goto(link)
    _press(owner, "Yes, we have begun", told="it has begun")
    _fine(owner, "begun")
    _press(owner, "Publish the step")
    assert owner.locator(".errors a").count() == 1
    _fine(owner, "step-missing")
    _write(owner, milestone="The repairs desk has a mobile phone.")
    _press(owner, "Publish the step", told="The step is on the page.")
    _fine(owner, "step")
    _press(owner, "It is done", told="It stands there as done.")
    owner.goto(page.url)
    assert "Said by Northside Council" in owner.locator("#actions").inner_text()
    for each in (page, owner):
        each.context.close()
