"""What stewards and admins do, and what every page says about the instance."""

from dataclasses import replace
from pathlib import Path

from server.actions.instance import set_up
from server.queries import instance, members
from server.rules.permissions import OPERATOR
from tests.web.site import Site, fresh_site, no_keys
from tests.web.test_signing_in import SET_UP


async def test_a_set_up_that_fails_half_way_leaves_the_page_open(tmp_path: Path) -> None:
    async with fresh_site(tmp_path) as site:
        browser = site.browser()
        long = {**SET_UP, "description": "x" * 501}
        assert (await browser.send("/set-up", long)).status_code == 422
        assert not await members.any_admin()
        assert (await instance.get()).organisation is None
        assert (await browser.send("/set-up", SET_UP)).status_code == 303
        assert (await site.browser().get("/set-up")).status_code == 410


async def test_an_admin_names_the_organisation_where_none_was_named(tmp_path: Path) -> None:
    async with fresh_site(tmp_path) as site:
        await site.join("joyce", "admin", "Joyce Patterson")
        browser = site.browser()
        await browser.sign_in("joyce")
        assert 'name="organisation"' in (await browser.get("/admin/site")).text
        form = {"title": "Canal Row", "organisation": "canal_row", "description": "Homes", "accent": "moss"}
        assert (await browser.send("/admin/site", form)).status_code == 303
        assert (await site.browser().get("/organisations/canal_row")).status_code == 200
        assert 'name="organisation"' not in (await browser.get("/admin/site")).text
        assert (await instance.get()).accent == "moss"


async def test_a_steward_makes_and_changes_topics_but_links_none(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("tom")
    form = {"name": "Lifts", "slug": "lifts", "description": "That stand still."}
    assert (await browser.send("/admin/topics", form)).status_code == 303
    assert (await browser.send("/admin/topics/lifts", {"name": "Lifts and stairs"})).status_code == 303
    text = (await browser.get("/admin/topics")).text
    assert "Lifts and stairs" in text
    assert "/admin/topics/lifts/link" not in text
    link = {"url-lifts": "https://elm.example/topics/lifts"}
    assert (await browser.send("/admin/topics/lifts/link", link, page="/admin/topics")).status_code == 403


async def test_a_block_takes_what_is_pasted(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    assert (await browser.send("/admin/blocks", {"domain": "https://Spam.Example/@mallory"})).status_code == 303
    assert "<strong>spam.example</strong>" in (await browser.get("/admin/blocks")).text
    wrong = await browser.send("/admin/blocks", {"domain": "no domain"})
    assert wrong.status_code == 422
    assert "Write the domain alone" in wrong.text


async def test_the_organisations_own_words_stand_on_privacy_and_accessibility(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("joyce")
    form = {"title": "Canal Row", "privacy": "We keep **nothing**.", "accessibility": "Ring us."}
    assert (await browser.send("/admin/site", form)).status_code == 303
    visitor = site.browser()
    privacy, accessibility = await visitor.get("/privacy"), await visitor.get("/accessibility")
    assert "<strong>nothing</strong>" in privacy.text
    assert "One cookie" not in privacy.text
    assert "Ring us." in accessibility.text


async def test_counts_are_a_minute_old_at_most(site: Site) -> None:
    now = 1_800_000_000_000
    site.database.clock = lambda: now
    before = await instance.get()
    await site.join("amir", "member", "Amir")
    assert await instance.get() == before
    now += 60_000
    assert await instance.get() == replace(before, members_count=before.members_count + 1)


async def test_counts_are_kept_for_each_database(tmp_path: Path) -> None:
    async with fresh_site(tmp_path / "oak") as oak:
        await oak.set_up()
        assert (await instance.get()).members_count == 3
        async with fresh_site(tmp_path / "ash"):
            assert (await instance.get()).members_count == 0
        await set_up(OPERATOR, title="Oak", name="oak", description="", keys=await no_keys())
        assert (await instance.get()).members_count == 3
