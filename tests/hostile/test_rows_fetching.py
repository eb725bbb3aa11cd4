"""Attacks 1 to 10: making this server ask where it must not, or read what never ends. See README.md."""

import asyncio

import pytest

from server.storage.sql import rows
from tests.elsewhere import Stranger
from tests.hostile.ground import House, Person

INSIDE = (
    "127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.0.192", "198.18.0.1", "224.0.0.1",
    "240.0.0.1",
    "192.168.1.1", "172.16.0.1", "[::1]", "[::]", "[fc00::1]", "[fe80::1]", "[fec0::1]", "[ff02::1]",
)  # fmt: skip
EMBEDDED = (
    "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::1]",
    "[2001:0:7f00:1::1]", "[3fff::1]",
    "[5f00::1]", "2130706433", "0x7f.1", "0177.0.0.1", "127.1",
)  # fmt: skip


async def every_way(oak: House, rosa: Person, host: str) -> None:
    """Name an address in every place from which something could be fetched."""
    url, here = f"https://{host}/x", oak.here
    nadia = here.stranger("nadia")
    key = Stranger(url, "x", host, 2)
    assert (await here.post(key, key.does("Like", nadia.uri))).status_code in (400, 401, 403)
    nadia.more = {
        "icon": {"type": "Image", "url": url},
        "image": {"type": "Image", "url": url},
        "endpoints": {"sharedInbox": url},
        "outbox": url,
        "followers": url,
        "featured": url,
        "url": url,
        "movedTo": url,
        "alsoKnownAs": [url],
        "civic:memberOf": [url],
        "attachment": [{"type": "PropertyValue", "name": "x", "value": f"<a href='{url}'>x</a>"}],
    }
    here.publish(nadia)
    note = nadia.note(
        "1",
        to=["https://www.w3.org/ns/activitystreams#Public", "https://oak.example/users/rosa"],
        inReplyTo=url,
        replies=url,
        context=url,
        likes=url,
        quote=url,
        tag=[{"type": "Mention", "href": url}, {"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "url": url}}],
        attachment=[{"type": "Image", "mediaType": "image/png", "url": url}, {"type": "Link", "href": url}],
    )
    here.elsewhere.at[note["id"]] = note
    await here.post(nadia, nadia.create(note))
    for number, verb in enumerate(("Announce", "Follow", "Create", "Move", "Add", "Flag", "Update")):
        await here.post(nadia, nadia.does(verb, url, str(number), target=url))
    await oak.work()
    for text in (url, f"@x@{host}", f"acct:x@{host}"):
        answer = await rosa.app.get("/api/v2/search", params={"q": text, "resolve": "true"})
        assert answer.status_code == 200
    await rosa.say(f"@x@{host} and {url}")
    await rosa.browser.get("/search", params={"q": url})
    with oak.use():
        pictures = await rows("SELECT id, key FROM media WHERE remote_url <> ''")
    for picture in pictures:
        await oak.visitor.get(f"/media/elsewhere/{picture['id']}/{picture['key']}")
    await oak.work()
    assert any("elm.example" in asked for asked in here.elsewhere.asked), "nothing was fetched at all"


@pytest.mark.parametrize("host", INSIDE)
async def test_row_1_an_inside_address_is_never_asked_whoever_names_it(oak: House, rosa: Person, host: str) -> None:
    await every_way(oak, rosa, host)
    assert [asked for asked in oak.here.elsewhere.asked if "elm.example" not in asked.split("?")[0]] == []


@pytest.mark.parametrize("host", EMBEDDED)
async def test_row_2_nor_one_that_is_written_in_another_way(oak: House, rosa: Person, host: str) -> None:
    await every_way(oak, rosa, host)
    assert [asked for asked in oak.here.elsewhere.asked if "elm.example" not in asked.split("?")[0]] == []


async def test_row_5_addresses_that_are_none_are_neither_kept_nor_shown(oak: House, rosa: Person) -> None:
    for number, url in enumerate(
        ("http://127.0.0.1/", "data:text/html,x", "file:///etc/passwd", "javascript:alert(1)")
    ):
        who = oak.here.stranger(
            f"s{number}", icon={"type": "Image", "url": url}, url=url, endpoints={"sharedInbox": url}
        )
        found = await rosa.app.get("/api/v2/search", params={"q": who.uri, "resolve": "true"})
        (account,) = found.json()["accounts"]
        assert url not in str({**account, "note": ""}), url
    with oak.use():
        kept = await rows("SELECT shared_inbox, url FROM accounts WHERE domain <> ''")
    assert len(kept) == 4
    assert all(value == "" or value.startswith("https://elm.example/") for row in kept for value in row.values())


async def test_row_6_a_picture_address_takes_no_wishes(oak: House, rosa: Person) -> None:
    who = oak.here.stranger(
        "nadia", icon={"type": "Image", "mediaType": "image/png", "url": "https://elm.example/a.png"}
    )
    await rosa.app.get("/api/v2/search", params={"q": who.uri, "resolve": "true"})
    with oak.use():
        (picture,) = await rows("SELECT id, key FROM media WHERE remote_url <> ''")
    address = f"/media/elsewhere/{picture['id']}/{picture['key']}"
    oak.here.elsewhere.asked.clear()
    wish = "https://elm.example/secret"
    for path in (
        f"/media/elsewhere/{wish}",
        f"/media/elsewhere/0/{picture['key']}",
        f"{address}x",
        f"{address}/{wish}",
    ):
        assert (await oak.visitor.get(path)).status_code in (307, 404), path
    await oak.visitor.get(address, params={"url": wish, "src": wish, "w": "99999", "format": "svg"})
    assert set(oak.here.elsewhere.asked) == {"https://elm.example/a.png"}


@pytest.mark.parametrize(
    "broken",
    [
        b'{"a":' * 1_000 + b"1" + b"}" * 1_000,
        b"[" * 100_000,
        b"9" * 5_000,
        b"NaN",
        b"Infinity",
        b"-1e9999",
        b'"\\ud800"',
        b'{"id": 1, "id": 2}',
        b'"\xff"',
        b"'x'",
        b"1 // comment",
    ],
)
async def test_row_9_json_that_parsers_disagree_on_is_400_and_no_fault(oak: House, broken: bytes) -> None:
    nadia = oak.here.stranger("nadia")
    good = (
        b'{"id": "https://elm.example/activities/1", "type": "Like", "actor": "%s", "object": "https://elm.example/1"'
    )
    body = good % nadia.uri.encode() + b', "x": ' + broken + b"}"
    answer = await oak.here.post(nadia, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]
    oak.here.elsewhere.at["https://elm.example/doc"] = 404
    assert (await oak.here.post(nadia, good % nadia.uri.encode() + b"}")).status_code == 202


async def test_row_10_a_page_of_endless_links_is_not_searched(oak: House, rosa: Person) -> None:
    """Discovery by links in HTML is not done here, so there is nothing to make slow."""
    page = {
        "links": '<link rel="alternate" type="application/activity+json" href="https://elm.example/users/x">' * 5_000
    }
    oak.here.elsewhere.at["https://elm.example/page"] = page
    oak.here.elsewhere.types["https://elm.example/page"] = "text/html"
    answer = await asyncio.wait_for(
        rosa.app.get("/api/v2/search", params={"q": "https://elm.example/page", "resolve": "true"}), 60
    )
    assert answer.json() == {"accounts": [], "statuses": [], "hashtags": []}
    assert set(oak.here.elsewhere.asked) == {"https://elm.example/page"}
