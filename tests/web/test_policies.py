"""The pages of rules, and naming one while writing."""

from server.queries import policies
from tests.web.furnish import furnish
from tests.web.site import Browser, Site


async def written(browser: Browser, **page_2: str) -> str:
    """A proposal raised through the form; the path of its page."""
    first = await browser.send("/proposals/new", {"title": "The lift engineer waits", "seen": "One bulb."})
    second = first.headers["location"]
    answers = {"rule": "Not sure", "change": "Let caretakers do it.", "topic": "plain-letters", **page_2}
    checked = await browser.send(second, answers)
    check = checked.headers["location"]
    raised = await browser.send(check.replace("/check", "/raise"), {}, page=check)
    assert raised.status_code == 303, raised.text
    return raised.headers["location"].partition("?")[0]


async def test_a_rule_is_named_while_writing_and_then_chosen_from_the_list(site: Site) -> None:
    await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    path = await written(browser, policy_name="Lift contract, page 3")
    (rule,) = await policies.listed("Lift contract")
    assert "Lift contract, page 3" in (await browser.get(path)).text
    await written(browser, policy=str(rule.id))
    page = (await site.browser().get(f"/policies/{rule.id}")).text
    assert page.count("The lift engineer waits") == 2
    assert "Lift contract, page 3" in (await site.browser().get("/policies?q=LIFT")).text
    assert "Lift contract, page 3" not in (await site.browser().get("/policies?q=100%25")).text


async def test_what_was_chosen_stays_ticked_and_can_be_unticked(site: Site) -> None:
    await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    path = await written(browser, policy_name="Lift contract")
    (rule,) = await policies.listed("Lift contract")
    draft = (await browser.send(f"{path}/edit", {}, page=path)).headers["location"]
    assert f'name="policy-{rule.id}"' in (await browser.get(f"{draft}/2")).text
    await browser.send(f"{draft}/2", {"rule": "Not sure", "change": "Let them.", "topic": "plain-letters"})
    await browser.send(f"{draft}/raise", {}, page=f"{draft}/check")
    assert "Lift contract" not in (await browser.get(path)).text


async def test_a_steward_describes_a_rule_and_a_member_cannot(site: Site) -> None:
    await furnish(site)
    steward, member = site.browser(), site.browser()
    await steward.sign_in("tom")
    await member.sign_in("rosa")
    assert (await member.get("/policies/new")).status_code == 403
    wrong = await steward.send("/policies/new", {"name": "", "kind": "law"})
    assert wrong.status_code == 422
    made = await steward.send("/policies/new", {"name": "Housing Act", "kind": "law", "owner_name": "The ministry"})
    path = made.headers["location"].partition("?")[0]
    described = {
        "name": "Housing Act",
        "kind": "law",
        "easy": "You can ask for a home.",
        "web_url": "https://a.example/",
    }
    assert (await steward.send(f"{path}/edit", described)).status_code == 303
    shown = (await site.browser().get(path)).text
    assert "You can ask for a home." in shown
    assert "Describe this rule" not in shown
    assert (await member.get(f"{path}/edit")).status_code == 403
    for feed in ("/policies/feed.atom", f"{path}/feed.atom"):
        answer = await site.browser().get(feed)
        assert answer.status_code == 200
        assert "Housing Act" in answer.text
    assert (await steward.send(f"{path}/delete", {}, page=path)).status_code == 303
    assert (await site.browser().get(path)).status_code == 404
