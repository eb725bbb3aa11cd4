"""Proposals further on in their life for a furnished `Site`: one that was sent, with its answer link, and one that was
closed because of what was tried."""

from dataclasses import dataclass

from server.actions import proposals
from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask, send_proposal
from server.actions.contributions import decide_contribution
from server.actions.lifecycle import move_proposal
from server.actions.posts import publish_post
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.ids import now_ms
from server.rules.lifecycle import Wanted
from server.rules.permissions import Principal

DAY = 24 * 3600 * 1000


@dataclass(frozen=True)
class Life:
    """Ids of what is there. `token` belongs to the answer link of the proposal that was `sent`; `amendment` is a
    suggested wording for one that is still talked about, which nobody has decided about. `recorded` is the link
    of whoever gave the answer that Tom recorded."""

    sent: int
    token: str
    closed: int
    amendment: int
    recorded: str


async def furnish_life(rosa: Principal, tom: Principal, joyce: Principal, topic: int, talked_about: int) -> Life:
    """Rosa writes and Tom, a steward, moves on. Joyce adds to it."""
    await _add(joyce, talked_about, "corroboration", "", role="Adviser", place="Northside", number="6-20")
    await _add(joyce, talked_about, "evidence", "Our letters of one winter.", type="document")
    amendment = await _add(
        joyce, talked_about, "amendment", "Shorter.", sections={"change": "One inspection is enough."}
    )
    declined = await _add(tom, talked_about, "amendment", "", sections={"change": "No inspection at all."})
    await decide_contribution(rosa, declined, "declined", "Somebody has to find the cause.")

    sent = await _raised(rosa, topic, "The day of the repair is not told")
    token = await _send(tom, sent, "The contractor", sent_at=now_ms() - 60 * DAY)

    closed = await _raised(rosa, topic, "Reminders stop when a case changes teams")
    for place, before, after, result in (
        ("Northside", "31 of 100 missed", "12 of 100 missed", "better"),
        ("Canal Row", "6 of 20 missed", "5 of 20 missed", "same"),
    ):
        await _add(
            joyce,
            closed,
            "trial",
            "Sent by hand.",
            place=place,
            before=before,
            after=after,
            result=result,
            cost="2 hours",
        )
    recorded = await _send(tom, closed, "Customer services")
    await _add(
        tom,
        closed,
        "answer",
        "The trial convinced us.",
        code="partly",
        changeMind="More figures",
        via="letter",
        givenBy="H.",
    )
    await move_proposal(tom, closed, "begin")
    done = await _add(tom, closed, "action", "The form has one box.", due="2027-03-31")
    await decide_contribution(tom, done, "done")
    await _add(tom, closed, "action", "The second team follows.", due="2027-06-30")
    await _add(joyce, closed, "supplement", "It still holds in June.")
    await move_proposal(tom, closed, "close", Wanted("One yes counts everywhere.", outcome="changed"))
    return Life(sent, token, closed, amendment, recorded)


async def _raised(by: Principal, topic: int, title: str) -> int:
    sections = (("seen", "People wait at home for a week."), ("change", "Tell them two days before."))
    return await proposals.publish_proposal(by, ProposalDraft(title, sections, topic_id=topic))


async def _add(by: Principal, proposal_id: int, kind: str, text: str, **facts: object) -> int:
    return await publish_post(by, PostDraft(source=text, in_reply_to_id=proposal_id, record=kind, facts=facts))


async def _send(by: Principal, proposal_id: int, owner: str, *, sent_at: int | None = None) -> str:
    await move_proposal(by, proposal_id, "agree", Wanted("Agreed at the meeting of 3 May.", waived=True))
    owner_id = await keep_owner(by, OwnerDraft(owner))
    await prepare_ask(by, proposal_id, AskDraft(owner_id, "change_rule", "Let one yes be enough.", "2027-05-01"))
    return await send_proposal(by, proposal_id, sent_at=sent_at)
