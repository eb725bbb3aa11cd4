"""The walking skeleton: raised on one instance, commented on from the second, supported from the third."""

from server.actions.likes import like_post, unlike_post
from server.actions.posts import delete_post, publish_post
from server.actions.proposals import edit_proposal, publish_proposal
from server.queries import posts
from server.queries.notifications import of as notifications_of
from server.rules.drafts import PostDraft, ProposalDraft
from server.rules.permissions import Principal
from server.views.posts import PostView
from server.views.viewer import VISITOR, Page, viewer_of
from tests.world import Site, World

ANSWERS = (
    ("seen", "Families wait **28 days** between two visits."),
    ("rule", "Repairs contract, schedule 4, line 12"),
    ("change", "Let one inspection be enough."),
)


async def raise_proposal(site: Site, by: Principal, title: str = "Damp must be proven twice") -> int:
    topic = await site.topic_view("damp-homes")
    with site.use():
        return await publish_proposal(by, ProposalDraft(title, ANSWERS, topic_id=topic.account.id, language="en"))


async def seen_at(site: Site, uri: str) -> PostView | None:
    with site.use():
        return await posts.by_uri(uri, VISITOR)


async def test_three_linked_chapters_are_one_topic(three: World) -> None:
    ids = set()
    for site in three.instances:
        topic = await site.topic_view("damp-homes")
        ids.add(topic.topic_id)
        assert [chapter.state for chapter in topic.chapters] == ["linked", "linked"]
    assert len(ids) == 1


async def test_a_proposal_arrives_once_everywhere(three: World) -> None:
    oak, ash, elm = three.instances
    amina = await oak.member("amina")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    for site in (ash, elm):
        found = await seen_at(site, uri)
        assert found is not None
        assert found.proposal is not None
        assert found.title == "Damp must be proven twice"
        assert [(part.key, part.source) for part in found.proposal.sections] == list(ANSWERS)
        assert "<strong>28 days</strong>" in found.proposal.sections[0].html
        assert found.topic is not None
        assert found.topic.slug == "damp-homes"
        assert found.byline.name == "amina"


async def test_a_comment_and_support_from_elsewhere_reach_everyone(three: World) -> None:
    oak, ash, elm = three.instances
    amina, bryn, cem = await oak.member("amina"), await ash.member("bryn"), await elm.member("cem")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    at_ash, at_elm = await seen_at(ash, uri), await seen_at(elm, uri)
    assert at_ash is not None
    assert at_elm is not None
    with ash.use():
        comment_id = await publish_post(
            bryn, PostDraft(source="Same in our street. #experience", in_reply_to_id=at_ash.id)
        )
    with elm.use():
        await like_post(cem, at_elm.id)
    await three.settle()
    for site in three.instances:
        found = await seen_at(site, uri)
        assert found is not None
        assert found.proposal is not None
        assert found.replies_count == 1
        assert found.proposal.comments_count == 1
        assert found.likes_count == 1
        assert found.proposal.support_here + found.proposal.support_civic == 1
        assert found.proposal.support_wider == 0
        comment = await seen_at(site, f"https://ash.example/posts/{comment_id}")
        assert comment is not None
        assert comment.kind == "comment"
        assert comment.stance == "experience"
        assert comment.in_reply_to_id == found.id
    with oak.use():
        told = [view.kind for _, view in await notifications_of(viewer_of(amina), Page()) if view]
    assert sorted(told) == ["favourite", "mention"]


async def test_an_edit_a_withdrawn_support_and_a_deletion_travel_too(three: World) -> None:
    oak, ash, elm = three.instances
    amina, bryn, cem = await oak.member("amina"), await ash.member("bryn"), await elm.member("cem")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    at_ash, at_elm = await seen_at(ash, uri), await seen_at(elm, uri)
    assert at_ash is not None
    assert at_elm is not None
    with elm.use():
        await like_post(cem, at_elm.id)
    with ash.use():
        comment_id = await publish_post(bryn, PostDraft(source="Wrong line number?", in_reply_to_id=at_ash.id))
    await three.settle()
    three.clock.forward(60)
    with oak.use():
        changed = (ANSWERS[0], ("rule", "Schedule 4, line 14"), ANSWERS[2])
        await edit_proposal(amina, proposal_id, ProposalDraft("Damp must be proven twice", changed))
    with elm.use():
        await unlike_post(cem, at_elm.id)
    with ash.use():
        await delete_post(bryn, comment_id)
    await three.settle()
    for site in three.instances:
        found = await seen_at(site, uri)
        assert found is not None
        assert found.proposal is not None
        assert found.version == 2
        assert found.proposal.sections[1].source == "Schedule 4, line 14"
        assert found.likes_count == 0
        assert found.proposal.comments_count == 0
        assert await seen_at(site, f"https://ash.example/posts/{comment_id}") is None


async def test_what_one_instance_missed_while_it_was_away_reaches_it_on_its_return(three: World) -> None:
    oak, _, elm = three.instances
    amina = await oak.member("amina")
    three.wire.down.add("elm.example")
    proposal_id = await raise_proposal(oak, amina)
    await three.settle()
    uri = f"https://oak.example/proposals/{proposal_id}"
    assert await seen_at(elm, uri) is None
    three.wire.down.clear()
    three.clock.forward(24 * 3600)
    await three.settle()
    assert await seen_at(elm, uri) is not None


async def test_a_newly_linked_chapter_gets_what_was_said_before(three: World, worlds: object) -> None:
    oak, ash, _ = three.instances
    amina, bryn = await oak.member("amina"), await ash.member("bryn")
    await oak.topic("forms", "Forms")
    topic = await oak.topic_view("forms")
    with oak.use():
        proposal_id = await publish_proposal(amina, ProposalDraft("Too many forms", ANSWERS, topic_id=topic.account.id))
        await publish_post(amina, PostDraft(source="Nineteen this winter.", in_reply_to_id=proposal_id))
    await three.settle()
    await ash.link("forms", oak)
    await three.settle()
    await oak.link("forms", ash)
    await three.settle()
    found = await seen_at(ash, f"https://oak.example/proposals/{proposal_id}")
    assert found is not None
    assert found.replies_count == 1
    assert bryn.account_id
