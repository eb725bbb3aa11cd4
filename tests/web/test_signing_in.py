"""Setting up, joining, signing in and out."""

from pathlib import Path

import pytest

from server.actions import invites
from server.actions import members as member_actions
from server.rules.permissions import OPERATOR
from tests.web.site import CODE, Site, fresh_site

SET_UP = {
    "code": CODE,
    "title": "Hearthline Housing Advice",
    "organisation": "hearthline",
    "description": "We help people keep their homes",
    "display_name": "Amira N.",
    "name": "amira",
    "email": "amira@example.org",
    "password": "three quiet herons",
}


async def test_the_first_visitor_with_the_code_becomes_admin_and_the_page_closes(tmp_path: Path) -> None:
    async with fresh_site(tmp_path) as site:
        browser = site.browser()
        assert (await browser.get("/")).headers["location"] == "/set-up"
        wrong = await browser.send("/set-up", {**SET_UP, "code": "a-guess"})
        assert wrong.status_code == 422
        assert "This is not the code" in wrong.text
        done = await browser.send("/set-up", SET_UP)
        assert done.status_code == 303
        assert (await browser.get("/admin/topics")).status_code == 200
        assert (await site.browser().get("/set-up")).status_code == 410
        assert (await site.browser().send("/set-up", SET_UP, page="/sign-in")).status_code == 410


@pytest.mark.parametrize("login", ["rosa", "rosa@example.org", "@Rosa", "ROSA@EXAMPLE.ORG"])
async def test_a_member_signs_in_with_name_or_email(site: Site, login: str) -> None:
    browser = site.browser()
    answer = await browser.sign_in(login)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Rosa" not in answer.text
    assert (await browser.get("/settings/profile")).status_code == 200


async def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(site: Site) -> None:
    texts = []
    for name, password in (("rosa", "not her password"), ("nobody", "three quiet herons")):
        answer = await site.browser().sign_in(name, password)
        assert answer.status_code == 422
        texts.append(answer.text.partition('class="error"')[2].partition("</p>")[0])
    assert texts[0] == texts[1] != ""


async def test_signing_in_changes_the_token_and_signing_out_ends_it(site: Site) -> None:
    browser = site.browser()
    name = site.settings.session_cookie
    await browser.sign_in("rosa")
    first = browser.client.cookies[name]
    await browser.send("/sign-out", {}, page="/settings/sessions")
    assert name not in browser.client.cookies
    browser.client.cookies.set(name, first)
    assert (await browser.get("/settings/profile")).status_code == 303


async def test_a_visitor_is_sent_to_sign_in_and_comes_back(site: Site) -> None:
    browser = site.browser()
    sent = await browser.get("/proposals/new?topic=x")
    assert sent.headers["location"] == "/sign-in?next=%2Fproposals%2Fnew%3Ftopic%3Dx"
    form = {"email": "rosa", "password": "three quiet herons", "next": "/proposals/new?topic=x"}
    assert (await browser.send("/sign-in", form)).headers["location"] == "/proposals/new?topic=x"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/\t/x"]
)
async def test_nobody_is_sent_to_another_site_after_signing_in(site: Site, target: str) -> None:
    form = {"email": "rosa", "password": "three quiet herons", "next": target}
    assert (await site.browser().send("/sign-in", form)).headers["location"] == "/"


async def test_a_sign_in_link_works_once_and_sets_a_new_password(site: Site) -> None:
    token = await member_actions.create_login_link(OPERATOR, "rosa")
    path = f"/sign-in/link/{token}"
    assert (await site.browser().send(path, {"password": "short"})).status_code == 422
    assert (await site.browser().send(path, {"password": "a lamp in the hall"})).status_code == 303
    assert (await site.browser().send(path, {"password": ""})).status_code == 422
    assert (await site.browser().sign_in("rosa", "a lamp in the hall")).status_code == 303


async def test_an_invitation_makes_a_member_and_is_used_up(site: Site) -> None:
    code = await invites.create_invite(OPERATOR, uses=1)
    form = {"display_name": "Dilys M.", "name": "dilys", "email": "dilys@example.org", "password": "three quiet herons"}
    assert (await site.browser().send(f"/join/{code}", {**form, "name": "ro sa"})).status_code == 422
    browser = site.browser()
    assert (await browser.send(f"/join/{code}", form)).status_code == 303
    assert (await browser.get("/settings/profile")).status_code == 200
    assert "does not work" in (await site.browser().get(f"/join/{code}")).text


async def test_everything_to_put_right_is_said_at_once_and_a_capital_in_a_name_is_none(site: Site) -> None:
    code = await invites.create_invite(OPERATOR, uses=1)
    browser = site.browser()
    empty = await browser.send(f"/join/{code}", {"name": "Dilys", "password": "short"})
    assert empty.status_code == 422
    for field in ("display_name", "password"):
        assert f'<a href="#{field}">' in empty.text
    assert '<a href="#name">' not in empty.text
    german = await browser.client.post(
        f"/join/{code}", headers={"Accept-Language": "de"}, data={"csrf": await browser.token("/sign-in")}
    )
    assert "Passwort mit mindestens 10 Zeichen" in german.text
    form = {"display_name": "Dilys M.", "name": "Dilys", "email": "dilys@example.org", "password": "three quiet herons"}
    assert (await browser.send(f"/join/{code}", form)).headers["location"] == "/?done=welcome"
    assert "Welcome. You are signed in." in (await browser.get("/?done=welcome")).text


async def test_a_suspended_member_is_signed_out_and_comes_back_only_to_read_why(site: Site) -> None:
    rosa, joyce = site.browser(), site.browser()
    await rosa.sign_in("rosa")
    await joyce.sign_in("joyce")
    path = f"/moderation/accounts/{site.people['rosa'].account_id}"
    form = {"do": "suspend", "reason": "abuse", "sentence": "Three insults in a day."}
    assert (await joyce.send(path, form)).status_code == 303
    assert (await rosa.get("/settings/profile")).status_code == 303
    back = await rosa.sign_in("rosa")
    assert (back.status_code, back.headers["location"]) == (303, "/moderation/yours")
    assert "Three insults in a day." in (await rosa.get("/moderation/yours")).text
    assert (await rosa.get("/sign-in")).headers["location"] == "/moderation/yours"
    for shut in ("/settings/profile", "/notifications", "/proposals/new", "/kept"):
        assert (await rosa.get(shut)).status_code == 303, shut
    assert (await rosa.send("/sign-out", {}, page="/moderation/yours")).status_code == 303
    assert (await rosa.get("/moderation/yours")).headers["location"].startswith("/sign-in")


async def test_a_new_password_ends_the_other_sign_ins(site: Site) -> None:
    here, there = site.browser(), site.browser()
    await here.sign_in("rosa")
    await there.sign_in("rosa")
    form = {"old": "three quiet herons", "password": "a lamp in the hall"}
    assert (await here.send("/settings/account/password", form, page="/settings/account")).status_code == 303
    assert (await here.get("/settings/profile")).status_code == 200
    assert (await there.get("/settings/profile")).status_code == 303


class TestForms:
    async def test_a_form_without_the_token_is_refused(self, site: Site) -> None:
        browser = site.browser()
        await browser.sign_in("rosa")
        assert (await browser.client.post("/sign-out", data={})).status_code == 403
        assert (await browser.client.post("/sign-out", data={"csrf": "x" * 32})).status_code == 403

    @pytest.mark.parametrize(
        "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    )
    async def test_a_form_from_another_site_is_refused_even_with_the_token(
        self, site: Site, headers: dict[str, str]
    ) -> None:
        browser = site.browser()
        await browser.sign_in("rosa")
        form = {"csrf": await browser.token("/settings/sessions")}
        assert (await browser.client.post("/sign-out", data=form, headers=headers)).status_code == 403

    async def test_the_token_of_one_visitor_does_not_fit_another(self, site: Site) -> None:
        mine, theirs = site.browser(), site.browser()
        await theirs.get("/sign-in")
        form = {"csrf": await mine.token("/sign-in"), "email": "rosa", "password": "three quiet herons"}
        assert (await theirs.client.post("/sign-in", data=form)).status_code == 403


class TestHeaders:
    async def test_pages_have_a_strict_policy_and_sign_in_leaves_the_way_to_apps_open(self, site: Site) -> None:
        page, sign_in = await site.browser().get("/topics"), await site.browser().get("/sign-in")
        assert "form-action 'self'" in page.headers["content-security-policy"]
        assert page.headers["cross-origin-opener-policy"] == "same-origin"
        assert "form-action" not in sign_in.headers["content-security-policy"]
        assert "cross-origin-opener-policy" not in sign_in.headers
        for answer in (page, sign_in):
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert "strict-transport-security" not in answer.headers
