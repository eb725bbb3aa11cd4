"""The pages about moving, and about keys."""

from server.queries import members
from server.queries.keys import signer_of
from server.storage.sql import execute, rows
from tests.web.site import PASSWORD, Site


async def test_an_alias_is_a_handle_that_can_be_found(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    for handle, why in (("@nobody@nowhere.example", "We found nobody there"), ("@rosa", "another account of yours")):
        answer = await browser.send("/settings/moving/alias", {"alias": handle}, page="/settings/moving")
        assert answer.status_code == 422
        assert why in answer.text
    assert (await browser.send("/settings/moving/alias", {"alias": "@tom"}, page="/settings/moving")).status_code == 303
    text = (await browser.get("/settings/moving")).text
    tom = await members.by_name("tom")
    assert tom is not None
    assert f"@tom@{site.settings.domain}" in text
    form = {"alias": tom.account.uri}
    assert (await browser.send("/settings/moving/alias/remove", form, page="/settings/moving")).status_code == 303
    assert f"@tom@{site.settings.domain}" not in (await browser.get("/settings/moving")).text


async def test_a_move_needs_the_password_and_an_account_that_names_this_one(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    wrong = await browser.send("/settings/moving", {"target": "@tom", "password": "guessed"})
    assert wrong.status_code == 422
    assert "This is not your password now" in wrong.text
    mine = {"target": "@tom", "password": PASSWORD}
    refused = await browser.send("/settings/moving", mine)
    assert refused.status_code == 422
    assert "does not say yet" in refused.text
    rosa = await members.by_name("rosa")
    assert rosa is not None
    await execute("UPDATE accounts SET also_known_as = ? WHERE name = 'tom'", [f'["{rosa.account.uri}"]'])
    assert (await browser.send("/settings/moving", mine)).status_code == 303
    assert "You have moved to" in (await browser.get("/settings/moving")).text
    assert "has moved to @tom" in (await site.browser().get("/@rosa")).text
    assert (await browser.send("/settings/moving/back", {}, page="/settings/moving")).status_code == 303
    assert "has moved to @tom" not in (await site.browser().get("/@rosa")).text


async def test_an_admin_makes_new_keys_and_nobody_else_does(site: Site) -> None:
    rosa = await members.by_name("rosa")
    assert rosa is not None
    before = await signer_of(rosa.account.id)
    browser = site.browser()
    await browser.sign_in("joyce")
    assert "rosa" in (await browser.get("/admin/keys")).text
    unknown = await browser.send("/admin/keys", {"name": "nobody"})
    assert unknown.status_code == 422
    assert "Nobody of that name is here" in unknown.text
    assert (await browser.send("/admin/keys", {"name": "@rosa"})).status_code == 303
    assert await signer_of(rosa.account.id) != before
    assert len(await rows("SELECT uri FROM keys WHERE account_id = ?", [rosa.account.id])) == 4
    steward = site.browser()
    await steward.sign_in("tom")
    assert (await steward.get("/admin/keys")).status_code == 403
