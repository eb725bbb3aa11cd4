"""Reading and writing proposals, and the conversation below them."""

import pytest

from server.actions.lifecycle import move_proposal
from server.queries import posts
from server.render.versions import compare
from server.rules.lifecycle import Wanted
from server.web.comments import tree
from tests.web.furnish import furnish
from tests.web.site import Site


async def test_what_was_typed_is_kept_when_something_is_missing(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    answer = await browser.send("/proposals/new", {"title": "", "seen": "The lift is out."})
    assert answer.status_code == 422
    assert "Say in one line what gets in the way." in answer.text
    assert "The lift is out." in answer.text
    assert "<title>Error: " in answer.text


async def test_a_draft_becomes_a_proposal_and_then_a_second_version(site: Site) -> None:
    await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    first = await browser.send(
        "/proposals/new", {"title": "The lift engineer needs three signatures", "seen": "One bulb."}
    )
    second = first.headers["location"]
    assert second.endswith("/2")
    lacking = await browser.send(second, {"rule": "", "change": "Let caretakers do it.", "topic": "plain-letters"})
    assert lacking.status_code == 422
    checked = await browser.send(
        second, {"rule": "Not sure", "change": "Let caretakers do it.", "topic": "plain-letters"}
    )
    check = checked.headers["location"]
    assert "Let caretakers do it." in (await browser.get(check)).text
    raised = await browser.send(check.replace("/check", "/raise"), {}, page=check)
    path = raised.headers["location"].partition("?")[0]
    assert "The lift engineer needs three signatures" in (await site.browser().get(path)).text
    again = await browser.send(f"{path}/edit", {}, page=path)
    draft = again.headers["location"]
    await browser.send(
        f"{draft}/2", {"rule": "Contract, page 3", "change": "Let caretakers do it.", "topic": "plain-letters"}
    )
    assert (await browser.send(f"{draft}/raise", {}, page=f"{draft}/check")).status_code == 303
    versions = (await site.browser().get(f"{path}/versions")).text
    assert "<del>" in versions
    assert "Contract, page 3" in versions


async def test_a_draft_is_for_its_author_alone(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    assert (await browser.get(f"/proposals/drafts/{things.draft}")).status_code == 404


async def test_support_can_be_given_twice_and_taken_back(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("rosa")
    page, path = f"/proposals/{things.proposal}", f"/posts/{things.proposal}/support"
    for _ in range(2):
        assert (await browser.send(path, {}, page=page)).headers["location"] == f"{page}?done=supported"
    shown = await posts.by_id(things.proposal)
    assert shown is not None
    assert shown.likes_count == 3
    await browser.send(path, {"do": "undo"}, page=page)
    shown = await posts.by_id(things.proposal)
    assert shown is not None
    assert shown.likes_count == 2


async def test_a_comment_stands_below_the_proposal_with_its_stance(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    page, path = f"/proposals/{things.proposal}", f"/posts/{things.proposal}/reply"
    empty = await browser.send(path, {"text": "", "stance": "against", "page": "proposal"}, page=page)
    assert empty.status_code == 422
    assert "1 thing to put right" in empty.text or "One thing to put right" in empty.text
    done = await browser.send(path, {"text": "A wet day tells you little.", "stance": "against"}, page=page)
    where = done.headers["location"]
    assert where.startswith(f"{page}?done=commented&at=post-")
    shown = (await browser.get(where)).text
    assert shown.count("Your comment is on the page.") == 2, "at the top, and where the browser goes"
    assert "A wet day tells you little." in (await site.browser().get(f"{page}?stance=against")).text


async def test_a_removed_comment_leaves_its_reason_and_none_of_its_words(site: Site) -> None:
    things = await furnish(site)
    text = (await site.browser().get(f"/proposals/{things.proposal}")).text
    assert "It says who somebody is" in text
    assert "Flat 9" not in text


async def test_only_stewards_remove_and_only_authors_change(site: Site) -> None:
    things = await furnish(site)
    rosa, tom = site.browser(), site.browser()
    await rosa.sign_in("rosa")
    await tom.sign_in("tom")
    assert (await rosa.get(f"/posts/{things.comment}/remove")).status_code == 403
    assert (await tom.get(f"/posts/{things.comment}/edit")).status_code == 404
    answer = await tom.send(f"/posts/{things.proposal}/remove", {"reason": "already_raised"})
    assert answer.status_code == 303
    gone = await site.browser().get(f"/proposals/{things.proposal}")
    assert gone.status_code == 410
    assert "It was raised before" in gone.text


@pytest.mark.parametrize(
    "path", ["/proposals/1", "/proposals/99999999999999999999999", "/posts/1", "/topics/x", "/@x", "/users/x"]
)
async def test_what_is_not_there_gets_a_page_that_says_so(site: Site, path: str) -> None:
    answer = await site.browser().get(path)
    assert answer.status_code == 404
    assert "<h1>Nothing here</h1>" in answer.text


@pytest.mark.parametrize("path", ["/proposals/feed.atom", "/topics/damp-and-repairs/feed.atom", "/@rosa/feed.atom"])
async def test_lists_are_feeds_too(site: Site, path: str) -> None:
    await furnish(site)
    answer = await site.browser().get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "Tenants must prove damp twice" in answer.text


async def test_every_admin_page_is_closed_to_members(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    for path in ("", "/members", "/invites", "/topics", "/peers", "/blocks", "/site"):
        assert (await browser.get(f"/admin{path}")).status_code == 403


def test_a_change_of_words_is_marked_word_by_word() -> None:
    assert compare("Let one visit be enough", "Let one inspection be enough") == (
        ("same", "Let one"),
        ("removed", "visit"),
        ("added", "inspection"),
        ("same", "be enough"),
    )


def test_no_answers_make_no_tree() -> None:
    assert tree([], 1) == ()


async def test_any_two_versions_can_be_compared(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("rosa")
    page = f"/proposals/{things.proposal}"
    for text in ("Third words.", "Fourth words."):
        draft = (await browser.send(f"{page}/edit", {}, page=page)).headers["location"]
        await browser.send(f"{draft}/2", {"rule": "Not sure", "change": text, "topic": "damp-and-repairs"})
        await browser.send(f"{draft}/raise", {}, page=f"{draft}/check")
    versions = f"{page}/versions"
    both = (await site.browser().get(f"{versions}?from=4&to=1")).text
    assert "Fourth words." in both
    assert "Third words." not in both
    assert both.count('id="version-') == 1
    assert (await site.browser().get(f"{versions}?from=4&to=99")).text.count('id="version-') == 4


async def test_whoever_supported_an_earlier_wording_is_asked_once_it_is_agreed(site: Site) -> None:
    things = await furnish(site)
    author, supporter = site.browser(), site.browser()
    await author.sign_in("rosa")
    await supporter.sign_in("joyce")
    page = f"/proposals/{things.proposal}"
    draft = (await author.send(f"{page}/edit", {}, page=page)).headers["location"]
    await author.send(f"{draft}/2", {"rule": "Not sure", "change": "Third words.", "topic": "damp-and-repairs"})
    await author.send(f"{draft}/raise", {}, page=f"{draft}/check")
    assert "2 of them supported an earlier wording." in (await site.browser().get(page)).text
    assert "Do you support that too?" not in (await supporter.get(page)).text
    await move_proposal(site.people["tom"], things.proposal, "agree", Wanted("At a meeting.", waived=True))
    assert "Do you support that too?" in (await supporter.get(page)).text
    await supporter.send(f"/posts/{things.proposal}/support", {"do": "again"}, page=page)
    assert "Do you support that too?" not in (await supporter.get(page)).text
    assert "1 of them supported an earlier wording." in (await site.browser().get(page)).text


async def test_a_withdrawn_proposal_says_why_and_where_it_stands(site: Site) -> None:
    things = await furnish(site)
    author = site.browser()
    await author.sign_in("rosa")
    path = f"/proposals/{things.proposal}/do/withdraw"
    assert (await author.send(path, {"reason": ""})).status_code == 422
    await author.send(path, {"reason": "Solved by a phone call."})
    shown = (await site.browser().get(f"/proposals/{things.proposal}")).text
    assert shown.count("Solved by a phone call.") == 2
    assert "<h2>Withdrawn by its author</h2>" in shown
    assert 'class="track"' not in shown
