"""The admin's pages on other servers: how they fare, what is decided, lists as files, what was given up."""

import httpx
import pytest

from server.actions.actors import record_account
from server.effects import audit
from server.effects.table import TABLE
from server.queries import domains
from server.queries.letters import letters
from server.rules.drafts import AccountDraft
from server.rules.events.moderation import DeliveriesDropped, DeliveriesRetried
from server.rules.permissions import OPERATOR
from server.storage.models.work import PARKED, WAITING
from server.storage.sql import execute, rows
from tests.web.site import Browser, Site

PAGES = ("/admin/peers", "/admin/queue", "/admin/blocks")


async def upload(browser: Browser, files: dict[str, tuple[str, bytes]]) -> httpx.Response:
    form = {"csrf": await browser.token("/admin/blocks"), "kind": "blocks"}
    return await browser.client.post("/admin/blocks/preview", data=form, files=files or {"other": ("a", b"")})


async def furnish() -> None:
    await execute(
        "INSERT INTO activities (id, uri, account_id, object_uri, body, created_at)"
        " VALUES (1, 'https://us.example/a/1', 1, 'https://us.example/posts/1', ?, 1)",
        [b"{}"],
    )
    for number in range(1, 61):
        await execute(
            "INSERT INTO deliveries (id, activity_id, host, inbox, chain, sender_account_id, state, attempts, run_at,"
            " last_error, created_at, lock) VALUES (?, 1, ?, ?, 'https://us.example/posts/1', 1, ?, 3, 5, ?, 1, '')",
            [
                number,
                "down.example",
                f"https://down.example/{number}",
                PARKED if number > 5 else WAITING,
                "it <never> answers",
            ],
        )
    for number in range(60):
        await execute("INSERT INTO hosts (domain, first_seen, failures) VALUES (?, 1, 0)", [f"h{number:02}.example"])
    await execute("INSERT INTO hosts (domain, first_seen, failures) VALUES ('down.example', 1, 9)")


@pytest.mark.parametrize("path", PAGES)
async def test_only_admins_see_how_other_servers_fare(site: Site, path: str) -> None:
    for name, status in (("joyce", 200), ("tom", 403), ("rosa", 403)):
        browser = site.browser()
        await browser.sign_in(name)
        assert (await browser.get(path)).status_code == status, name
    assert (await site.browser().get(path)).status_code == 303


async def test_servers_are_found_and_paged_and_one_says_all_that_is_known_of_it(site: Site) -> None:
    await furnish()
    browser = site.browser()
    await browser.sign_in("joyce")
    first = (await browser.get("/admin/peers")).text
    assert first.index("down.example") < first.index("h00.example")
    assert "h59.example" not in first
    assert "h59.example" in (await browser.get("/admin/peers?page=2")).text
    assert "h59.example" in (await browser.get("/admin/peers?q=h59")).text
    assert "h00.example" not in (await browser.get("/admin/peers?state=trouble")).text
    one = (await browser.get("/admin/peers/down.example")).text
    assert "it &lt;never&gt; answers" in one
    assert (await browser.get("/admin/peers/never.example")).status_code == 404
    for odd in ("?page=0", "?page=x", "?state=odd", "?q=%25"):
        assert (await browser.get(f"/admin/peers{odd}")).status_code == 200


async def test_dead_letters_are_shown_requeued_and_dropped_and_each_act_is_in_the_audit_log(site: Site) -> None:
    await furnish()
    browser = site.browser()
    await browser.sign_in("joyce")
    assert 'rel="next"' in (await browser.get("/admin/queue")).text
    assert (await browser.send("/admin/queue/retry", {"id": "60"}, page="/admin/queue")).status_code == 303
    assert (await browser.send("/admin/queue/drop", {"id": "59"}, page="/admin/queue")).status_code == 303
    assert {each.id for each in await letters(dead=True, limit=99)} == set(range(6, 59))
    assert 60 in {each.id for each in await letters(dead=False, limit=99)}
    assert (await browser.send("/admin/queue/retry", {"all": "1"}, page="/admin/queue")).status_code == 303
    assert await letters(dead=True) == []
    path = "/admin/peers/down.example"
    assert (await browser.send(f"{path}/retry", {}, page=path)).status_code == 303
    acts = [row["kind"] for row in await rows("SELECT kind FROM jobs WHERE queue = 'effects'")]
    assert (acts.count("DeliveriesRetried"), acts.count("DeliveriesDropped")) == (3, 1)
    assert audit.entered in TABLE[DeliveriesRetried]
    assert audit.entered in TABLE[DeliveriesDropped]
    assert (await browser.send("/admin/queue/drop", {"id": "59"}, page="/admin/queue")).status_code == 404


async def test_a_list_is_looked_at_before_it_is_taken_in(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    content = (
        b"#domain,#severity,#public_comment\nspam.example,suspend,<b>ads</b>\nloud.example,silence,\nno domain,,\n"
    )
    looked = await upload(browser, {"file": ("blocks.csv", content)})
    assert looked.status_code == 200
    assert "spam.example" in looked.text
    assert "&lt;b&gt;ads" in looked.text
    assert await domains.blocked() == []
    form = {"kind": "blocks", "list": content.decode()}
    assert (await browser.send("/admin/blocks/import", form, page="/admin/blocks")).status_code == 303
    assert "<progress" in (await browser.get("/admin/blocks")).text
    assert len(await rows("SELECT id FROM jobs WHERE queue = 'peers'")) == 1
    assert (await upload(browser, {})).status_code == 422
    assert (await upload(browser, {"file": ("x.csv", b"no domain")})).status_code == 422


async def test_a_decision_is_made_changed_taken_back_and_given_as_a_file(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    form = {"domain": "loud.example", "policy": "limit", "reject_media": "1", "public_comment": "Loud"}
    assert (await browser.send("/admin/blocks", form)).status_code == 303
    assert (await domains.stance("a.loud.example")).reject_media
    listed = (await browser.get("/admin/blocks/blocks.csv")).text
    assert listed.splitlines()[1] == "loud.example,silence,True,False,Loud,False"
    assert (
        await browser.send("/admin/blocks/remove", {"domain": "loud.example"}, page="/admin/blocks")
    ).status_code == 303
    assert await domains.blocked() == []
    assert (await browser.send("/admin/blocks", {**form, "policy": "odd"})).status_code == 422


async def test_new_servers_wait_where_an_admin_wants_it_and_are_let_in_by_one_button(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    form = {"federation": "quarantine", "blocks_shown": "members"}
    assert (await browser.send("/admin/blocks/federation", form, page="/admin/blocks")).status_code == 303
    await execute("INSERT INTO domains (domain, policy, created_by, created_at) VALUES ('new.example', 'held', 0, 1)")
    assert "New servers that ask to be let in" in (await browser.get("/admin")).text
    assert "new.example" in (await browser.get("/admin/blocks")).text
    assert (await browser.send("/admin/blocks", {"domain": "new.example", "policy": "allow"})).status_code == 303
    assert await domains.verdict("new.example") == "open"
    wrong = await browser.send("/admin/blocks/federation", {"federation": "odd"}, page="/admin/blocks")
    assert wrong.status_code == 422


async def test_a_purge_needs_a_tick_and_shows_how_far_it_is(site: Site) -> None:
    await furnish()
    browser = site.browser()
    await browser.sign_in("joyce")
    path = "/admin/peers/down.example"
    assert (await browser.send(f"{path}/purge", {}, page=path)).status_code == 303
    assert await domains.under_way() == []
    assert (await browser.send(f"{path}/purge", {"sure": "1"}, page=path)).status_code == 422, "nobody is known there"
    uri = "https://down.example/users/n"
    draft = AccountDraft(uri=uri, url=uri, kind="person", name="n", domain="down.example", inbox=uri)
    await record_account(OPERATOR, draft)
    assert (await browser.send(f"{path}/purge", {"sure": "1"}, page=path)).status_code == 303
    assert "<progress" in (await browser.get(path)).text


async def test_a_member_hides_a_server_on_a_page_and_shows_it_again(site: Site) -> None:
    browser, path = site.browser(), "/settings/servers"
    await browser.sign_in("rosa")
    assert (await browser.send(path, {"domain": "https://Spam.Example/"})).status_code == 303
    assert "<bdi>spam.example</bdi>" in (await browser.get(path)).text
    assert (await browser.send(path, {"domain": "no domain"})).status_code == 422
    assert (await browser.send(f"{path}/remove", {"domain": "spam.example"}, page=path)).status_code == 303
    assert "spam.example</bdi>" not in (await browser.get(path)).text
