"""Who leaves takes along what they said and did."""

from server.actions.accounts import account_gone
from server.actions.actors import record_account
from server.actions.follows import follow
from server.actions.likes import like_post
from server.actions.posts import publish_post
from server.actions.proposals import publish_proposal
from server.queries import accounts, posts
from server.rules.drafts import AccountDraft, Elsewhere, PostDraft, ProposalDraft
from server.rules.permissions import OPERATOR, Principal
from server.storage.sql import rows
from tests.world import World


async def test_an_account_that_is_gone_leaves_no_words_and_no_counts(three: World) -> None:
    oak = three.instances[0]
    rosa = await oak.member("rosa")
    topic = await oak.topic_view("damp-homes")
    with oak.use():
        proposal = await publish_proposal(
            rosa, ProposalDraft("Lifts", (("seen", "Broken"),), topic_id=topic.account.id)
        )
        stranger = await record_account(
            OPERATOR,
            AccountDraft(
                uri="https://far.example/users/pat",
                url="https://far.example/@pat",
                kind="person",
                name="pat",
                domain="far.example",
                inbox="https://far.example/inbox",
            ),
        )
        pat = Principal("remote", stranger)
        elsewhere = Elsewhere("https://far.example/notes/1", "https://far.example/notes/1", 1_790_000_000_000)
        await publish_post(pat, PostDraft(content_html="<p>Here too</p>", in_reply_to_id=proposal, elsewhere=elsewhere))
        await like_post(pat, proposal, "https://far.example/likes/1")
        await follow(pat, rosa.account_id, "https://far.example/follows/1")
    await three.settle()
    with oak.use():
        await account_gone(pat)
    await three.settle()
    with oak.use():
        found = await posts.by_id(proposal)
        author = await accounts.by_id(rosa.account_id)
        words = await rows("SELECT content_html FROM posts WHERE account_id = ?", [stranger])
    assert found is not None
    assert found.proposal is not None
    assert author is not None
    assert (found.replies_count, found.likes_count, found.proposal.comments_count) == (0, 0, 0)
    assert found.proposal.support_wider == 0
    assert author.followers_count == 0
    assert [row["content_html"] for row in words] == [""]
