"""Attacks 32 to 60 as the whole instance meets them: floods, words that want to be code, and what is not for everybody.
See README.md."""

import asyncio
import sys
from typing import Any

import httpx
import pytest

from federation.values import dumps
from server.actions.domains import block_domain
from server.rules.permissions import OPERATOR
from server.storage.sql import execute, rows
from tests.elsewhere import PUBLIC, Stranger
from tests.hostile.ground import House, Person
from tests.hostile.test_rows_spoofing import ROSA, find, for_rosa, kept

SECRET = "zebrafinch"


async def take(oak: House, who: Stranger, *activities: dict[str, Any]) -> None:
    for activity in activities:
        answer = await oak.here.post(who, activity)
        assert answer.status_code == 202, answer.text
    await oak.work()


async def test_row_32_answers_that_lead_round_in_circles_or_never_end_are_not_followed_for_ever(
    oak: House, rosa: Person
) -> None:
    nadia, at = oak.here.stranger("nadia"), oak.here.elsewhere.at
    replies = f"{nadia.uri}/replies"
    for number in range(1, 2_000):
        page = f"{replies}/{number}"
        at[page] = {
            "id": page,
            "type": "CollectionPage",
            "partOf": replies,
            "items": [f"https://ash.example/{number}", f"{nadia.uri}/statuses/{number + 1}"],
            "next": f"{replies}/{number + 1}",
        }
        note = nadia.note(
            str(number + 1), inReplyTo=f"{nadia.uri}/statuses/1", quote=f"{nadia.uri}/statuses/{number + 2}"
        )
        at[note["id"]] = note
    at[replies] = {"id": replies, "type": "Collection", "first": f"{replies}/1"}
    circle = f"{nadia.uri}/context"
    at[circle] = {"id": circle, "type": "OrderedCollectionPage", "orderedItems": [], "next": circle}
    post = for_rosa(nadia, replies=replies, context=circle, quote=f"{nadia.uri}/statuses/2")
    at[post["id"]] = post
    await take(oak, nadia, nadia.create(post))
    (status,) = (await find(rosa, post["id"]))["statuses"]
    await rosa.app.get(f"/api/v1/statuses/{status['id']}/context")
    await rosa.browser.get(f"/posts/{status['id']}")
    await oak.work()
    asked = oak.here.elsewhere.asked
    assert len(asked) < 700
    assert asked.count(circle) <= 3
    assert (await kept(oak))[1] <= 1_001


async def test_row_33_a_post_that_names_a_hundred_strangers_makes_us_ask_for_a_few(oak: House, rosa: Person) -> None:
    nadia = oak.here.stranger("nadia")
    strangers = [oak.here.stranger("x", f"h{number}.evil.example") for number in range(100)]
    tags = [{"type": "Mention", "href": who.uri, "name": f"@x@{who.domain}"} for who in strangers]
    await take(oak, nadia, nadia.create(for_rosa(nadia, tag=tags)))
    assert (await kept(oak))[1] == 1
    assert len({asked.split("/")[2] for asked in oak.here.elsewhere.asked} - {"elm.example"}) <= 5


async def test_row_34_what_is_far_too_much_is_cut_and_kept_small(oak: House, rosa: Person) -> None:
    nadia = oak.here.stranger("nadia", attachment=[{"type": "PropertyValue", "name": "n", "value": "v"}] * 5_000)
    pictures = [{"type": "Image", "mediaType": "image/png", "url": f"https://elm.example/{n}.png"} for n in range(500)]
    tags = [{"type": "Hashtag", "name": f"#t{n}"} for n in range(2_000)]
    await take(oak, nadia, nadia.create(for_rosa(nadia, "1", attachment=pictures, tag=tags)))
    options = [{"type": "Note", "name": f"o{n}"} for n in range(10_000)]
    await take(oak, nadia, nadia.create({**for_rosa(nadia, "2"), "type": "Question", "oneOf": options}))
    named = {"type": "Article", "name": "n" * 400_000, "content": "<p>x</p>" * 40_000}
    await take(oak, nadia, nadia.create({**for_rosa(nadia, "3"), **named}))
    with oak.use():
        assert await oak.here.count("posts", "uri LIKE 'https://elm.example/%'") == 3
        assert await oak.here.count("media", "post_id IS NOT NULL") == 16
        assert await oak.here.count("posts", "length(title) > 200") == 0
        assert await oak.here.count("posts", "length(content_html) > 160000") == 0
    (account,) = (await find(rosa, nadia.uri))["accounts"]
    assert 0 < len(account["fields"]) <= 50
    shown = (await rosa.app.get("/api/v1/timelines/public")).json()
    assert max(len(status["tags"]) for status in shown) <= 64
    assert max(len(status["poll"]["options"]) for status in shown if status["poll"]) <= 500
    body = dumps(nadia.create(for_rosa(nadia, "4", name="n" * 1_048_576)))
    assert (await oak.here.post(nadia, body)).status_code == 413


async def test_row_37_linked_data_with_a_clique_of_blank_nodes_is_read_as_plain_json(oak: House, rosa: Person) -> None:
    nadia = oak.here.stranger("nadia")
    clique = [{"@id": f"_:b{n}", "as:to": [{"@id": f"_:b{m}"} for m in range(9) if m != n]} for n in range(9)]
    await take(oak, nadia, {**nadia.create(for_rosa(nadia)), "@graph": clique, "signature": {"@graph": clique}})
    assert (await kept(oak))[1] == 1
    assert not {"pyld", "rdflib"} & set(sys.modules), "something that works on linked data was loaded"


async def test_row_41_a_field_shows_the_whole_host_that_it_leads_to(oak: House, rosa: Person) -> None:
    value = '<a href="https://evil.example/x"><span class="invisible">https://evil.example/x?</span>https://good.example</a>'
    who = oak.here.stranger("nadia", attachment=[{"type": "PropertyValue", "name": "Site", "value": value}])
    (account,) = (await find(rosa, who.uri))["accounts"]
    (field,) = account["fields"]
    assert "invisible" not in field["value"]
    assert "evil.example" in field["value"].replace('href="https://evil.example/x"', "")


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_row_43_what_is_not_for_one_answers_like_what_never_was_whoever_asks(
    oak: House, rosa: Person, mallory: Person, visibility: str
) -> None:
    said = await rosa.say(SECRET, visibility=visibility)
    blocked, other = oak.here.stranger("blocked"), oak.here.stranger("other", "ash.example")
    (account,) = (await find(rosa, blocked.uri))["accounts"]
    await rosa.app.post(f"/api/v1/accounts/{account['id']}/block")
    never = str(int(said["id"]) + 1)
    for part in ("", "/replies", "/likes", "/shares", "/activity", "/replies?page=1"):
        seen = set()
        for who in (None, blocked, other):
            for post_id in (said["id"], never):
                path = f"/posts/{post_id}{part}"
                headers = oak.here.read_as(who, path) if who else {"accept": "application/activity+json"}
                seen.add(same(await oak.visitor.get(path, headers=headers), post_id))
        assert len(seen) == 1, (part, seen)
        assert next(iter(seen))[0] == 404, part
    for path in ("/contexts/ID", "/quotes/ID", "/activities/ID", "/proposals/ID"):
        answers = {same(await oak.visitor.get(path.replace("ID", post_id)), post_id) for post_id in (said["id"], never)}
        assert len(answers) == 1, path
    for part in ("", "/context", "/source", "/history", "/favourited_by", "/reblogged_by", "/card"):
        paths = [f"/api/v1/statuses/{post_id}{part}" for post_id in (said["id"], never)]
        assert len({same(await mallory.app.get(path), "x") for path in paths}) == 1, part


def same(answer: httpx.Response, post_id: str) -> tuple[int, str, str]:
    kind = f"{answer.headers.get('content-type')} {answer.headers.get('cache-control')} {answer.headers.get('vary')}"
    return answer.status_code, answer.text.replace(post_id, "ID"), kind


async def test_row_44_who_has_not_said_yes_is_not_followed(oak: House, rosa: Person) -> None:
    nadia = oak.here.stranger("nadia", manuallyApprovesFollowers=True)
    (account,) = (await find(rosa, nadia.uri))["accounts"]
    wish = (await rosa.app.post(f"/api/v1/accounts/{account['id']}/follow")).json()
    assert (wish["following"], wish["requested"]) == (False, True)
    await take(oak, nadia, nadia.create(nadia.note("1", SECRET, to=[nadia.followers], cc=[])))
    assert SECRET not in (await rosa.app.get("/api/v1/timelines/home")).text
    mallory = oak.here.stranger("mallory", "ash.example")
    with oak.use():
        uri = (await oak.here.one("SELECT uri FROM follows"))["uri"]
    await oak.here.post(mallory, mallory.does("Accept", uri))
    await oak.work()
    found = (await rosa.app.get("/api/v1/accounts/relationships", params={"id[]": account["id"]})).json()
    assert (found[0]["following"], found[0]["requested"]) == (False, True), "somebody else said yes"


async def test_row_45_nothing_of_a_blocked_domain_comes_in_by_another_way(oak: House, rosa: Person) -> None:
    nadia, ash = oak.here.stranger("nadia"), oak.here.stranger("ash", "ash.example")
    (account,) = (await find(rosa, nadia.uri))["accounts"]
    await rosa.app.post(f"/api/v1/accounts/{account['id']}/follow")
    with oak.use():
        await execute("UPDATE follows SET state = 'accepted'", [])
        await block_domain(OPERATOR, "ash.example")
    note = ash.note("1", SECRET)
    oak.here.elsewhere.at[note["id"]] = note
    near = nadia.note("2", inReplyTo=note["id"], quote=note["id"], tag=[{"type": "Mention", "href": ash.uri}])
    for activity in (
        nadia.does("Announce", note["id"], "1"),
        nadia.does("Announce", ash.create(note), "2"),
        nadia.does("Announce", ash.proven(ash.create(note)), "3"),
        nadia.create(near),
        ash.proven(ash.create(note)),
    ):
        await oak.here.post(nadia, activity)
    await oak.work()
    assert (await find(rosa, note["id"]))["statuses"] == []
    assert (await find(rosa, "@ash@ash.example"))["accounts"] == []
    assert not [asked for asked in oak.here.elsewhere.asked if "ash.example" in asked]
    with oak.use():
        assert await oak.here.count("posts", "uri LIKE 'https://ash.example/%'") == 0
        assert await oak.here.count("posts", "uri LIKE 'https://elm.example/%'") == 1, "the answer itself is nadia's"


async def test_row_46_a_private_answer_to_a_public_post_stays_private(
    oak: House, rosa: Person, mallory: Person
) -> None:
    said = await rosa.say("Damp")
    nadia = oak.here.stranger("nadia")
    for number, to in enumerate(([ROSA], [nadia.followers, ROSA])):
        await take(oak, nadia, nadia.create(nadia.note(str(number), SECRET, to=to, cc=[], inReplyTo=said["uri"])))
    assert (await kept(oak))[1] == 2
    for client, path in (
        (oak.visitor, f"/posts/{said['id']}"),
        (mallory.browser, f"/posts/{said['id']}"),
        (mallory.app, f"/api/v1/statuses/{said['id']}/context"),
        (mallory.app, "/api/v1/timelines/public"),
        (oak.visitor, f"/posts/{said['id']}/replies"),
        (oak.visitor, f"/contexts/{said['id']}"),
        (mallory.app, f"/api/v2/search?q={SECRET}"),
    ):
        text = (await client.get(path)).text
        assert SECRET not in text, path
        assert "elm.example/users/nadia/statuses" not in text, path
    assert SECRET in (await rosa.app.get(f"/api/v1/statuses/{said['id']}/context")).text


async def test_row_52_a_visitor_makes_us_ask_nobody(oak: House, rosa: Person) -> None:
    nadia = oak.here.stranger("nadia")
    for path in (
        f"/api/v2/search?resolve=true&q={nadia.uri}",
        "/api/v2/search?resolve=true&q=@nadia@elm.example",
        "/api/v1/accounts/lookup?acct=nadia@elm.example",
        f"/authorize_interaction?uri={nadia.uri}",
        f"/search?q={nadia.uri}",
        "/@nadia@elm.example",
    ):
        answer = await oak.visitor.get(path)
        assert answer.status_code < 500, path
    assert oak.here.elsewhere.asked == []
    assert len((await find(rosa, nadia.uri))["accounts"]) == 1, "a member may"


async def test_row_53_why_a_domain_is_blocked_is_told_to_nobody_outside(oak: House, rosa: Person) -> None:
    with oak.use():
        await block_domain(OPERATOR, "ash.example", SECRET)
    for client in (oak.visitor, rosa.app):
        for path in ("/api/v1/instance/domain_blocks", "/api/v2/instance", "/about", "/nodeinfo/2.1"):
            assert SECRET not in (await client.get(path)).text, path


async def test_row_56_nobody_moves_on_a_proposal_that_lives_here(oak: House, rosa: Person) -> None:
    await oak.topic("damp-homes", "Damp homes")
    raised = await rosa.say("@damp-homes Mould\n\nWhat we see: mould\nWhat should change: heat\n#Proposal")
    with oak.use():
        before = await rows("SELECT state, answer_code, state_at FROM proposals")
    council = oak.here.stranger("council", type="Organization")
    ours = {"id": raised["uri"], "type": "Article", "name": "Mould", "civic:kind": "proposal", "civic:state": "closed"}
    for number, author in enumerate((council.uri, ROSA)):
        update = council.does(
            "Update", {**ours, "attributedTo": author, "updated": "2026-11-24T10:00:00Z"}, str(number)
        )
        assert (await oak.here.post(council, update)).status_code == 403
    answer = council.note("1", inReplyTo=raised["uri"], **{"civic:kind": "answer", "civic:code": "declined"})
    await take(oak, council, council.create(answer))
    with oak.use():
        assert await rows("SELECT state, answer_code, state_at FROM proposals") == before
        assert await oak.here.count("posts", "kind = 'comment'") == 1, "what nobody was asked for is a comment"


async def test_row_57_a_vote_that_is_late_double_or_for_nothing_on_offer_does_not_count(
    oak: House, rosa: Person
) -> None:
    said = await rosa.say("Which?", poll={"options": ["Damp", "Heat"], "expires_in": 600})
    one, two, late = (oak.here.stranger(name, f"{name}.example") for name in ("one", "two", "late"))

    def vote(who: Stranger, number: str, name: str) -> dict[str, Any]:
        note = {**who.note(number, to=[ROSA], cc=[], inReplyTo=said["uri"]), "name": name}
        return who.create({key: value for key, value in note.items() if key != "content"})

    await take(oak, one, vote(one, "1", "Damp"), vote(one, "2", "Heat"), vote(one, "3", "Damp"))
    await take(oak, two, vote(two, "1", "Neither"), vote(two, "2", "damp"))
    with oak.use():
        await execute("UPDATE polls SET expires_at = 1", [])
    await take(oak, late, vote(late, "1", "Damp"))
    poll = (await rosa.app.get(f"/api/v1/polls/{said['poll']['id']}")).json()
    assert [option["votes_count"] for option in poll["options"]] == [1, 0]


async def test_row_60_twenty_copies_at_once_leave_one_of_everything(oak: House, rosa: Person) -> None:
    said = await rosa.say("Damp")
    nadia = oak.here.stranger("nadia")
    like = nadia.does("Like", said["uri"])
    reply = nadia.create(for_rosa(nadia, inReplyTo=said["uri"], tag=[{"type": "Mention", "href": ROSA}]))
    wish = nadia.does("Follow", ROSA)
    share = nadia.does("Announce", said["uri"], to=[PUBLIC])
    sent = [activity for activity in (like, reply, wish, share) for _ in range(20)]
    answers = await asyncio.gather(*(oak.here.post(nadia, activity) for activity in sent))
    assert {answer.status_code for answer in answers} == {202}
    await asyncio.gather(oak.instance.worker.drain(), oak.instance.worker.drain())
    await oak.work()
    with oak.use():
        for table, where in (
            ("receipts", "1 = 1"),
            ("likes", "1 = 1"),
            ("follows", "1 = 1"),
            ("posts", "uri LIKE 'https://elm.example/%'"),
            ("notifications", "1 = 1"),
        ):
            expected = {"receipts": 4, "notifications": 4, "posts": 2}.get(table, 1)
            assert await oak.here.count(table, where) == expected, table
        counted = await oak.here.one("SELECT likes_count, replies_count, boosts_count FROM posts WHERE local = ?", True)
    assert tuple(counted.values()) == (1, 1, 1)
