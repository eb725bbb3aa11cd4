"""Saying on the web that two proposals are about the same barrier, and the hint that leads there."""

from server.actions.proposals import publish_proposal
from server.rules.drafts import ProposalDraft
from server.storage import search
from tests.web.furnish import furnish
from tests.web.site import Site

NEAR = "Tenants must prove damp and mould before repair"


async def another(site: Site, title: str = NEAR) -> int:
    made = await publish_proposal(site.people["tom"], ProposalDraft(title, (("seen", "Mould."), ("change", "Less."))))
    await search.put(made, title, "Mould.")
    return made


async def test_the_author_says_it_and_takes_it_back(site: Site) -> None:
    things = await furnish(site)
    other = await another(site)
    browser = site.browser()
    await browser.sign_in("rosa")
    page = f"/proposals/{things.proposal}"
    path = f"{page}/same"
    assert NEAR in (await browser.get(path)).text
    assert (await browser.send(path, {"other": "nowhere"})).status_code == 422
    assert "done=linked-barrier" in (await browser.send(path, {"id": str(other)})).headers["location"]
    shown = (await site.browser().get(page)).text
    assert "The other side has not said so yet." in shown
    assert "They are not the same" not in shown
    await browser.send(path, {"uri": f"{site.settings.origin}/proposals/{other}", "do": "undo"})
    assert "The other side has not said so yet." not in (await site.browser().get(page)).text


async def test_what_a_steward_wishes_is_for_those_who_can_answer_it(site: Site) -> None:
    things = await furnish(site)
    other = await another(site, "Something else")
    steward, author = site.browser(), site.browser()
    await steward.sign_in("joyce")
    await author.sign_in("rosa")
    page = f"/proposals/{things.proposal}"
    answer = await steward.send(f"{page}/same", {"id": str(other)})
    assert "told-barrier" in answer.headers["location"]
    assert "Something else" in (await author.get(page)).text
    assert "Something else" not in (await site.browser().get(page)).text
    assert (await steward.send(f"{page}/same", {"id": str(other)})).status_code == 422


async def test_what_was_written_is_added_to_the_other_one_instead(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    form = {"title": "Tenants must prove damp", "seen": "Our street too.", "do": f"add-{things.proposal}"}
    answer = await browser.send("/proposals/new", form)
    where = answer.headers["location"]
    assert where.startswith(f"/proposals/{things.proposal}/add/corroboration?draft=")
    assert "Our street too." in (await browser.get(where)).text
    other = site.browser()
    await other.sign_in("joyce")
    assert "Our street too." not in (await other.get(where)).text
