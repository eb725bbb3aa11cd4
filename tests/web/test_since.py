"""What is new since a member last looked, and "is it so where you are?"."""

from server.actions.comments import publish_comment
from server.actions.lifecycle import move_proposal
from server.actions.proposals import publish_proposal
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.lifecycle import Wanted
from server.storage.sql import execute, rows
from tests.web.site import Site
from tests.web.test_hearing_back import PARTS, an_answer


async def visits(site: Site) -> list[tuple[int, int | None]]:
    with site.database.use():
        return [(each["at"], each["before"]) for each in await rows("SELECT at, before FROM visits")]


async def test_what_others_did_since_the_last_visit_is_marked_with_a_word(site: Site) -> None:
    joyce, tom, rosa = site.people["joyce"], site.people["tom"], site.people["rosa"]
    with site.database.use():
        proposal_id = await publish_proposal(joyce, ProposalDraft("Damp is proven twice", PARTS))
    page = f"/proposals/{proposal_id}"
    browser = site.browser()
    await browser.sign_in("rosa")
    assert "since your last visit" not in (await browser.get(page)).text
    before = await visits(site)
    await browser.get(page)
    assert await visits(site) == before  # a second look within the visit writes nothing
    with site.database.use():
        await execute("UPDATE visits SET at = at - 7200000")
        await execute("UPDATE steps SET at = at - 10800000")  # raised before
        await publish_comment(rosa, PostDraft(source="My own word.", in_reply_to_id=proposal_id))
        said = await publish_comment(tom, PostDraft(source="A new word.", in_reply_to_id=proposal_id))
        await move_proposal(tom, proposal_id, "agree", Wanted("Agreed.", waived=True))
    front = (await browser.get("/")).text
    assert "Since your last visit" in front
    assert "2 new" in front
    text = (await browser.get(page)).text
    assert "2 things are new since your last visit" in text
    assert f'href="#post-{said}"' in text or 'href="#step-' in text
    assert text.count(">New</span>") == 2
    assert "Since your last visit" not in (await browser.get("/")).text
    assert "2 things are new since your last visit" in (await browser.get(page)).text  # it is the same visit still


async def test_counts_of_is_it_so_where_you_are_hide_small_numbers(site: Site) -> None:
    proposal_id = await an_answer(site)
    tom = site.people["tom"]
    page = f"/proposals/{proposal_id}"
    browser = site.browser()
    await browser.sign_in("rosa")
    assert "Is it so where you are?" not in (await browser.get(page)).text
    too_early = await browser.send(f"{page}/add/check_in", {"so": "no", "place": "Canal Row"}, page=page)
    assert too_early.status_code == 422
    with site.database.use():
        await move_proposal(tom, proposal_id, "begin", Wanted("It begins."))
    for so in ("no", "yes"):
        sent = await browser.send(f"{page}/add/check_in", {"so": so, "place": "Canal Row"}, page=page)
        assert sent.status_code == 303
    for number in range(5):
        await site.join(f"person{number}", "member", f"Person {number}")
        facts = {"so": "partly", "place": "canal row"}
        with site.database.use():
            draft = PostDraft(in_reply_to_id=proposal_id, record="check_in", facts=facts)
            await publish_comment(site.people[f"person{number}"], draft)
    text = (await site.browser().get(page)).text
    row = text[text.index('<th scope="row" data-label="Where">Canal Row') :]
    row = row[: row.index("</tr>")]
    assert row.partition('data-label="Yes"')[2].partition("</td>")[0].endswith(">&lt;5")  # their last word counts
    assert row.partition('data-label="No"')[2].partition("</td>")[0].endswith(">0")
    assert row.partition('data-label="Partly"')[2].partition("</td>")[0].endswith(">5")
