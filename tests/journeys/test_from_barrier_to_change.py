"""The life cycle over three instances, driven and read by scripts that know nothing but each site's civic API: seen by
others, agreed, sent to a policy owner elsewhere, answered from there, acted upon and closed; every step arrives
everywhere, and every answer is as the site's file describes it."""

from typing import Any

from server.actions.posts import publish_post
from server.queries import posts, proposals
from server.rules.drafts import PostDraft
from server.rules.permissions import Principal
from server.views.posts import PostView
from server.views.proposals import HistoryView
from server.views.viewer import VISITOR, Viewer
from tests.api.script import Script, described, script
from tests.journeys.test_a_proposal_travels import raise_proposal
from tests.world import Site, World


async def at(site: Site, uri: str) -> tuple[PostView, HistoryView]:
    """For journeys about what an instance has in its database."""
    with site.use():
        post = await posts.by_uri(uri, VISITOR)
        assert post is not None
        return post, await proposals.history_of(post)


async def say(site: Site, by: Principal, uri: str, source: str, record: str = "", **facts: object) -> int:
    with site.use():
        post = await posts.by_uri(uri, Viewer(by.account_id))
        assert post is not None
        return await publish_post(by, PostDraft(source=source, in_reply_to_id=post.id, record=record, facts=facts))


async def arrives(site: Site, name: str, **more: Any) -> Script:
    """A member of a site, with a script of theirs."""
    return await script(site, await described(site), await site.member(name, **more))


async def local_id(by: Script, uri: str) -> str:
    """The id that a proposal has on somebody's own site."""
    return next(str(each["id"]) for each in await by.do("list_proposals") if each["uri"] == uri)


async def read(by: Script, uri: str) -> Any:
    return await by.do("get_proposal", id=await local_id(by, uri))


async def add(by: Script, uri: str, kind: str, text: str, status: int = 200, **facts: str) -> Any:
    send = {"kind": kind, "text": text, "facts": facts}
    return await by.do("contribute", status, send=send, id=await local_id(by, uri))


def kinds(found: Any) -> list[str]:
    return [step["kind"] for step in found["timeline"]]


async def test_the_life_of_a_proposal_is_the_same_everywhere(three: World) -> None:
    oak, ash, elm = three.instances
    amina, sten = await arrives(oak, "amina"), await arrives(oak, "sten", role="steward")
    bryn, cem = await arrives(ash, "bryn"), await arrives(elm, "cem")
    everywhere = (amina, bryn, cem)
    assert amina.by is not None
    proposal_id = str(await raise_proposal(oak, amina.by))
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"

    await add(bryn, uri, "corroboration", "Our street too.", role="Tenant", place="Canal Row", number="6-20")
    await add(cem, uri, "corroboration", "Same form.", role="Adviser", place="Northside", number="21-100")
    await three.settle()
    for by in everywhere:
        assert (await read(by, uri))["we_see_this_too"] == {"count": 2, "places": 2}

    await amina.do("do_act", 409, act="agree", id=proposal_id)
    waived = {"reason": "The two places agree at a meeting.", "waived": True}
    await sten.do("do_act", send=waived, act="agree", id=proposal_id)
    await three.settle()
    for by in everywhere:
        found = await read(by, uri)
        assert (found["state"], kinds(found)) == ("agreed", ["raised", "agreed"])
        assert "agree at a meeting" in found["timeline"][-1]["content"]

    theirs = (await oak.web.get("/api/v1/accounts/lookup?acct=cem@elm.example")).json()["id"]
    owner = await sten.do("add_owner", send={"name": "Elm Council, repairs", "account_id": theirs})
    ask = {"owner_id": owner["id"], "verb": "change_rule", "text": "Let one inspection be enough."}
    await sten.do("set_ask", send=ask, id=proposal_id)
    await amina.do("send", 403, id=proposal_id)
    await sten.do("send", id=proposal_id)
    await three.settle()
    for by in everywhere:
        found = await read(by, uri)
        assert found["state"] == "sent"
        assert [(each["owner"], each["clock"]["state"]) for each in found["asks"]] == [
            ("Elm Council, repairs", "awaiting")
        ]

    facts = {"code": "partly", "changeMind": "Figures from two years"}
    answer = await add(cem, uri, "answer", "From April one visit is enough.", **facts)
    await three.settle()
    for by in everywhere:
        found = await read(by, uri)
        assert (found["state"], found["answer_code"], found["answer_due"]) == ("answered", "partly", None)
        (said,) = [step["said_in"] for step in found["timeline"] if step["kind"] == "answered"]
        record = await by.do("get_contribution", id=said)
        assert (record["uri"], record["facts"]) == (answer["uri"], facts)

    await sten.do("do_act", send={"reason": "The contract is being changed."}, act="begin", id=proposal_id)
    action = await add(sten, uri, "action", "New schedule 4 is written.", due="2027-03-31")
    await sten.do("decide_about", send={"verdict": "done"}, id=action["id"])
    how = {"reason": "One visit is enough since April.", "outcome": "partly_changed"}
    await sten.do("do_act", send=how, act="close", id=proposal_id)
    await three.settle()
    for by in everywhere:
        found = await read(by, uri)
        assert (found["state"], found["outcome"]) == ("closed", "partly_changed")
        assert kinds(found) == [*("raised", "agreed", "sent", "answered", "in_action", "action_done", "closed")]
        assert [each["state"] for each in found["contributions"] if each["uri"] == action["uri"]] == ["done"]
    for by, said in ((bryn, "Our street too."), (cem, "Same form.")):
        heard = await by.do("get_heard", id=await local_id(by, uri))
        assert (heard["you_wrote"][0]["text"], heard["ended"]["kind"]) == (said, "closed")


async def test_an_instance_that_was_down_learns_all_that_happened(three: World) -> None:
    oak, _, elm = three.instances
    amina, sten, cem = (
        await arrives(oak, "amina"),
        await arrives(oak, "sten", role="steward"),
        await arrives(elm, "cem"),
    )
    assert amina.by is not None
    proposal_id = str(await raise_proposal(oak, amina.by))
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    await add(cem, uri, "corroboration", "Here too.", place="Northside")
    await three.settle()
    three.wire.down.add("elm.example")
    agreed = {"reason": "Agreed at the meeting of 3 May.", "waived": True}
    await sten.do("do_act", send=agreed, act="agree", id=proposal_id)
    await amina.do("do_act", send={"reason": "The wording was not clear."}, act="talk_again", id=proposal_id)
    await amina.do("do_act", send={"reason": "Solved by a phone call."}, act="withdraw", id=proposal_id)
    await three.settle()
    three.wire.down.clear()
    three.clock.forward(3600)
    await three.settle()
    found = await read(cem, uri)
    assert (found["state"], kinds(found)) == ("withdrawn", ["raised", "agreed", "talked_again", "withdrawn"])


async def test_only_whoever_was_asked_can_answer(three: World) -> None:
    oak, ash, _ = three.instances
    amina, sten, bryn = (
        await arrives(oak, "amina"), await arrives(oak, "sten", role="steward"), await arrives(ash, "bryn"),
    )  # fmt: skip
    assert amina.by is not None
    proposal_id = str(await raise_proposal(oak, amina.by))
    await three.settle()
    await sten.do("do_act", send={"reason": "Agreed.", "waived": True}, act="agree", id=proposal_id)
    owner = await sten.do("add_owner", send={"name": "The council"})
    await sten.do("set_ask", send={"owner_id": owner["id"], "verb": "meet"}, id=proposal_id)
    await sten.do("send", id=proposal_id)
    await amina.do("acknowledge_ask", 403, id=proposal_id)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    await add(bryn, uri, "answer", "Yes, of course.", 403, code="accepted")
    assert (await read(amina, uri))["state"] == "sent"
