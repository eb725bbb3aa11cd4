"""Everything that reads what other servers send and needs no database, on documents of every dialect with something
broken in them: each is read or refused, and nothing else ever happens."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

from federation import nodeinfo
from federation.audience import visibility_of
from federation.errors import ProtocolError
from federation.objects.actor import Actor
from federation.objects.collection import Collection, Page
from federation.objects.policy import Policy, is_policy
from federation.objects.post import Post
from federation.objects.proposal import Proposal, is_proposal
from federation.origin import check_activity, check_fetched, check_object
from federation.parse import parse_activity
from federation.signatures import proof
from federation.signatures.verify import ReceivedRequest, key_id_of, verify_request
from federation.values import dumps, loads
from federation.webfinger import parse_jrd
from server.remote.chapters import chapter_facts
from server.remote.drafts import Setting, post_draft, proposal_draft, proposal_from_text
from server.rules.sanitise import clean_html, clean_name
from server.rules.text import render_markdown
from tests.elsewhere import ed25519_pair, rsa_pair
from tests.fuzz.cases import READ_ONLY, START, Tally, drawn
from tests.fuzz.dialects import activities
from tests.fuzz.mutation import damaged, mutated, written
from tests.payloads.recorded import EVERY, payload

BROKEN = 50  # variants of each document of the grammar
SETTING = Setting("public", 1_800_000_000_000)
SEEDS = [
    *(dumps(payload(name)) for name in EVERY),
    b'{"subject":"acct:s1@elm.example","aliases":[],"links":[{"rel":"self","type":"application/activity+json","href":"https://elm.example/users/s1"}]}',
    b'{"version":"2.1","software":{"name":"mastodon","version":"4.5"},"protocols":["activitypub"],"usage":{"users":{"total":3}},"openRegistrations":true}',
    b'{"links":[{"rel":"http://nodeinfo.diaspora.software/ns/schema/2.1","href":"https://elm.example/nodeinfo/2.1"}]}',
    b'{"id":"https://elm.example/c","type":"OrderedCollection","totalItems":3,"first":{"id":"https://elm.example/c?p=1","type":"OrderedCollectionPage","orderedItems":["https://elm.example/1"],"next":"https://elm.example/c?p=2"}}',
    dumps(
        {
            "keyId": "https://elm.example/users/s1#main-key",
            "algorithm": "hs2019",
            "headers": "(request-target) host date digest",
            "signature": "AAAA",
            "date": "Sun, 22 Nov 2026 10:00:00 GMT",
            "digest": "SHA-256=AAAA",
            "signature-input": 'sig1=("@method" "content-digest");created=1;keyid="https://elm.example/k"',
            "content-digest": "sha-256=:AAAA:",
        }
    ),
]
READERS: tuple[Callable[[Any], object], ...] = (
    Actor.parse,
    Post.parse,
    Collection.parse,
    Page.parse,
    Policy.parse,
    parse_jrd,
    nodeinfo.parse,
    chapter_facts,
    proof.proof_key_id,
    lambda document: nodeinfo.parse_links(document, "https://elm.example/.well-known/nodeinfo"),
    lambda document: check_fetched(document, "https://elm.example/users/s1"),
    lambda document: proof.verify_proof(document, multibase=ed25519_pair(1)[1], now=0),
)


def read(raw: bytes) -> None:
    """As far as a document gets without a database. Raises `ProtocolError` for what is refused."""
    document = loads(raw)
    for reader in READERS:
        with suppress(ProtocolError):
            reader(document)
    with suppress(ProtocolError):
        activity = parse_activity(document)
        for inner in activity.inners[:4]:
            with suppress(ProtocolError):
                check_object(activity, inner)
            with suppress(ProtocolError):
                check_activity(parse_activity(inner), activity.actor)
            taken(inner)
        check_activity(activity, activity.actor)
    taken(document)
    headers = tuple((key.lower(), value) for key, value in document.items() if isinstance(value, str))
    headers += (("signature", ",".join(f'{key}="{value}"' for key, value in headers)),)
    with suppress(ProtocolError):
        request = ReceivedRequest("POST", "/inbox", headers, raw, "https", "oak.example")
        key_id_of(request)
        verify_request(request, rsa_pair(1)[1], now=0)


def taken(document: dict[str, Any]) -> None:
    """What a form of ours would have made of it, with the words that people then see."""
    with suppress(ProtocolError):
        post = Post.parse(document)
        visibility_of(post.to, post.cc, "https://elm.example/users/s1/followers")
        draft = post_draft(post, SETTING)
        clean_name(draft.title, 120)
        if draft.content_html is None:
            render_markdown(draft.source, mentions={}, tag_url=str)
        else:
            clean_html(draft.content_html)
        proposal_from_text(post, SETTING)
        if is_proposal(document):
            proposal_draft(Proposal.parse(document), SETTING)
        if is_policy(document):
            Policy.parse(document)


def test_whatever_comes_is_read_or_refused() -> None:
    tally = Tally(READ_ONLY)
    random = Random(START)
    for raw in drawn(activities().map(written), -(-READ_ONLY // (2 * BROKEN))):
        for number in range(BROKEN):
            attempt(tally, raw if number == 0 else written(mutated(raw, random.choice(SEEDS), random)))
            known = random.choice(SEEDS)
            attempt(tally, damaged(known, random) if number % 5 == 0 else written(mutated(known, raw, random)))
    tally.told("read without a database")


def attempt(tally: Tally, raw: bytes) -> None:
    tally.case()
    try:
        read(raw)
    except ProtocolError:
        pass
    except Exception as error:
        tally.fault(error, raw)


def test_a_fault_would_be_seen() -> None:
    """The net has no hole: an error of ours in a reader ends the run with the document that caused it."""
    tally = Tally(1)
    try:
        raise KeyError("content")
    except KeyError as error:
        tally.fault(error, b"{}")
    assert list(tally.faults.values()) == ["b'{}'"]
