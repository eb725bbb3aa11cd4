"""Believable content for a `Site`: topics, proposals, a conversation, support, a draft, an invitation, a report."""

import dataclasses
from dataclasses import dataclass

from server.actions import (
    appeals,
    bookmarks,
    coauthors,
    domains,
    drafts,
    invites,
    likes,
    moderation,
    organisations,
    policies,
    posts,
    proposals,
    reports,
    topics,
)
from server.ledger.peers import note_held
from server.rules.domains import DomainRule
from server.rules.drafts import PollDraft, PostDraft, ProposalDraft
from server.rules.ids import new_id, now_ms
from server.rules.moderation import Why
from server.rules.permissions import OPERATOR, Principal
from server.rules.policies import PolicyDraft
from server.storage import search
from server.storage.models.moderation import Decision
from server.storage.models.work import PARKED, WAITING, Activity, Delivery, Host
from tests.web.furnish_life import furnish_life
from tests.web.site import Site, no_keys

DAY = 24 * 3600 * 1000


@dataclass(frozen=True)
class Furnished:
    """Ids and codes of what is there."""

    topic: int
    proposal: int
    comment: int
    answer: int
    draft: int
    invite: str
    poll: int
    long: int
    tom: int
    held: int
    own: int
    report: int
    appeal: int
    policy: int
    together: str
    group: str
    sent: int
    token: str
    closed: int
    amendment: int
    recorded: str


async def furnish(site: Site) -> Furnished:
    joyce, tom, rosa = (site.people[name] for name in ("joyce", "tom", "rosa"))
    topic = await topics.create_topic(
        OPERATOR,
        "damp-and-repairs",
        "Damp, mould and repairs",
        keys=await no_keys(),
        description="What stands between a report of damp and a dry wall, in the homes around Merebridge.",
    )
    await topics.create_topic(
        OPERATOR, "plain-letters", "Letters people can understand", keys=await no_keys(), description="From landlords."
    )
    words = {
        "seen": "A family reports black mould in October. The first visit is in November, the second in January.\n\n"
        "By then the plaster has gone, and a £140 job has become a £2,300 one.",
        "rule": "Repairs contract, schedule 4: “two inspections not less than 28 days apart”.",
        "change": "One inspection, or dated photos from the tenant, should be enough to order the repair.",
        "evidence": "Nineteen letters this winter, all about the second visit.",
    }
    proposal = await proposals.publish_proposal(
        rosa,
        ProposalDraft(
            "Tenants must prove damp twice before anyone may repair it", tuple(words.items()), topic_id=topic
        ),
    )
    await proposals.edit_proposal(
        rosa,
        proposal,
        ProposalDraft(
            "Tenants must prove damp twice before anyone may repair it",
            tuple({**words, "change": words["change"] + " Keep a second visit for jobs over £5,000."}.items()),
            topic_id=topic,
        ),
    )
    await proposals.publish_proposal(
        tom,
        ProposalDraft(
            "The repairs app will not take a report without an email address",
            (("seen", "Older tenants ring us instead."), ("change", "Let a tenant report by text message.")),
            topic_id=topic,
        ),
    )
    said = (
        (joyce, "experience", "The second visit came while I was at work. They put a card through the door."),
        (tom, "question", "Was there a number on the card to rebook within the 28 days?"),
        (rosa, "neutral", "A number, yes. It rang out for a week."),
    )
    parent, ids = proposal, []
    for by, stance, text in said:
        parent = await posts.publish_post(by, PostDraft(source=text, in_reply_to_id=parent, stance=stance))
        ids.append(parent)
    removed = await posts.publish_post(rosa, PostDraft(source="Flat 9 is the worst.", in_reply_to_id=proposal))
    await moderation.remove_post(tom, removed, Why("identifies_someone"))
    for by in (joyce, tom):
        await likes.like_post(by, proposal)
    appeal = await appeals.file_appeal(
        rosa, await Decision.get(post_id=removed).values_list("id", flat=True), "Everybody here knows it is damp."
    )
    report = await reports.file_report(
        rosa, tom.account_id, (ids[1],), comment="Asks for a phone number.", category="other"
    )
    draft = await drafts.save_draft(
        rosa,
        None,
        title="Extractor fans are taken out at every change of tenant",
        answers={**words, "change": "Leave a working fan in place."},
        topic_id=topic,
    )
    invite = await invites.create_invite(OPERATOR, note="the repairs team", uses=5)
    poll = await posts.publish_post(
        joyce,
        PostDraft(
            source="When shall we meet about the damp?",
            in_reply_to_id=proposal,
            poll=PollDraft(("Tuesday evening", "Saturday morning"), False, now_ms() + DAY),
        ),
    )
    await search.put(proposal, "Tenants must prove damp twice before anyone may repair it", " ".join(words.values()))
    await bookmarks.bookmark_post(rosa, ids[0])
    await domains.block_domain(OPERATOR, "spam.example", "It sends advertising to every member.")
    await domains.decide_domain(OPERATOR, DomainRule("loud.example", "limit", reject_media=True, public_comment="Loud"))
    await note_held("newcomer.example", now_ms())
    await _met("hearthline.example", failures=0)
    await _met("council-with-a-very-long-name.merebridge.example", failures=3)
    long = await _long(tom, topic)
    words_held = "Same here. Mrs Odell on Tanner’s Reach waited eleven weeks. The baby was born 4 February."
    held = await posts.publish_post(joyce, PostDraft(source=words_held, in_reply_to_id=proposal, hold="details"))
    policy = await policies.keep_policy(
        tom,
        PolicyDraft(
            "Repairs contract, schedule 4",
            kind="contract",
            owner_name="Northside Council",
            source="Two inspections not less than 28 days apart.",
            easy="Somebody has to look twice before a wall is mended.",
        ),
    )
    together = await coauthors.invite_co_author(rosa, draft_id=draft)
    row = organisations.OrganisationDraft("Residents of the row", mandate="By a show of hands at the Tuesday meeting.")
    await organisations.create_organisation(joyce, "canal_side", row, keys=await no_keys())
    life = await furnish_life(rosa, tom, joyce, topic, proposal)
    return Furnished(
        topic=topic,
        proposal=proposal,
        comment=ids[0],
        answer=ids[1],
        draft=draft,
        invite=invite,
        poll=poll,
        long=long,
        tom=tom.account_id,
        held=held,
        own=ids[2],
        report=report,
        appeal=appeal,
        policy=policy,
        together=together,
        group="canal_side",
        **dataclasses.asdict(life),
    )


async def _met(domain: str, *, failures: int) -> None:
    """Another server that we know, in good order or in trouble."""
    now = now_ms()
    await _letters(domain, PARKED if failures else WAITING)
    await Host.create(domain=domain, software="Folkmoot 0.1.0", first_seen=now, last_success=now, failures=failures)


async def _long(by: Principal, topic: int) -> int:
    """What other languages and tired fingers write: words that fit on no line."""
    return await proposals.publish_proposal(
        by,
        ProposalDraft(
            "Rechtsschutzversicherungsgesellschaftenangestelltenverordnung" * 2,
            (
                ("seen", "Wohnungsbauförderungsmittelvergabeverordnungen " * 12),
                ("rule", "https://merebridge.example/" + "housing-repairs-contract-schedule-four-" * 5),
                ("change", "Aaaaaaaaa" * 30),
            ),
            topic_id=topic,
        ),
    )


async def _letters(domain: str, state: int) -> None:
    """Two messages for another server: on their way, or given up."""
    for number in (1, 2):
        activity_id = new_id()
        about = f"https://oak.example/proposals/{activity_id}"
        uri = f"https://oak.example/activities/{activity_id}"
        await Activity.create(id=activity_id, uri=uri, account_id=1, object_uri=about, body=b"{}", created_at=now_ms())
        await Delivery.create(
            id=new_id(),
            activity_id=activity_id,
            host=domain,
            inbox=f"https://{domain}/inbox",
            chain=about,
            sender_account_id=1,
            state=state,
            attempts=7 * number,
            run_at=now_ms() + DAY,
            last_error="the server did not answer in time",
            created_at=now_ms() - DAY,
        )
