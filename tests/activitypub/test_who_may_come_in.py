"""Where not everybody may come in: what the inbox answers, and that nobody is asked for anything."""

from server.actions.domains import decide_domain, set_federation, unblock_domain
from server.queries import domains
from server.remote.media import fetch_picture
from server.rules.domains import DomainRule
from server.rules.permissions import OPERATOR
from tests.elsewhere import Here


async def test_a_new_server_is_told_to_come_again_until_an_admin_lets_it_in(here: Here) -> None:
    await set_federation(OPERATOR, "quarantine", "nobody")
    nadia = here.stranger("nadia", "news.elm.example")
    activity = nadia.create(nadia.note("1"))
    answer = await here.post(nadia, activity)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3600")
    assert here.elsewhere.asked == []
    assert [each.domain for each in await domains.decided("held")] == ["elm.example"]
    await decide_domain(OPERATOR, DomainRule("elm.example", "allow"))
    assert (await here.post(nadia, activity)).status_code == 202


async def test_a_server_that_is_not_on_the_list_is_refused_for_good(here: Here) -> None:
    await set_federation(OPERATOR, "allow_list", "nobody")
    nadia, bo = here.stranger("nadia"), here.stranger("bo", "ash.example")
    await decide_domain(OPERATOR, DomainRule("ash.example", "allow"))
    assert (await here.post(nadia, nadia.create(nadia.note("1")))).status_code == 403
    assert here.elsewhere.asked == []
    assert await domains.decided("held") == []
    assert (await here.post(bo, bo.create(bo.note("1")))).status_code == 202


async def test_a_limited_server_is_taken_from(here: Here) -> None:
    await decide_domain(OPERATOR, DomainRule("elm.example", "limit"))
    nadia = here.stranger("nadia")
    assert (await here.post(nadia, nadia.create(nadia.note("1")))).status_code == 202


async def test_reports_from_a_server_whose_reports_are_not_wanted_are_passed_over(here: Here) -> None:
    amina = await here.member("amina")
    uri = (await here.one("SELECT uri FROM accounts WHERE id = ?", amina.account_id))["uri"]
    moderator = here.stranger("moderator", type="Application")
    await decide_domain(OPERATOR, DomainRule("elm.example", "none", reject_reports=True))
    await here.receive(moderator, moderator.does("Flag", [uri], "1", content="Spam"))
    assert await here.count("reports") == 0
    await decide_domain(OPERATOR, DomainRule("elm.example", "none"))
    await here.receive(moderator, moderator.does("Flag", [uri], "2", content="Spam"))
    assert await here.count("reports") == 1


async def test_pictures_of_a_server_whose_pictures_are_not_wanted_are_not_asked_for(here: Here) -> None:
    nadia = here.stranger("nadia", icon={"type": "Image", "url": "https://elm.example/nadia.png"})
    await here.post(nadia, nadia.create(nadia.note("1")))
    picture = (await here.one("SELECT id FROM media"))["id"]
    await decide_domain(OPERATOR, DomainRule("elm.example", "none", reject_media=True))
    await fetch_picture(here.remote.fresh(), picture)
    assert "https://elm.example/nadia.png" not in here.elsewhere.asked
    await unblock_domain(OPERATOR, "elm.example")
    await fetch_picture(here.remote.fresh(), picture)
    assert "https://elm.example/nadia.png" in here.elsewhere.asked
