"""What arrives about checks: from whoever objected the reason, from the home of a proposal what it says of them."""

from dataclasses import replace

from server.queries.checks import has_objected
from server.rules.checks import METHODS, OBJECT, RESULTS
from server.rules.drafts import PostDraft
from server.rules.ids import now_ms
from server.rules.permissions import Principal, check_write
from server.storage.models.accounts import Account
from server.storage.models.checks import Check
from server.storage.models.posts import PollVote, Post

TOLD = "check"  # the record that a poll says it is


async def as_reason(by: Principal, parent: Post | None, draft: PostDraft) -> PostDraft:
    """An answer to the message that asked why somebody objects is their objection, from any app."""
    check_write(by)
    if parent is None or parent.visibility != "direct" or parent.in_reply_to_id is None or draft.record:
        return draft
    check = await Check.get_or_none(post_id=parent.in_reply_to_id, method="consent", state="open")
    asked = await Post.get_or_none(id=parent.in_reply_to_id)
    if check is None or asked is None or asked.account_id != parent.account_id:
        return draft
    if not await PollVote.exists(poll_id=check.post_id, account_id=by.account_id, choice=OBJECT):
        return draft
    if await has_objected(check.post_id, by.account_id):
        return draft
    return replace(draft, record="objection", facts={"check": asked.uri})


async def attach_told_check(by: Principal, post: Post, draft: PostDraft) -> None:
    """A poll from elsewhere that says it is a check of this proposal; only the proposal's home can say so."""
    check_write(by)
    if draft.elsewhere is None or draft.record != TOLD or draft.poll is None or post.proposal_id is None:
        return
    method = next((method for method in METHODS if method == draft.facts.get("method")), None)
    if method is None or not await _is_its_home(by, post.proposal_id):
        return
    version = draft.facts.get("version")
    await Check.create(
        post_id=post.id,
        proposal_id=post.proposal_id,
        method=method,
        state=_told_result(draft) or "open",
        version=version if isinstance(version, int) and version > 0 else 1,
        closed_at=now_ms() if _told_result(draft) in ("passed", "failed") else None,
    )


async def take_over_result(by: Principal, post: Post, draft: PostDraft) -> None:
    """What came of a check, as its home tells it."""
    check_write(by)
    told = _told_result(draft)
    if draft.elsewhere is not None and told in ("passed", "failed"):
        await Check.filter(post_id=post.id).exclude(state=told).update(state=told, closed_at=now_ms())


async def _is_its_home(by: Principal, proposal_id: int) -> bool:
    proposal = await Post.get(id=proposal_id).only("local", "account_id")
    if proposal.local:
        return False
    author = await Account.get(id=proposal.account_id).only("domain")
    return await Account.exists(id=by.account_id, domain=author.domain)


def _told_result(draft: PostDraft) -> str:
    return next((result for result in RESULTS if result == draft.facts.get("result")), "")
