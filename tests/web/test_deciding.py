"""Deciding together and organisations, on the web without a script."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.actions.memberships import claim_membership, confirm_membership
from server.actions.organisations import OrganisationDraft, create_organisation, speaking_for
from server.actions.posts import publish_post
from server.queries.checks import counted
from server.rules.checks import Tally
from server.rules.drafts import PostDraft
from server.storage.sql import rows
from tests.web.furnish import Furnished, furnish
from tests.web.site import Browser, Site, fresh_site, no_keys


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with fresh_site(tmp_path) as made:
        await made.set_up()
        yield made


@pytest.fixture
async def there(site: Site) -> Furnished:
    return await furnish(site)


async def signed_in(site: Site, name: str) -> Browser:
    browser = site.browser()
    await browser.sign_in(name)
    return browser


async def check_of(proposal_id: int) -> int:
    return int((await rows("SELECT post_id FROM checks WHERE proposal_id = ?", [proposal_id]))[0]["post_id"])


async def test_a_consent_check_from_question_to_result(site: Site, there: Furnished) -> None:
    rosa, tom, joyce = [await signed_in(site, name) for name in ("rosa", "tom", "joyce")]
    page = f"/proposals/{there.proposal}"
    asked = await rosa.send(f"{page}/checks", {"method": "consent", "days": "7"}, page)
    assert asked.status_code == 303
    check_id = await check_of(there.proposal)
    text = (await tom.get(page)).text
    assert "Consent to version 2" in text
    assert 'name="choice"' in text

    empty = await tom.send(f"/checks/{check_id}/vote", {"choice": "2", "reason": ""}, page)
    assert empty.status_code == 422
    assert 'href="#reason"' in empty.text
    assert (await counted(check_id, over=True)) == Tally()
    await tom.send(f"/checks/{check_id}/vote", {"choice": "2", "reason": "Who pays for the <b>photos</b>?"}, page)
    await joyce.send(f"/checks/{check_id}/vote", {"choice": "0"}, page)
    assert await counted(check_id, over=True) == Tally(consent=1, objections=1)

    text = (await rosa.get(page)).text
    assert "Objection that stands" in text
    assert "Who pays for the" in text
    objection_id = (await rows("SELECT post_id FROM contributions WHERE kind = 'objection'"))[0]["post_id"]
    name = f"answer-{objection_id}"
    refused = await rosa.send(f"/objections/{objection_id}/answer", {name: " "}, page)
    assert refused.status_code == 422
    assert f'href="#{name}"' in refused.text
    await rosa.send(f"/objections/{objection_id}/answer", {name: "Nobody: a phone is enough."}, page)
    assert (await rosa.send(f"/checks/{check_id}/close", {}, page)).status_code == 403
    assert (await tom.send(f"/checks/{check_id}/close", {}, page)).status_code == 303
    text = (await site.browser().get(page)).text
    assert "Passed" in text
    assert "Nobody: a phone is enough." in text
    assert "The check closed" in text


async def test_hidden_figures_are_on_no_page_and_in_no_answer_of_the_api(site: Site, there: Furnished) -> None:
    rosa, tom = await signed_in(site, "rosa"), await signed_in(site, "tom")
    page = f"/proposals/{there.proposal}"
    await rosa.send(f"{page}/checks", {"method": "sense", "days": "3", "hide": "1"}, page)
    check_id = await check_of(there.proposal)
    await tom.send(f"/checks/{check_id}/vote", {"choice": "2"}, page)
    for browser in (site.browser(), rosa, tom):
        section = (await browser.get(page)).text.partition('id="check"')[2].partition("</section>")[0]
        assert section.count('<dd class="num">–</dd>') == 3
    poll = (await site.browser().get(f"/api/v1/polls/{check_id}")).json()
    assert [option["votes_count"] for option in poll["options"]] == [None, None, None]


async def test_nobody_else_opens_a_check_and_nothing_typed_is_lost(site: Site, there: Furnished) -> None:
    await site.join("nia", "member", "Nia")
    nia, rosa = await signed_in(site, "nia"), await signed_in(site, "rosa")
    page = f"/proposals/{there.proposal}"
    assert "Ask everybody" not in (await nia.get(page)).text
    refused = await nia.send(f"{page}/checks", {"method": "consent", "days": "7"}, page)
    assert refused.status_code == 422
    assert "Only its author or a steward may ask for consent." in refused.text
    wrong = await rosa.send(f"{page}/checks", {"method": "consent", "days": "400"}, page)
    assert wrong.status_code == 422
    assert 'href="#days"' in wrong.text
    assert await rows("SELECT * FROM checks") == []


async def test_a_group_is_made_joined_by_link_spoken_for_and_endorses(site: Site, there: Furnished) -> None:
    tom, nia, page = await signed_in(site, "tom"), site.browser(), f"/proposals/{there.proposal}"
    wrong = await tom.send("/groups/new", {"title": "", "name": "row", "kind": "group"})
    assert wrong.status_code == 422
    words = {"title": "The Row", "name": "row", "kind": "group", "description": "", "mandate": "Show of hands."}
    assert (await tom.send("/groups/new", words)).headers["location"].startswith("/organisations/row/settings")
    await tom.send("/organisations/row/invites", {"role": "steward"}, "/organisations/row/settings")
    code = (await rows("SELECT code FROM invites WHERE organisation_id IS NOT NULL"))[0]["code"]
    assert "Join The Row at Canal Row" in (await nia.get(f"/join/{code}")).text
    joined = await nia.send(
        f"/join/{code}", {"display_name": "Nia", "name": "nia", "password": "four slow herons", "email": ""}
    )
    assert joined.status_code == 303
    settings = (await nia.get("/organisations/row/settings")).text
    assert settings.count("Take out") == 2

    text = (await nia.get(page)).text
    assert "Write as" in text
    group_id = str((await rows("SELECT id FROM accounts WHERE name = 'row'"))[0]["id"])
    await nia.send(f"/posts/{there.proposal}/reply", {"text": "So say all of us.", "as": group_id}, page)
    missing = await nia.send(f"{page}/endorse", {"organisation": group_id, "mandate": ""}, page)
    assert missing.status_code == 422
    await nia.send(f"{page}/endorse", {"organisation": group_id, "mandate": "9 of 11 on Tuesday"}, page)
    text = (await site.browser().get(page)).text
    assert "9 of 11 on Tuesday" in text
    assert "So say all of us." in text
    assert "Nia" not in text
    assert "9 of 11 on Tuesday" in (await site.browser().get("/organisations/row")).text
    spoken = (await tom.get("/organisations/row/settings")).text
    assert "So say all of us." in spoken.partition('id="spoken"')[2]
    await nia.send(f"{page}/endorse/withdraw", {"organisation": group_id}, page)
    assert "9 of 11 on Tuesday" not in (await site.browser().get(page)).text.partition('id="timeline"')[0]


async def test_speaking_for_a_group_that_is_not_ones_own_is_refused(site: Site, there: Furnished) -> None:
    group_id = await create_organisation(site.people["tom"], "row", OrganisationDraft("The Row"), keys=await no_keys())
    rosa, page = await signed_in(site, "rosa"), f"/proposals/{there.proposal}"
    refused = await rosa.send(f"/posts/{there.proposal}/reply", {"text": "In their name.", "as": str(group_id)}, page)
    assert refused.status_code == 422
    assert "In their name." in refused.text
    assert await rows("SELECT 1 AS one FROM posts WHERE account_id = ?", [group_id]) == []
    settings = await rosa.get("/organisations/row/settings")
    assert settings.status_code == 403
    for path in ("settings", "people", "invites", "invites/revoke"):
        assert (await rosa.send(f"/organisations/row/{path}", {"title": "Mine"}, page)).status_code == 403


async def test_who_wrote_in_its_name_is_for_its_stewards_alone(site: Site, there: Furnished) -> None:
    tom, rosa = site.people["tom"], site.people["rosa"]
    group_id = await create_organisation(tom, "row", OrganisationDraft("The Row"), keys=await no_keys())
    await claim_membership(rosa, group_id)
    await confirm_membership(tom, group_id, rosa.account_id)
    said = await publish_post(
        await speaking_for(tom, group_id), PostDraft(source="All of us.", in_reply_to_id=there.proposal)
    )
    admin = (await (await signed_in(site, "joyce")).get("/organisations/row/settings")).text
    assert "All of us." not in admin, "an admin looks after it, and still does not see who wrote"
    assert "All of us." in (await (await signed_in(site, "tom")).get("/organisations/row/settings")).text
    assert (await (await signed_in(site, "rosa")).get("/organisations/row/settings")).status_code == 403
    assert "Tom Asher" not in (await site.browser().get(f"/posts/{said}")).text


async def test_belonging_shows_on_both_pages_once_both_say_so(site: Site, there: Furnished) -> None:
    await create_organisation(site.people["tom"], "row", OrganisationDraft("The Row"), keys=await no_keys())
    rosa, tom = await signed_in(site, "rosa"), await signed_in(site, "tom")
    await rosa.send("/organisations/row/claim", {}, "/organisations/row")
    assert "The Row" not in (await site.browser().get("/@rosa")).text
    assert "Says that they belong" in (await tom.get("/organisations/row/settings")).text
    account = str(site.people["rosa"].account_id)
    await tom.send("/organisations/row/people", {"account": account}, "/organisations/row/settings")
    profile = (await site.browser().get("/@rosa")).text
    assert "The Row" in profile
    assert "both say so" in profile
    assert "Rosa Marchetti" in (await site.browser().get("/organisations/row")).text
    unknown = await tom.send("/organisations/row/people", {"person": "nobody"}, "/organisations/row/settings")
    assert unknown.status_code == 422
    await rosa.send("/organisations/row/leave", {}, "/organisations/row")
    assert "The Row" not in (await site.browser().get("/@rosa")).text


async def test_a_member_takes_up_a_link_into_a_group(site: Site, there: Furnished) -> None:
    await create_organisation(site.people["tom"], "row", OrganisationDraft("The Row"), keys=await no_keys())
    tom, rosa = await signed_in(site, "tom"), await signed_in(site, "rosa")
    await tom.send("/organisations/row/invites", {"role": "member"}, "/organisations/row/settings")
    code = (await rows("SELECT code FROM invites WHERE organisation_id IS NOT NULL"))[0]["code"]
    assert "Join as Rosa Marchetti" in (await rosa.get(f"/join/{code}")).text
    assert (await rosa.send(f"/join/{code}/group", {}, f"/join/{code}")).status_code == 303
    assert "Rosa Marchetti" in (await site.browser().get("/organisations/row")).text
    visitor = await site.browser().send(f"/join/{code}/group", {}, f"/join/{code}")
    assert visitor.headers["location"].startswith("/sign-in")
