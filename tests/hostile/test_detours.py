"""Addresses of one server that lead to another: an honest server with a redirect that anybody may fill in must not lend
its name to what comes from elsewhere. Variants of rows 4, 14, 19 and 32, see README.md."""

from federation.signatures.keys import Signer
from tests.elsewhere import rsa_pair
from tests.hostile.ground import House, Person
from tests.hostile.test_rows_spoofing import find, for_rosa, kept

DETOUR = "https://elm.example/redirect?to=https://evil.example/x"
EVIL = "https://evil.example/x"


async def test_row_19_an_actor_of_another_server_gets_no_name_at_the_one_that_led_there(oak: House) -> None:
    """An application may do without a handle, so nothing but the address would say where it is from."""
    nadia = oak.here.stranger("nadia")
    oak.here.elsewhere.at[DETOUR] = EVIL
    oak.here.elsewhere.at[EVIL] = {
        **nadia.document(),
        "id": DETOUR,
        "type": "Application",
        "preferredUsername": "nobody",
        "inbox": "https://elm.example/inbox",
        "publicKey": {"id": f"{DETOUR}#k", "owner": DETOUR, "publicKeyPem": rsa_pair(3)[1]},
    }
    forged = {**nadia.does("Like", "https://elm.example/1"), "actor": DETOUR}
    answer = await oak.here.post(nadia, forged, signer=Signer(f"{DETOUR}#k", rsa_pair(3)[0]))
    assert answer.status_code == 401, answer.text
    assert EVIL in oak.here.elsewhere.asked
    with oak.use():
        assert await oak.here.count("accounts", "domain <> ''") == 0
    assert await kept(oak) == (0, 0)


async def test_row_14_nor_does_a_post(oak: House, rosa: Person) -> None:
    nadia = oak.here.stranger("nadia")
    oak.here.elsewhere.at[DETOUR] = EVIL
    oak.here.elsewhere.at[EVIL] = {**nadia.note("1"), "id": DETOUR}
    assert (await find(rosa, DETOUR))["statuses"] == []
    assert EVIL in oak.here.elsewhere.asked
    assert await kept(oak) == (0, 0)


async def test_row_32_a_page_that_comes_from_another_server_is_not_read(oak: House, rosa: Person) -> None:
    nadia, at = oak.here.stranger("nadia"), oak.here.elsewhere.at
    replies = f"{nadia.uri}/replies"
    post = for_rosa(nadia, replies=replies)
    forged = nadia.note("9", "<p>forged</p>", inReplyTo=post["id"])
    at[post["id"]] = post
    at[replies] = {"id": replies, "type": "Collection", "first": DETOUR}
    at[DETOUR] = EVIL
    at[EVIL] = {"id": DETOUR, "type": "CollectionPage", "partOf": replies, "items": [forged]}
    (status,) = (await find(rosa, post["id"]))["statuses"]
    await rosa.app.get(f"/api/v1/statuses/{status['id']}/context")
    await rosa.browser.get(f"/posts/{status['id']}")
    await oak.work()
    assert EVIL in oak.here.elsewhere.asked
    with oak.use():
        assert await oak.here.count("posts", "content_html LIKE '%forged%'") == 0
