"""What members do with a button: pictures, votes, sharing, keeping, reporting."""

from server.http.body import MAX_UPLOAD
from server.ledger import notifications
from server.rules.ids import now_ms
from tests.api.pictures import png
from tests.web.furnish import furnish
from tests.web.site import Browser, Site


async def _send_file(browser: Browser, path: str, page: str, name: str, content: bytes, **more: str) -> int:
    form = {"csrf": await browser.token(page), **more}
    answer = await browser.client.post(path, data=form, files={name: ("a.png", content, "image/png")})
    return answer.status_code


async def test_a_member_adds_a_picture_with_words_and_takes_it_away(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    here = "/settings/profile"
    assert await _send_file(browser, f"{here}/avatar", here, "avatar", png(), avatar_words="Rosa at the canal") == 303
    assert 'alt="Rosa at the canal"' in (await browser.get("/users/rosa")).text
    assert await _send_file(browser, f"{here}/header", here, "header", png(600, 200)) == 303
    assert 'class="banner"' in (await site.browser().get("/users/rosa")).text
    await browser.send(f"{here}/avatar", {"do": "remove"}, page=here)
    assert "Rosa at the canal" not in (await browser.get("/users/rosa")).text


async def test_what_is_no_picture_is_refused_with_what_to_do(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    here = "/settings/profile"
    assert await _send_file(browser, f"{here}/avatar", here, "avatar", b"<svg onload=alert(1)>") == 422
    assert await _send_file(browser, f"{here}/avatar", here, "header", png()) == 422
    assert await _send_file(browser, f"{here}/avatar", here, "avatar", b"x" * (MAX_UPLOAD + 1)) == 413


async def test_only_admins_choose_the_mark_of_the_organisation(site: Site) -> None:
    member, admin = site.browser(), site.browser()
    await member.sign_in("rosa")
    assert await _send_file(member, "/admin/site/logo", "/settings/profile", "logo", png()) == 403
    await admin.sign_in("joyce")
    assert await _send_file(admin, "/admin/site/logo", "/admin/site", "logo", png(), logo_words="A canal boat") == 303
    assert 'alt="A canal boat"' in (await admin.get("/organisations/canal_row")).text


async def test_a_vote_counts_once_and_the_author_is_not_asked(site: Site) -> None:
    things = await furnish(site)
    browser, author = site.browser(), site.browser()
    await browser.sign_in("rosa")
    path = f"/posts/{things.poll}"
    assert (await browser.send(f"{path}/vote", {}, page=path)).status_code == 422
    assert (await browser.send(f"{path}/vote", {"choice": "1"}, page=path)).status_code == 303
    assert (await browser.send(f"{path}/vote", {"choice": "0"}, page="/settings/profile")).status_code == 409
    assert "1 person voted" in (await site.browser().get(path)).text
    await author.sign_in("joyce")
    assert "/vote" not in (await author.get(path)).text


async def test_sharing_and_keeping_can_be_taken_back(site: Site) -> None:
    things = await furnish(site)
    browser = site.browser()
    await browser.sign_in("tom")
    path = f"/proposals/{things.proposal}"
    for act, words in (("share", "Shared. Take it back"), ("keep", "Kept. Let it go")):
        for form, shown in (({}, True), ({}, True), ({"do": "undo"}, False)):
            answer = await browser.send(f"/posts/{things.proposal}/{act}", form, page=path)
            assert answer.headers["location"].startswith(path)
            assert (words in (await browser.get(path)).text) is shown


async def test_what_is_kept_is_for_its_owner_alone(site: Site) -> None:
    await furnish(site)
    rosa, tom = site.browser(), site.browser()
    await rosa.sign_in("rosa")
    await tom.sign_in("tom")
    assert "put a card through the door" in (await rosa.get("/kept")).text
    assert "put a card through the door" not in (await tom.get("/kept")).text
    assert (await site.browser().get("/kept")).status_code == 303


async def test_somebody_can_be_reported_without_a_post(site: Site) -> None:
    browser, steward = site.browser(), site.browser()
    await browser.sign_in("rosa")
    path = f"/accounts/{site.people['joyce'].account_id}/report"
    assert (await browser.send(path, {"category": "other", "comment": "Rude at the door."})).status_code == 303
    await steward.sign_in("tom")
    assert "Rude at the door." in (await steward.follow("/moderation")).text


async def test_a_wish_to_answer_from_here_leads_to_the_search_where_nothing_is_found(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    answer = await browser.get("/authorize_interaction?uri=https://elm.example/posts/1")
    assert answer.headers["location"] == "/search?q=https%3A%2F%2Felm.example%2Fposts%2F1"
    assert "Nothing found" in (await browser.get(answer.headers["location"])).text


async def test_people_who_do_the_same_stand_in_one_line(site: Site) -> None:
    things = await furnish(site)
    rosa = site.people["rosa"].account_id
    await site.join("amir", "member", "Amir")
    for number, (name, kind) in enumerate(
        (("joyce", "favourite"), ("tom", "favourite"), ("tom", "follow"), ("amir", "favourite"), ("joyce", "reblog"))
    ):
        about = None if kind == "follow" else things.proposal
        sender = site.people[name].account_id
        await notifications.tell([rosa], kind, from_account_id=sender, post_id=about, now=now_ms() + number)
    browser = site.browser()
    await browser.sign_in("rosa")
    text = (await browser.get("/notifications", accept_language="en")).text
    assert "Amir, Tom Asher and Joyce Patterson support what you wrote" in text
    assert "Joyce Patterson passed on what you wrote" in text
    assert "Tom Asher follows you" in text
    assert text.count("what you wrote") == 2


async def test_a_suspension_is_explained_before_the_button_and_only_to_stewards(site: Site) -> None:
    page = f"/moderation/accounts/{site.people['rosa'].account_id}"
    member, admin = site.browser(), site.browser()
    await member.sign_in("rosa")
    assert (await member.get(page)).status_code == 403
    await admin.sign_in("joyce")
    text = (await admin.get(page)).text
    assert "Decide about Rosa Marchetti" in text
    assert "Suspended: nobody sees anything of it." in text
    done = await admin.send(page, {"do": "suspend", "reason": "abuse"})
    assert done.headers["location"] == f"{page}?done=decided"
    assert "Account suspended" in (await admin.get(page)).text
