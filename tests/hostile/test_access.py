"""What is not for somebody: another's private words, drafts, lists and marks, and what only stewards and admins do."""

import asyncio
import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from server.actions import drafts as draft_actions
from server.actions import sanctions, sessions
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR
from tests.api.pictures import png
from tests.elsewhere import ACTIVITY_JSON
from tests.hostile.ground import SCOPES, House, Person, filled, page_routes

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
SECRET = "zebrafinch"


async def answers(oak: House, who: Person, post_id: str, account_id: str) -> dict[str, str]:
    """Everything that could give a post away, as somebody who may not see it gets it."""
    texts: dict[str, str] = {}
    for part in ("", "/context", "/source", "/history", "/favourited_by", "/reblogged_by", "/card"):
        answer = await who.app.get(f"/api/v1/statuses/{post_id}{part}")
        assert answer.status_code == 404, (part, answer.status_code)
        texts[part] = answer.text
    for part in ("favourite", "reblog", "bookmark", "pin", "mute", "unfavourite", "unreblog", "unbookmark"):
        answer = await who.app.post(f"/api/v1/statuses/{post_id}/{part}")
        assert answer.status_code in (404, 422, 403), (part, answer.status_code)
        texts[part] = answer.text
    for path in (
        "/api/v1/timelines/public",
        "/api/v1/timelines/home",
        f"/api/v1/timelines/tag/{SECRET}",
        f"/api/v1/accounts/{account_id}/statuses",
        f"/api/v2/search?q={SECRET}",
        f"/api/v2/search?q=https://oak.example/posts/{post_id}&resolve=true",
        f"/api/v1/statuses?id[]={post_id}",
        "/api/v1/notifications",
        "/api/v1/conversations",
    ):
        answer = await who.app.get(path)
        texts[path] = answer.text if answer.status_code == 200 else ""
    for path in (
        f"/posts/{post_id}",
        f"/posts/{post_id}/versions",
        f"/posts/{post_id}/reply",
        f"/search?q={SECRET}",
        f"/posts/{post_id}/report",
        "/users/rosa",
        "/@rosa/feed.atom",
        f"/tags/{SECRET}",
        "/",
    ):
        texts["page " + path] = (await who.browser.get(path)).text
    for part in ("", "/replies", "/likes", "/shares", "/activity"):
        answer = await oak.visitor.get(f"/posts/{post_id}{part}", headers={"accept": ACTIVITY_JSON})
        assert answer.status_code == 404, (part, answer.status_code)
    assert (await oak.visitor.get(f"/contexts/{post_id}")).status_code == 404
    texts["outbox"] = (await oak.visitor.get("/users/rosa/outbox?page=true")).text
    return texts


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_private_words_come_out_nowhere(oak: House, rosa: Person, mallory: Person, visibility: str) -> None:
    said = await rosa.say(f"The {SECRET} #{SECRET}", visibility=visibility)
    await rosa.app.put(f"/api/v1/statuses/{said['id']}", json={"status": f"The {SECRET} again #{SECRET}"})
    await oak.work()
    for where, text in (await answers(oak, mallory, said["id"], str(rosa.by.account_id))).items():
        shown = text.replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
        assert f"The {SECRET}" not in shown, where


async def test_what_does_not_exist_and_what_is_not_for_one_look_the_same(
    oak: House, rosa: Person, mallory: Person
) -> None:
    said = await rosa.say(SECRET, visibility="direct")
    for kind in ("posts", "proposals"):
        for who, headers in ((oak.visitor, {"accept": ACTIVITY_JSON}), (oak.visitor, {}), (mallory.browser, {})):
            here = await who.get(f"/{kind}/{said['id']}", headers=headers)
            not_here = await who.get(f"/{kind}/{int(said['id']) + 1}", headers=headers)
            assert here.status_code == not_here.status_code == 404
            same = (here.text.replace(said["id"], "ID"), not_here.text.replace(str(int(said["id"]) + 1), "ID"))
            assert same[0] == same[1]
    api = [await mallory.app.get(f"/api/v1/statuses/{int(said['id']) + more}") for more in (0, 1)]
    assert api[0].content == api[1].content


async def test_a_reply_to_what_one_cannot_see_is_refused(oak: House, rosa: Person, mallory: Person) -> None:
    said = await rosa.say(SECRET, visibility="direct")
    answer = await mallory.app.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": said["id"]})
    assert answer.status_code in (404, 422)
    assert (await mallory.send(f"/posts/{said['id']}/reply", text="x")).status_code == 404


async def test_a_blocked_reader_sees_no_more_than_a_visitor(oak: House, rosa: Person, mallory: Person) -> None:
    said = await rosa.say(f"for followers {SECRET}", visibility="private")
    await mallory.app.post(f"/api/v1/accounts/{rosa.by.account_id}/follow")
    assert (await mallory.app.get(f"/api/v1/statuses/{said['id']}")).status_code == 200
    await rosa.app.post(f"/api/v1/accounts/{mallory.by.account_id}/block")
    assert (await mallory.app.get(f"/api/v1/statuses/{said['id']}")).status_code == 404
    assert SECRET not in (await mallory.app.get("/api/v1/timelines/home")).text


async def test_nobody_changes_what_belongs_to_somebody_else(oak: House, rosa: Person, mallory: Person) -> None:
    poll = await rosa.say("Which?", poll={"options": ["a", "b"], "expires_in": 3600}, visibility="direct")
    said, picture = await rosa.say("Mine"), await upload(rosa)
    listed = (await rosa.app.post("/api/v1/lists", json={"title": "Mine"})).json()["id"]
    await rosa.app.post("/api/v1/markers", json={"home": {"last_read_id": said["id"]}})
    await mallory.app.post(f"/api/v1/statuses/{said['id']}/favourite")
    await oak.work()
    news = (await rosa.app.get("/api/v1/notifications")).json()
    assert news, "rosa should have been told"
    tries: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", f"/api/v1/statuses/{said['id']}", {"status": "changed"}),
        ("DELETE", f"/api/v1/statuses/{said['id']}", {}),
        ("POST", f"/api/v1/statuses/{said['id']}/pin", {}),
        ("POST", f"/api/v1/polls/{poll['poll']['id']}/votes", {"choices": ["0"]}),
        ("GET", f"/api/v1/polls/{poll['poll']['id']}", {}),
        ("GET", f"/api/v1/media/{picture}", {}),
        ("PUT", f"/api/v1/media/{picture}", {"description": "changed"}),
        ("DELETE", f"/api/v1/media/{picture}", {}),
        ("POST", "/api/v1/statuses", {"status": "x", "media_ids": [picture]}),
        ("GET", f"/api/v1/lists/{listed}", {}),
        ("PUT", f"/api/v1/lists/{listed}", {"title": "changed"}),
        ("DELETE", f"/api/v1/lists/{listed}", {}),
        ("GET", f"/api/v1/lists/{listed}/accounts", {}),
        ("POST", f"/api/v1/lists/{listed}/accounts", {"account_ids": [str(rosa.by.account_id)]}),
        ("GET", f"/api/v1/timelines/list/{listed}", {}),
        ("GET", f"/api/v1/notifications/{news[0]['id']}", {}),
        ("POST", f"/api/v1/conversations/{poll['id']}/read", {}),
    ]
    for method, path, body in tries:
        answer = await mallory.app.request(method, path, json=body)
        assert answer.status_code in (403, 404, 422), (method, path, answer.status_code, answer.text)
    await mallory.app.post(f"/api/v1/notifications/{news[0]['id']}/dismiss")
    await mallory.app.post("/api/v1/notifications/clear")
    assert (await rosa.app.get("/api/v1/notifications")).json()[0]["id"] == news[0]["id"]
    assert (await rosa.app.get(f"/api/v1/lists/{listed}")).json()["title"] == "Mine"
    assert (await rosa.app.get(f"/api/v1/statuses/{said['id']}")).json()["content"] == "<p>Mine</p>"
    assert (await mallory.app.get("/api/v1/markers?timeline[]=home")).json() == {}


async def test_a_draft_is_its_writers_alone(oak: House, rosa: Person, mallory: Person) -> None:
    with oak.use():
        draft = await draft_actions.save_draft(rosa.by, None, title=SECRET)
    admin = await oak.join("joyce", "admin")
    for who in (mallory, admin):
        for path in (f"/proposals/drafts/{draft}", f"/proposals/drafts/{draft}/2", f"/proposals/drafts/{draft}/check"):
            answer = await who.browser.get(path)
            assert answer.status_code == 404, path
            assert SECRET not in answer.text, path
        for path in ("", "/2", "/raise", "/discard"):
            answer = await who.send(f"/proposals/drafts/{draft}{path}", title="taken over", seen="x", change="y")
            assert answer.status_code == 404, path
    assert SECRET in (await rosa.browser.get(f"/proposals/drafts/{draft}")).text


async def test_the_pages_of_admins_are_closed_to_members_and_what_is_theirs_alone_to_stewards(oak: House) -> None:
    people = {role: await oak.join(f"the_{role}", role) for role in ("member", "steward")}
    target = await oak.join("target")
    await oak.topic("damp-homes", "Damp homes")
    for role, who in people.items():
        for method, path in page_routes(oak.instance.settings):
            if not path.startswith("/admin"):
                continue
            where = filled(path, lambda name: "damp-homes" if name == "slug" else str(target.by.member_id))
            answer = await (
                who.browser.get(where)
                if method == "GET"
                else who.send(
                    where,
                    role="admin",
                    domain="elm.example",
                    slug="new-topic",
                    name="New",
                    title="Taken",
                    url="https://elm.example/topics/x",
                    id="1",
                    code="x",
                )
            )
            assert answer.status_code < 500, (role, method, where)
            if role == "member":
                assert answer.status_code in (403, 404), (role, method, where, answer.status_code)
    with oak.use():
        assert await oak.here.count("members", "role = 'admin'") == 0, "somebody made themselves admin"
    assert "Taken" not in (await oak.visitor.get("/")).text


@pytest.mark.parametrize("role", ["member", "steward"])
async def test_only_an_admin_gives_roles_and_login_links(oak: House, role: Any) -> None:
    who, target = await oak.join("somebody", role), await oak.join("target")
    for path, form in (("role", {"role": "admin"}), ("login-link", {})):
        for member_id in (target.by.member_id, who.by.member_id):
            answer = await who.send(f"/admin/members/{member_id}/{path}", **form)
            assert answer.status_code in (403, 404), (path, answer.status_code)
    with oak.use():
        assert await oak.here.count("login_links") == 0
        assert await oak.here.count("members", "role = 'admin'") == 0


async def test_members_cannot_suspend_anybody_and_stewards_no_admin(oak: House, rosa: Person) -> None:
    admin, steward = await oak.join("joyce", "admin"), await oak.join("tom", "steward")
    assert (
        await rosa.send(f"/moderation/accounts/{steward.by.account_id}", do="suspend", reason="abuse")
    ).status_code in (403, 404)
    answer = await steward.send(f"/moderation/accounts/{admin.by.account_id}", do="suspend", reason="abuse")
    assert (await admin.browser.get("/admin")).status_code == 200, f"a steward put out an admin ({answer.status_code})"


async def test_a_suspended_member_is_out_at_once_everywhere(oak: House, rosa: Person) -> None:
    said = await rosa.say(SECRET)
    with oak.use():
        await sanctions.suspend_account(OPERATOR, rosa.by.account_id, Why("abuse"))
    for method, path in (
        ("GET", "/api/v1/timelines/home"),
        ("GET", "/api/v1/timelines/public"),
        ("POST", "/api/v1/statuses"),
    ):
        assert (await rosa.app.request(method, path, json={"status": "x"})).status_code in (401, 403), path
    assert (await rosa.browser.get("/settings/profile")).status_code == 303
    assert (await rosa.send("/proposals/new", title="x")).status_code in (303, 403)
    for path in (f"/posts/{said['id']}", f"/api/v1/statuses/{said['id']}", "/users/rosa", "/proposals/feed.atom"):
        assert SECRET not in (await oak.visitor.get(path)).text, path
    assert (await oak.visitor.get(f"/posts/{said['id']}", headers={"accept": ACTIVITY_JSON})).status_code in (404, 410)


async def test_a_suspended_member_who_signs_in_again_reads_why_and_does_nothing_else(oak: House, rosa: Person) -> None:
    """They may sign in to appeal; an app may spend a code that it was given before."""
    with oak.use():
        await sanctions.suspend_account(OPERATOR, rosa.by.account_id, Why("abuse"))
        cookie = await sessions.open_session(rosa.by, "")
    browser = oak.client(cookie=f"{oak.instance.settings.session_cookie}={cookie}", accept="text/html")
    app = oak.client(authorization=f"Bearer {await oak.token(rosa.by, SCOPES)}")
    assert (await browser.get("/moderation/yours")).status_code == 200
    for path in ("/settings/profile", "/notifications", "/proposals/new"):
        assert (await browser.get(path)).status_code == 303, path
    for path in ("/api/v1/timelines/home", "/api/v1/notifications", "/api/v1/accounts/verify_credentials"):
        assert (await app.get(path)).status_code == 403, path
    assert (await app.post("/api/v1/statuses", json={"status": "x"})).status_code == 403


async def test_a_token_that_may_only_write_reads_nothing(oak: House, rosa: Person) -> None:
    said = await rosa.say("Hello")
    app = oak.client(authorization=f"Bearer {await oak.token(rosa.by, 'write')}")
    for path in (
        "/api/v1/timelines/home",
        "/api/v1/notifications",
        "/api/v1/bookmarks",
        "/api/v1/lists",
        "/api/v1/blocks",
        f"/api/v1/statuses/{said['id']}",
        "/api/v1/conversations",
        "/api/v1/streaming/user",
        "/api/v1/markers",
        "/api/v1/timelines/public",
        "/api/v1/streaming/public",
        "/api/v2/search?q=x",
        "/api/v1/mutes",
        "/api/v1/follow_requests",
        "/api/v1/favourites",
        "/api/v1/followed_tags",
        "/api/v1/preferences",
    ):
        assert (await app.get(path)).status_code == (404 if "streaming" in path else 403), path


async def test_a_token_that_may_only_read_writes_nothing(oak: House, rosa: Person) -> None:
    said = await rosa.say("Hello")
    app = oak.client(authorization=f"Bearer {await oak.token(rosa.by, 'read')}")
    for method, path in (
        ("POST", "/api/v1/statuses"),
        ("PUT", f"/api/v1/statuses/{said['id']}"),
        ("POST", "/api/v1/markers"),
        ("DELETE", f"/api/v1/statuses/{said['id']}"),
        ("POST", f"/api/v1/statuses/{said['id']}/favourite"),
        ("PATCH", "/api/v1/accounts/update_credentials"),
        ("POST", "/api/v2/media"),
        ("POST", "/api/v1/lists"),
        ("POST", f"/api/v1/accounts/{rosa.by.account_id}/follow"),
        ("POST", "/api/v1/reports"),
        ("POST", "/api/v1/notifications/clear"),
        ("DELETE", "/api/v1/profile/avatar"),
    ):
        assert (await app.request(method, path, json={"status": "x"})).status_code == 403, path


async def test_a_token_of_an_app_itself_is_nobody(oak: House) -> None:
    made = (await oak.visitor.post("/api/v1/apps", json={"client_name": "A", "redirect_uris": OUT_OF_BAND})).json()
    token = (
        await oak.visitor.post(
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": made["client_id"],
                "client_secret": made["client_secret"],
            },
        )
    ).json()["access_token"]
    app = oak.client(authorization=f"Bearer {token}")
    for path in ("/api/v1/timelines/home", "/api/v1/notifications", "/api/v1/accounts/verify_credentials"):
        assert (await app.get(path)).status_code in (401, 403, 422), path
    assert (await app.get("/api/v1/streaming/user")).status_code == 401


async def test_a_code_that_is_spent_by_twenty_at_once_gives_one_token_at_most(oak: House, rosa: Person) -> None:
    made = (await oak.visitor.post("/api/v1/apps", json={"client_name": "A", "redirect_uris": OUT_OF_BAND})).json()
    verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    allowed = await rosa.send(
        "/oauth/authorize",
        client_id=made["client_id"],
        redirect_uri=OUT_OF_BAND,
        response_type="code",
        scope="read",
        code_challenge=challenge,
        code_challenge_method="S256",
        decision="allow",
    )
    code = parse_qs(urlsplit(allowed.headers["location"]).query)["code"][0]
    form = {
        "grant_type": "authorization_code",
        "client_id": made["client_id"],
        "code": code,
        "redirect_uri": OUT_OF_BAND,
    }
    wrong: list[dict[str, str]] = [
        {},
        {"code_verifier": verifier[:-1]},
        {"code_verifier": verifier, "redirect_uri": "https://evil.example"},
        {"code_verifier": challenge},
        {"client_secret": made["client_secret"]},
        {"client_secret": "wrong", "code_verifier": verifier},
    ]
    for more in wrong:
        assert (await oak.visitor.post("/oauth/token", data={**form, **more})).status_code in (400, 401), more
    right = {**form, "code_verifier": verifier}
    answers = await asyncio.gather(*(oak.visitor.post("/oauth/token", data=right) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {200, 400}
    with oak.use():
        kept = await oak.here.count("tokens", f"member_id = {rosa.by.member_id} AND scopes = 'read'")
    # Whoever comes second with a code makes the first one's token worthless, so it may be none.
    assert kept <= 1
    assert sum(answer.status_code == 200 for answer in answers) <= 1


async def test_a_token_is_gone_once_revoked_and_nobody_else_can_revoke_it(oak: House, rosa: Person) -> None:
    made = (await oak.visitor.post("/api/v1/apps", json={"client_name": "A", "redirect_uris": OUT_OF_BAND})).json()
    other = {"client_id": made["client_id"], "client_secret": made["client_secret"], "token": rosa.token}
    assert (await oak.visitor.post("/oauth/revoke", data=other)).status_code == 403
    assert (await oak.visitor.post("/oauth/revoke", data={"token": rosa.token})).status_code == 403
    assert (await rosa.app.get("/api/v1/timelines/home")).status_code == 200


async def upload(who: Person) -> str:
    answer = await who.app.post("/api/v2/media", files={"file": ("../../x.png", png(), "image/png")})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])
