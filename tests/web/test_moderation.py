"""The pages for stewards, the check for identifying details on the forms, and the pages of those it concerns."""

import pytest

from server.actions.holding import remind_again
from server.actions.instance import change
from server.actions.posts import publish_post
from server.queries import moderation, posts
from server.rules.drafts import PostDraft
from server.rules.permissions import OPERATOR
from server.views.moderation import HeldView
from server.views.viewer import Viewer
from tests.web.furnish import Furnished, furnish
from tests.web.site import Browser, Site

NAMED = "Mrs Odell in M1 1AE waits, ring 07700 900123."


@pytest.fixture
async def things(site: Site) -> Furnished:
    return await furnish(site)


async def as_(site: Site, name: str) -> Browser:
    browser = site.browser()
    await browser.sign_in(name)
    return browser


async def waiting_by(site: Site, name: str = "rosa") -> list[HeldView]:
    found = await moderation.held(Viewer(site.people["tom"].account_id, role="steward"))
    return [each for each in found if each.post.account.id == site.people[name].account_id]


async def held_by(site: Site, name: str = "rosa") -> int:
    [mine] = await waiting_by(site, name)
    return mine.post.id


async def test_a_comment_that_may_identify_somebody_is_shown_again_and_then_held_or_published(
    site: Site, things: Furnished
) -> None:
    rosa, path, page = await as_(site, "rosa"), f"/posts/{things.proposal}/reply", f"/proposals/{things.proposal}"
    form = {"text": NAMED, "stance": "experience", "page": "proposal"}
    again = await rosa.send(path, form, page=page)
    assert again.status_code == 422
    for mark in ("<mark>Mrs Odell", "<mark>M1 1AE", "<mark>07700 900123", 'name="confirmed"', 'name="warned"'):
        assert mark in again.text
    sent = await rosa.send(path, {**form, "warned": "1"}, page=page)
    assert "done=held" in sent.headers["location"]
    assert "Held until a steward has read it" in (await rosa.get(page)).text
    for reader in (site.browser(), await as_(site, "joyce")):
        text = (await reader.get(page)).text
        assert ("Mrs Odell" in text) == ("Sign out" in text)
    confirmed = {**form, "text": "Mr Bean is a film.", "warned": "1", "confirmed": "1"}
    assert "done=commented" in (await rosa.send(path, confirmed, page=page)).headers["location"]
    assert "Mr Bean" in (await site.browser().get(page)).text


async def test_a_change_that_may_identify_somebody_needs_the_writers_tick(site: Site, things: Furnished) -> None:
    joyce, path = await as_(site, "joyce"), f"/posts/{things.comment}/edit"
    refused = await joyce.send(path, {"text": NAMED, "stance": "experience"})
    assert (refused.status_code, "<mark>" in refused.text) == (422, True)
    assert (await joyce.send(path, {"text": NAMED, "stance": "experience", "confirmed": "1"})).status_code == 303


async def test_a_proposal_shows_the_hint_before_it_is_raised_and_is_held_without_the_tick(
    site: Site, things: Furnished
) -> None:
    rosa, draft = await as_(site, "rosa"), f"/proposals/drafts/{things.draft}"
    assert "Could somebody be known by this?" not in (await rosa.get(f"{draft}/check")).text
    await rosa.send(draft, {"title": "Fans are taken out", "seen": NAMED, "do": "later"})
    assert "<mark>Mrs Odell" in (await rosa.get(f"{draft}/check")).text
    raised = await rosa.send(f"{draft}/raise", {}, page=f"{draft}/check")
    assert raised.headers["location"].endswith("done=held")
    path = raised.headers["location"].partition("?")[0]
    assert (await rosa.get(path)).status_code == 200
    assert (await site.browser().get(path)).status_code == 404
    assert "Fans are taken out" not in (await site.browser().get("/proposals")).text


async def test_a_steward_decides_with_one_press_and_the_next_one_follows(site: Site, things: Furnished) -> None:
    rosa, tom = site.people["rosa"], await as_(site, "tom")
    for words in ("First.", "Second.", "Third."):
        await publish_post(rosa, PostDraft(source=words, in_reply_to_id=things.proposal, hold="details"))
    for do, form in (
        ("publish", {}),
        ("ask_change", {"reason": "identifies_someone", "sentence": "Please take out the street."}),
        ("decline", {"reason": "abuse"}),
    ):
        waiting = await waiting_by(site)
        path = f"/moderation/held/{waiting[-1 if do == 'decline' else 0].post.id}"
        page = await tom.get(path)
        assert f'value="{do}" accesskey=' in page.text
        assert (await tom.send(path, {"do": do, **form})).headers["location"] == "/moderation?done=decided"
    assert len(await waiting_by(site)) == 1
    assert (
        "was asked for a change" in (await tom.get(path.replace(path, f"/moderation/held/{await held_by(site)}"))).text
    )
    assert "First." in (await site.browser().get(f"/proposals/{things.proposal}")).text
    assert (await tom.send(path, {"do": "publish"}, page="/moderation/log")).status_code == 409


async def test_a_decision_without_its_reason_is_asked_for_it(site: Site, things: Furnished) -> None:
    await publish_post(site.people["rosa"], PostDraft(source="Words.", hold="first_post"))
    tom, path = await as_(site, "tom"), f"/moderation/held/{await held_by(site)}"
    answer = await tom.send(path, {"do": "decline", "reason": ""})
    assert (answer.status_code, "Choose one of the reasons." in answer.text) == (422, True)
    answer = await tom.send(path, {"do": "decline", "reason": "other"})
    assert (answer.status_code, "in a sentence of your own" in answer.text) == (422, True)


async def test_a_report_is_shown_with_what_was_reported_and_by_whom_and_closes_once(
    site: Site, things: Furnished
) -> None:
    tom = await as_(site, "tom")
    page = await tom.follow("/moderation")
    for text in (
        "Asks for a phone number.",
        "Was there a number on the card",
        "Rosa Marchetti",
        'value="suspend" accesskey="5"',
    ):
        assert text in page.text
    joyce, path = await as_(site, "joyce"), str(page.url.path)
    assert (await joyce.send(path, {"do": "keep"})).status_code == 303
    assert (await tom.send(path, {"do": "remove", "reason": "abuse"}, page="/moderation/log")).status_code == 409
    assert (await tom.follow("/moderation")).status_code == 200


async def test_nobody_but_stewards_opens_the_pages_of_stewards(site: Site, things: Furnished) -> None:
    await publish_post(site.people["rosa"], PostDraft(source="Words.", hold="details"))
    paths = [
        "/moderation",
        f"/moderation/held/{await held_by(site)}",
        f"/moderation/accounts/{site.people['tom'].account_id}",
        "/moderation/audit",
    ]
    rosa, visitor, tom = await as_(site, "rosa"), site.browser(), await as_(site, "tom")
    for path in paths:
        assert (await rosa.get(path)).status_code == 403, path
        assert (await visitor.get(path)).status_code == 303, path
        assert (await rosa.send(path, {"do": "publish"}, page="/topics")).status_code in (403, 405), path
    assert (await tom.get("/moderation/audit")).status_code == 403
    assert (await (await as_(site, "joyce")).get("/moderation/audit")).status_code == 200


async def test_whom_it_concerns_reads_why_appeals_and_another_steward_undoes_it(site: Site, things: Furnished) -> None:
    rosa, joyce, tom = [await as_(site, name) for name in ("rosa", "joyce", "tom")]
    said = await publish_post(site.people["rosa"], PostDraft(source="A sharp word.", in_reply_to_id=things.proposal))
    form = {"reason": "abuse", "sentence": "Too sharp.", "do": "remove"}
    assert (await tom.send(f"/posts/{said}/remove", form)).status_code == 303
    page = await rosa.get("/moderation/yours")
    assert "Too sharp." in page.text
    assert "Tom Asher" not in page.text
    decision = (await moderation.decisions_about(site.people["rosa"].account_id))[0]
    path = f"/moderation/yours/{decision.id}"
    assert (await rosa.send(path, {"text": ""}, page="/moderation/yours")).status_code == 422
    assert (await joyce.send(path, {"text": "Me, too."}, page="/moderation/yours")).status_code == 404
    assert (await rosa.send(path, {"text": "It was not."}, page="/moderation/yours")).status_code == 303
    [appeal] = [each for each in await moderation.open_appeals() if each.decision.id == decision.id]
    where = f"/moderation/appeals/{appeal.id}"
    assert "another steward looks" in (await tom.get(where)).text
    assert (await tom.send(where, {"do": "undo"}, page="/moderation/log")).status_code == 403
    assert "It was not." in (await joyce.get(where)).text
    assert (await joyce.send(where, {"do": "undo", "sentence": "Sharp, not rude."})).status_code == 303
    assert await posts.by_id(said) is not None
    assert "Sharp, not rude." in (await rosa.get("/moderation/yours")).text


async def test_the_public_log_says_what_and_why_and_names_nobody(site: Site, things: Furnished) -> None:
    tom, visitor = await as_(site, "tom"), site.browser()
    form = {"reason": "abuse", "sentence": "Insults at the door.", "do": "remove"}
    await tom.send(f"/posts/{things.comment}/remove", form)
    form = {"reason": "identifies_someone", "sentence": "Take out Mrs Odell.", "do": "hold"}
    await tom.send(f"/posts/{things.proposal}/remove", form)
    for path in ("/moderation/log", "/moderation/log/feed.atom"):
        text = (await visitor.get(path)).text
        assert "Insults at the door." in text
        for secret in ("Odell", "Tom", "Rosa", "Joyce", "joyce"):
            assert secret not in text.replace("Customer", ""), (path, secret)
    tombstone = (await visitor.get(f"/posts/{things.comment}")).text
    assert "Insults at the door." in tombstone


async def test_the_first_post_of_a_new_member_is_held_where_the_admin_says_so(site: Site, things: Furnished) -> None:
    joyce = await as_(site, "joyce")
    assert (await joyce.send("/admin/site", {"title": "Canal Row", "hold_first": "yes"})).status_code == 303
    await site.join("dilys", "member", "Dilys M.")
    dilys = await as_(site, "dilys")
    sent = await dilys.send(f"/posts/{things.proposal}/reply", {"text": "Hello.", "stance": "neutral"})
    assert "done=held" in sent.headers["location"]
    assert await remind_again(OPERATOR, await held_by(site, "dilys"))
    with pytest.raises(Exception, match="yes or no"):
        await change(OPERATOR, hold_first="perhaps")
