"""Paths, patterns, names and bytes that mean something else than they seem; and streams that must end."""

import asyncio
from pathlib import Path
from urllib.parse import quote

import pytest
import websockets

from server.actions import sanctions
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR
from tests.api.pictures import png
from tests.hostile.ground import House, Person, on_a_port

OUT = (
    "../folkmoot.sqlite3",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "..\\..\\etc\\passwd",
    "%00",
    "a.png%00.html",
    "~root",
    "C:\\x",
    "%ff%fe",
    "a" * 5000,
)


@pytest.mark.parametrize("path", OUT)
async def test_no_path_leads_out_of_a_folder(oak: House, path: str) -> None:
    (oak.instance.settings.data_dir / "folkmoot.toml").write_text("secret = 'zebrafinch'")
    for folder in ("/media/", "/static/", "/media/default/", "/media/elsewhere/"):
        answer = await oak.visitor.get(folder + path)
        assert answer.status_code in (307, 400, 404, 405), (folder, path, answer.status_code)
        assert "root:" not in answer.text
    assert (await oak.visitor.get("/media/../folkmoot.toml")).status_code == 404


async def test_what_was_uploaded_is_served_as_a_picture_and_nothing_else(oak: House, rosa: Person) -> None:
    html = b"<html><script>alert(1)</script>"
    for name, content, kind in (
        ("x.html", html, "text/html"),
        ("x.png", html, "image/png"),
        ("x.svg", b"<svg/>", "image/svg+xml"),
        ("x.json", b'{"type":"Note"}', "application/activity+json"),
    ):
        answer = await rosa.app.post("/api/v2/media", files={"file": (name, content, kind)})
        assert answer.status_code == 422, name
    both = png() + html
    answer = await rosa.app.post("/api/v2/media", files={"file": ("x.html", both, "text/html")})
    url = answer.json()["url"].removeprefix("https://oak.example")
    served = await oak.visitor.get(url)
    assert served.headers["content-type"].startswith("image/")
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in served.headers["content-security-policy"]
    assert b"<script>" not in served.content


async def test_signs_of_patterns_mean_themselves_in_a_search(oak: House, rosa: Person) -> None:
    await oak.join("mallory")
    await rosa.say("Hello there")
    for query in (
        "%",
        "_",
        "%%",
        "m_llory",
        "m%y",
        "*",
        "hel*",
        '"',
        "a\\",
        "' OR 1=1 --",
        "NEAR(",
        "AND OR NOT",
        "^",
        "(((",
        "-hello",
    ):
        answer = await rosa.app.get("/api/v2/search", params={"q": query})
        assert answer.status_code == 200, query
        assert [found["acct"] for found in answer.json()["accounts"]] == [], query
        assert (await oak.visitor.get("/search", params={"q": query})).status_code == 200
    assert (await rosa.app.get("/api/v2/search", params={"q": "mallor"})).json()["accounts"]


@pytest.mark.parametrize(
    "text", ["a\x00b", "\x00", "a\u2028b\u2029c", "\u202eevil\u202c", "\ufeff", "e" + "\u0301" * 400, " #" + "İ" * 100]
)
async def test_odd_letters_are_kept_out_or_kept_harmless(oak: House, rosa: Person, text: str) -> None:
    answer = await rosa.app.post("/api/v1/statuses", json={"status": f"x{text}"})
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert "\x00" not in (await oak.visitor.get(f"/api/v1/statuses/{answer.json()['id']}")).text
    tag = quote(text.strip(" #"))
    assert (await rosa.app.post(f"/api/v1/tags/{tag}/follow")).status_code < 500
    assert (await rosa.app.post(f"/api/v1/tags/{tag}/unfollow")).status_code < 500
    for path in (
        f"/users/{quote(text)}",
        f"/tags/{quote(text)}",
        f"/search?q={quote(text)}",
        f"/api/v1/accounts/lookup?acct={quote(text)}",
        f"/.well-known/webfinger?resource={quote(text)}",
        f"/api/v1/timelines/tag/{quote(text)}",
    ):
        assert (await oak.visitor.get(path)).status_code < 500, path


@pytest.mark.parametrize(
    "name",
    [
        "Rosa",
        "ROSA",
        "rosa ",
        "rоsa",
        "ｒｏｓａ",
        "rosa\u200b",
        "ro.sa",
        "rosa/",
        "rosa%00",
        "ⓡosa",
        "admin",
        "actor",
        "inbox",
        "-",
        "a" * 200,
        "",
    ],
)
async def test_nobody_gets_a_name_that_looks_like_one_that_is_taken(oak: House, rosa: Person, name: str) -> None:
    admin = await oak.join("joyce", "admin")
    made = await admin.send("/admin/invites", role="member", uses="3", note="x")
    assert made.status_code in (200, 303)
    with oak.use():
        code = (await oak.here.one("SELECT code FROM invites"))["code"]
    visitor = oak.client(accept="text/html")
    token = (await visitor.get(f"/join/{code}")).text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = await visitor.post(
        f"/join/{code}",
        data={
            "csrf": token,
            "name": name,
            "email": "new@example.org",
            "password": "four quiet herons",
            "display_name": "X",
        },
    )
    assert answer.status_code < 500
    with oak.use():
        assert await oak.here.count("members") == 2, answer.headers.get("location")


@pytest.mark.parametrize("end", ["revoked", "suspended"])
async def test_an_open_stream_ends_with_what_opened_it(tmp_path: Path, end: str) -> None:
    async with on_a_port(tmp_path) as oak:
        rosa = await oak.join("rosa")
        address = f"{oak.instance.settings.ws_url}/api/v1/streaming?stream=user&access_token={rosa.token}"
        async with oak.instance.working(), websockets.connect(address, proxy=None) as socket:
            while not oak.instance.hub.heard(f"user:{rosa.by.account_id}"):
                await asyncio.sleep(0.01)
            if end == "suspended":
                with oak.use():
                    await sanctions.suspend_account(OPERATOR, rosa.by.account_id, Why("abuse"))
            else:
                with oak.use():
                    app = await oak.here.one("SELECT a.client_id FROM apps a JOIN tokens t ON t.app_id = a.id")
                answer = await oak.visitor.post(
                    "/oauth/revoke", data={"token": rosa.token, "client_id": app["client_id"]}
                )
                assert answer.status_code == 200
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 5)


async def test_two_who_act_on_the_same_thing_at_once_leave_it_whole(oak: House, rosa: Person) -> None:
    mallory = await oak.join("mallory")
    said = await rosa.say("Hello")
    where = f"/api/v1/statuses/{said['id']}"
    answers = await asyncio.gather(
        *(
            who.app.post(f"{where}/{deed}")
            for deed in ("favourite", "reblog", "bookmark", "unfavourite", "favourite")
            for who in (rosa, mallory)
            for _ in range(3)
        ),
        *(rosa.app.put(where, json={"status": f"Hello {n}"}) for n in range(3)),
    )
    assert {answer.status_code for answer in answers} <= {200, 404, 409, 422}, [
        a.text for a in answers if a.status_code >= 500
    ]
    with oak.use():
        counted = await oak.here.one("SELECT likes_count, boosts_count FROM posts WHERE id = ?", int(said["id"]))
        assert counted["likes_count"] == await oak.here.count("likes")
        assert counted["boosts_count"] == await oak.here.count(
            "posts", "reblog_of_id IS NOT NULL AND deleted_at IS NULL"
        )
    deleted = await asyncio.gather(*(rosa.app.delete(where) for _ in range(4)), mallory.app.post(f"{where}/favourite"))
    assert all(answer.status_code in (200, 404) for answer in deleted)
