"""What members are told: in their own words, by proposal, and as often as they chose."""

from server.actions.asks import AskDraft, OwnerDraft, keep_owner, prepare_ask, send_proposal
from server.actions.comments import publish_comment
from server.actions.lifecycle import move_proposal
from server.actions.proposals import publish_proposal
from server.effects import find, notify
from server.effects.context import Context
from server.effects.table import TABLE
from server.jobs.effects import event_of
from server.ledger import queue
from server.ledger.queue import JobOutcome, Verdict
from server.live.hub import Hub
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.ids import now_ms
from server.rules.lifecycle import Wanted
from tests.web.site import Site

PARTS = (("seen", "Two visits."), ("rule", "Schedule 4"), ("change", "One visit."))


async def settle(site: Site, *, indexed: bool = False) -> None:
    """Members are told, and what was said can be found if wanted. Other servers are not, for nobody here has keys."""
    while jobs := await queue.claim("effects", 50, lock="test", now=now_ms() + 1000):
        for job in jobs:
            event = event_of(job)
            for consequence in TABLE[type(event)]:
                if consequence.__module__ in (notify.__name__, *([find.__name__] if indexed else [])):
                    await consequence(Context(site.settings, Hub(), now_ms, job.id), event)
        await queue.settle([JobOutcome(job, Verdict.DONE) for job in jobs], lock="test")


async def an_answer(site: Site, *, indexed: bool = False) -> int:
    """Rosa comments on a proposal of Joyce, which is then answered."""
    joyce, tom, rosa = site.people["joyce"], site.people["tom"], site.people["rosa"]
    with site.database.use():
        proposal_id = await publish_proposal(joyce, ProposalDraft("Damp is proven twice", PARTS))
        await publish_comment(rosa, PostDraft(source="We waited *five weeks*.", in_reply_to_id=proposal_id))
        await move_proposal(tom, proposal_id, "agree", Wanted("Agreed.", waived=True))
        owner_id = await keep_owner(tom, OwnerDraft("The council"))
        await prepare_ask(tom, proposal_id, AskDraft(owner_id, "change_rule", "One visit."))
        await send_proposal(tom, proposal_id)
        facts = {"code": "partly", "givenBy": "The council"}
        answer = PostDraft("One visit from April.", in_reply_to_id=proposal_id, record="answer", facts=facts)
        await publish_comment(tom, answer)
        await settle(site, indexed=indexed)
    return proposal_id


async def test_a_member_reads_what_they_said_and_what_was_answered(site: Site) -> None:
    proposal_id = await an_answer(site)
    browser = site.browser()
    await browser.sign_in("rosa")
    for path in ("/notifications", "/notifications/digest", f"/proposals/{proposal_id}"):
        text = (await browser.get(path)).text
        assert "You said, they did" in text, path
        assert "<em>five weeks</em>" in text, path
        assert "Partly accepted (The council)" in text, path
        assert "One visit from April." in text, path
    assert "You said, they did" not in (await site.browser().get(f"/proposals/{proposal_id}")).text


async def test_the_news_of_one_proposal_stand_together(site: Site) -> None:
    joyce, rosa = site.people["joyce"], site.people["rosa"]
    with site.database.use():
        proposal_id = await publish_proposal(joyce, ProposalDraft("Damp is proven twice", PARTS))
        for number in range(12):
            await publish_comment(rosa, PostDraft(source=f"Word {number}.", in_reply_to_id=proposal_id))
        await settle(site)
    browser = site.browser()
    await browser.sign_in("joyce")
    text = (await browser.get("/notifications/digest")).text
    assert text.count("Damp is proven twice") == 1
    assert all(f"Word {number}." in text for number in range(12))
    assert text.index("Word 11.") < text.index("Word 0.")


async def test_what_somebody_does_not_want_to_hear_is_not_told(site: Site) -> None:
    browser = site.browser()
    await browser.sign_in("rosa")
    form = {"outcomes": "none", "mentions": "weekly", "mail": "1"}
    answer = await browser.send("/settings/telling", form, page="/settings/telling")
    assert answer.status_code == 303
    kept = (await browser.get("/settings/telling")).text
    assert 'value="none" selected' in kept
    assert 'value="weekly" selected' in kept
    await an_answer(site)
    text = (await browser.get("/notifications")).text
    assert "Answered" not in text
    assert "Agreed" in text  # what happened before the answer is another kind of news
