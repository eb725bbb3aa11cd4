"""The life cycle under attack: who may do what at every address of it, odd words in every form, and answer links."""

from dataclasses import dataclass
from urllib.parse import quote

import pytest

from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask, send_proposal
from server.actions.lifecycle import move_proposal
from server.actions.posts import publish_post
from server.actions.proposals import publish_proposal
from server.api.civic import OPERATIONS
from server.rules.contributions import KINDS
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.lifecycle import ACTS, Wanted
from tests.hostile.ground import House, Person, filled

MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)>'
ODD = (
    MARKUP,
    "\x00",
    "\u202eevil",
    "9" * 4000,
    "-1",
    "2027-13-45",
    "javascript:alert(1)",
    "../../etc/passwd",
    "' OR 1=1 --",
    "e" + "\u0301" * 400,
)
TABLES = ("steps", "asks", "contributions", "owners", "posts")
REFUSED = (403, 404, 409, 422)


@dataclass
class Life:
    """A proposal by Rosa that is talked about, with a suggested wording; and one that was sent, with its link."""

    talked: int
    amendment: int
    sent: int
    token: str


async def live(oak: House, rosa: Person) -> Life:
    steward = await oak.join("tom", "steward")
    with oak.use():
        talked = await publish_proposal(rosa.by, ProposalDraft("Damp is proven twice", (("seen", "We wait."),)))
        amendment = await publish_post(
            steward.by,
            PostDraft(source="", in_reply_to_id=talked, record="amendment", facts={"sections": {"seen": "All wait."}}),
        )
        sent = await publish_proposal(rosa.by, ProposalDraft("Repairs have no day", (("seen", "We wait a week."),)))
        await move_proposal(steward.by, sent, "agree", Wanted("Agreed.", waived=True))
        owner = await keep_owner(steward.by, OwnerDraft("The contractor", email="secret@contractor.example"))
        await prepare_ask(steward.by, sent, AskDraft(owner, "meet"))
        token = await send_proposal(steward.by, sent)
    return Life(talked, amendment, sent, token)


async def standing(oak: House) -> dict[str, object]:
    """How much there is, and where the proposals stand."""
    with oak.use():
        found: dict[str, object] = {table: await oak.here.count(table) for table in TABLES}
        for state in ("raised", "sent"):
            found[state] = await oak.here.count("proposals", f"state = '{state}'")
        return found


async def test_a_member_moves_and_decides_nothing_that_is_anothers(oak: House, rosa: Person, mallory: Person) -> None:
    life = await live(oak, rosa)
    before = await standing(oak)
    form = {"reason": "Because", "outcome": "changed", "waived": "1", "do": "send", "owner": "1", "verb": "meet"}
    form |= {"name": "Mallory's council", "ask": "x", "code": "accepted", "text": "Yes", "verdict": "accepted"}
    paths = [f"/proposals/{number}/do/{act}" for number in (life.talked, life.sent) for act in ACTS]
    paths += [f"/proposals/{number}/{part}" for number in (life.talked, life.sent) for part in ("ask", "send")]
    paths += [f"/proposals/{life.sent}/answer", f"/proposals/{life.sent}/answer-link"]
    paths += [f"/proposals/{life.sent}/add/action", f"/posts/{life.amendment}/decide"]
    for path in paths:
        answer = await mallory.send(path, **form)
        assert answer.status_code in REFUSED, (path, answer.status_code)
    for path in (f"/proposals/{life.sent}", f"/proposals/{life.talked}"):
        page = (await mallory.browser.get(path)).text
        assert not [act for act in ACTS if f"/do/{act}" in page]
    assert await standing(oak) == before


async def test_a_member_does_no_more_through_the_civic_api(oak: House, rosa: Person, mallory: Person) -> None:
    life = await live(oak, rosa)
    before = await standing(oak)
    body = {"reason": "Because", "outcome": "changed", "waived": True, "verdict": "accepted", "owner_id": 1}
    body |= {"verb": "meet", "name": "Mallory's council", "email": "m@evil.example"}
    for number in (life.talked, life.sent):
        for act in ACTS:
            answer = await mallory.app.post(f"/api/v1/civic/proposals/{number}/acts/{act}", json=body)
            assert answer.status_code in REFUSED, (act, answer.status_code)
        for method, part in (("PUT", "ask"), ("POST", "send"), ("POST", "answer_link"), ("POST", "acknowledge")):
            answer = await mallory.app.request(method, f"/api/v1/civic/proposals/{number}/{part}", json=body)
            assert answer.status_code in REFUSED, (part, answer.status_code)
            assert life.token not in answer.text
        for kind in ("answer", "action"):
            given = {"kind": kind, "text": "Yes", "facts": {"code": "accepted"}}
            answer = await mallory.app.post(f"/api/v1/civic/proposals/{number}/contributions", json=given)
            assert answer.status_code in REFUSED, (kind, answer.status_code)
    answer = await mallory.app.post(f"/api/v1/civic/contributions/{life.amendment}/decide", json=body)
    assert answer.status_code in REFUSED
    assert (await mallory.app.post("/api/v1/civic/owners", json=body)).status_code in REFUSED
    assert "secret@contractor.example" not in (await mallory.app.get("/api/v1/civic/owners")).text
    assert await standing(oak) == before


async def test_every_operation_that_changes_something_wants_a_token_that_may_write(oak: House, rosa: Person) -> None:
    life = await live(oak, rosa)
    before = await standing(oak)
    reader = oak.client(authorization=f"Bearer {await oak.token(rosa.by, 'read')}")
    for operation in OPERATIONS:
        path = "/api" + filled(operation.path, lambda name: {"act": "withdraw"}.get(name, str(life.talked)))
        if not operation.scope:  # a personal link is the key, and this is none
            assert operation.method == "GET" or "/answer_links/" in path
            assert operation.method == "GET" or (await oak.visitor.request("POST", path, json={})).status_code in (
                404,
                422,
            )
        elif operation.method != "GET":
            assert (await oak.visitor.request(operation.method, path, json={})).status_code == 401, path
            assert (await reader.request(operation.method, path, json={})).status_code == 403, path
    assert await standing(oak) == before


@pytest.mark.parametrize("odd", ODD)
async def test_odd_words_are_kept_out_or_kept_harmless(oak: House, rosa: Person, odd: str) -> None:
    life = await live(oak, rosa)
    steward = oak.people["tom"]
    names = {fact.name for kind in KINDS.values() for fact in kind.facts} | {"text", "reason", "outcome", "verb", "ask"}
    names |= {"name", "email", "handle", "by_date", "owner", "question", "title", "seen", "verdict"}
    form = dict.fromkeys(names, odd)
    paths = [f"/proposals/{life.talked}/add/{kind}" for kind in KINDS] + [
        f"/proposals/{life.talked}/add/{quote(odd, safe='')}"
    ]
    paths += [f"/proposals/{life.talked}/do/agree", f"/proposals/{life.talked}/ask", f"/posts/{life.amendment}/decide"]
    paths += [f"/proposals/{life.sent}/answer", f"/proposals/{life.sent}/do/close"]
    for path in paths:
        answer = await steward.send(path, **form)
        assert answer.status_code < 500, (path, answer.text)
        assert "<script>alert" not in answer.text, path
        assert "<img src=x" not in answer.text, path
    for kind in KINDS:
        given = {"kind": kind, "text": odd, "facts": {fact.name: odd for fact in KINDS[kind].facts}}
        for facts in (given["facts"], [odd], {"sections": {"seen": {"a": odd}}, "place": {"x": odd}}):
            path = f"/api/v1/civic/proposals/{life.talked}/contributions"
            answer = await rosa.app.post(path, json={**given, "facts": facts})
            assert answer.status_code < 500, (kind, facts)
    for path in (f"/proposals/{life.talked}", f"/proposals/{life.talked}/print", f"/proposals/{life.talked}/versions"):
        page = await rosa.browser.get(path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text, path
        assert "<img src=x" not in page.text, path
        assert 'href="javascript:' not in page.text, path


async def test_an_answer_link_opens_one_thing_and_ends_when_there_is_a_new_one(oak: House, rosa: Person) -> None:
    life = await live(oak, rosa)
    before = await standing(oak)
    for token in ("x", "x" * 500, life.token[:-1], life.token.upper(), "%00", "0"):
        assert (await oak.visitor.get(f"/answer/{token}")).status_code in (400, 404), token
    page = await oak.visitor.get(f"/answer/{life.token}")
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "same-origin"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "secret@contractor.example" not in page.text
    assert (await oak.visitor.post(f"/answer/{life.token}", data={"do": "acknowledge"})).status_code == 403
    for path in (f"/proposals/{life.sent}", f"/api/v1/civic/proposals/{life.sent}", f"/proposals/{life.sent}/print"):
        assert life.token not in (await oak.visitor.get(path)).text, path
    assert await standing(oak) == before
    steward = oak.people["tom"]
    assert (await steward.send(f"/proposals/{life.sent}/answer-link")).status_code == 200
    assert (await oak.visitor.get(f"/answer/{life.token}")).status_code == 404
