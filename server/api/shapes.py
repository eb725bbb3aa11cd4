"""The answers that several calls of the civic API give, described (JSON Schema 2020-12, as OpenAPI 3.1 takes it)."""

from typing import Final

from server.api.operations import DATE, ID, NUMBER, TEXT, TIME, YES, listed, maybe, named, one_of, shape
from server.rules import facts
from server.rules.answers import CODES
from server.rules.checks import METHODS, RESULTS
from server.rules.contributions import KINDS
from server.rules.lifecycle import ACTS, OUTCOMES
from server.rules.proposals import SECTION_KEYS, STATES

BYLINE: Final = named("Byline", shape(name=TEXT, role=maybe(TEXT), organisation=maybe(TEXT)))
PERSON: Final = named("Account", shape(id=ID, acct=TEXT, name=TEXT, url=TEXT))
FACT_NAMES: Final = tuple(fact.name for fact in facts.PROPOSAL)
# What a proposal says beside its sections: each may be left out.
FACTS: Final = {
    "type": "object",
    "properties": {name: one_of(*fact.choices) for name, fact in zip(FACT_NAMES, facts.PROPOSAL, strict=True)},
    "additionalProperties": False,
}
SECTION: Final = shape(key=one_of(*SECTION_KEYS), source=TEXT, content=TEXT)
STEP: Final = named(
    "Step",
    shape(
        id=ID, kind=TEXT, state=maybe(one_of(*STATES)), at=TIME, by=maybe(TEXT), version=maybe(NUMBER), content=TEXT,
        said_in=maybe(ID),
    ),
)  # fmt: skip
ASK: Final = named(
    "Ask",
    shape(
        id=ID, owner=TEXT, verb=TEXT, content=TEXT, by_date=maybe(DATE), sent_at=maybe(TIME),
        acknowledged_at=maybe(TIME), answered_at=maybe(TIME),
        clock=maybe(shape(state=TEXT, due=DATE, days=NUMBER)),
    ),
)  # fmt: skip

_SHORT = shape(
    id=ID, uri=TEXT, url=TEXT, by=BYLINE, published_at=TIME, edited_at=maybe(TIME), version=NUMBER, text=TEXT,
    content=TEXT, language=maybe(TEXT), held=YES, type=one_of("proposal", "comment", "check", "post", *KINDS),
)  # fmt: skip
_PROPOSAL = shape(
    title=TEXT,
    kind=one_of("barrier", "practice"),
    state=one_of(*STATES),
    state_at=TIME,
    sections=listed(SECTION),
    topic=maybe(shape(id=ID, uri=TEXT, slug=TEXT, name=TEXT, hashtag=TEXT)),
    support=shape(here=NUMBER, civic=NUMBER, wider=NUMBER),
    outcome=maybe(one_of(*OUTCOMES)),
    answer_code=maybe(one_of(*CODES)),
    role=maybe(TEXT),
    place=maybe(TEXT),
    facts=FACTS,
    we_see_this_too=shape(count=NUMBER, places=NUMBER),
    endorsements_count=NUMBER,
    comments_count=NUMBER,
    answer_due=maybe(DATE),
)
RECORD: Final = named(
    "Record",
    {
        **_SHORT,
        "properties": {
            **_SHORT["properties"],
            **_PROPOSAL["properties"],
            "state": TEXT,
            "kind": TEXT,
            "proposal_id": ID,
            "stance": maybe(TEXT),
            "facts": {"type": "object"},
            "reason": TEXT,
            "method": one_of(*METHODS),
        },
    },
)
SHORT: Final = named(
    "Proposal",
    {
        "type": "object",
        "properties": {**_SHORT["properties"], **_PROPOSAL["properties"]},
        "required": [*_SHORT["required"], *_PROPOSAL["required"]],
    },
)
WHOLE: Final = named(
    "WholeProposal",
    {
        "allOf": [
            SHORT,
            shape(
                status={"type": "object"},
                timeline=listed(STEP),
                asks=listed(ASK),
                policies=listed(shape(id=ID, uri=TEXT, name=TEXT)),
                contributions=listed(RECORD),
                co_authors=listed(TEXT),
                acts=listed(one_of(*ACTS)),
            ),
        ]
    },
)
ENDORSEMENT: Final = named(
    "Endorsement",
    shape(id=ID, organisation=PERSON, proposal_id=ID, mandate=TEXT, authorised_by=maybe(TEXT), version=NUMBER, at=TIME),
)
FIGURES: Final = shape(
    consent=NUMBER, aside=NUMBER, silent=NUMBER, awaited=NUMBER, objections=NUMBER, answered=NUMBER
)  # fmt: skip
CHECK: Final = named(
    "Check",
    shape(
        id=ID, proposal_id=ID, method=one_of(*METHODS), state=one_of(*RESULTS), version=NUMBER, text=TEXT,
        options=listed(shape(title=TEXT, votes=maybe(NUMBER))), hidden=YES, figures=maybe(FIGURES),
        objections=listed(RECORD), unread_objections=NUMBER, ends_at=maybe(TIME), closed_at=maybe(TIME), may_vote=YES,
        owes_reason=YES,
    ),
)  # fmt: skip
ORGANISATION: Final = named(
    "Organisation",
    shape(id=ID, acct=TEXT, name=TEXT, url=TEXT, description=TEXT),
)
MEMBERSHIP: Final = named(
    "Membership",
    shape(account=PERSON, role=TEXT, claimed=YES, confirmed=YES, verified=YES, since=TIME),
)
DRAFT: Final = named(
    "Draft",
    shape(
        id=ID, proposal_id=maybe(ID), title=TEXT,
        sections={"type": "object", "properties": dict.fromkeys(SECTION_KEYS, TEXT)}, topic_id=maybe(ID),
        language=maybe(TEXT), kind=maybe(TEXT), role=maybe(TEXT), place=maybe(TEXT), facts=FACTS,
        content_warning=maybe(TEXT), policy_ids=listed(ID),
        policy_name=maybe(TEXT), base_version=maybe(NUMBER), updated_at=TIME, mine=YES,
    ),
)  # fmt: skip
DECISION: Final = named(
    "Decision",
    shape(
        id=ID, act=TEXT, reason=TEXT, words=TEXT, sentence=maybe(TEXT), at=TIME, about=maybe(TEXT),
        record_id=maybe(ID), appeal_until=maybe(DATE), may_appeal=YES, appeal=maybe(TEXT),
    ),
)  # fmt: skip
