from hashlib import sha256

from federation.activities import update
from federation.contexts import ACTOR_CONTEXT, OBJECT_CONTEXT, standalone
from federation.values import dumps, time_of

PERSON = {"id": "https://a.example/users/ann", "type": "Person"}
NOTE = {"id": "https://a.example/posts/1", "type": "Note"}


def test_only_what_is_about_an_actor_carries_the_context_with_keys() -> None:
    moment = time_of("2026-11-20T10:00:00Z")
    assert moment is not None
    assert standalone(PERSON)["@context"] == ACTOR_CONTEXT
    assert update("https://a.example/activities/1", PERSON, moment)["@context"] == ACTOR_CONTEXT
    assert standalone(NOTE)["@context"] == OBJECT_CONTEXT
    assert standalone({"type": "Accept", "object": {"type": [[]]}})["@context"] == OBJECT_CONTEXT


def test_the_contexts_never_change() -> None:
    """Every proof covers them: a change here breaks all proofs made before."""
    digest = sha256(dumps({"actor": ACTOR_CONTEXT, "object": OBJECT_CONTEXT})).hexdigest()
    assert digest == "147c3f68ac92728379debebde99f10fbd1bb6ed73bab49660f4811609db8c80e"


def test_no_term_is_defined_in_two_ways() -> None:
    actor, obj = ACTOR_CONTEXT[-1], OBJECT_CONTEXT[-1]
    assert all(actor[term] == obj[term] for term in actor.keys() & obj.keys())
