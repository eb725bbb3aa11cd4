"""The desk: what members write to `@proposals` becomes a draft of theirs, and a proposal when they say so."""

from collections.abc import Awaitable, Callable

from server.actions.drafts import as_it_is, discard_draft, save_draft
from server.actions.posts import publish_post
from server.actions.proposals import KEYS, edit_proposal, publish_proposal
from server.actions.services import ensure_service
from server.rules.desk import Wording
from server.rules.drafts import KeyPairs, KnownMention, PostDraft, ProposalDraft
from server.rules.errors import Invalid
from server.rules.permissions import Principal, check_administer, check_member
from server.rules.proposals import DESK
from server.storage.models.accounts import Account
from server.views.posts import PostView
from server.views.proposals import DraftView

SUMMARY = (
    "Write to me what gets in the way of good work. I help you to raise it as a proposal, from any app."
    " A direct message stays between us until you say “publish”. Answer “help”, and I say how it goes."
)


async def ensure_desk(by: Principal, make_keys: Callable[[], Awaitable[KeyPairs]]) -> int:
    """The account `@proposals`. Returns its id."""
    check_administer(by)
    return await ensure_service(by, DESK, "Proposals desk", make_keys, SUMMARY)


async def keep_wording(
    by: Principal, conversation: int, wording: Wording, before: DraftView | None, language: str
) -> None:
    """Keep what a member said so far as a draft of theirs, which has the id of the conversation."""
    check_member(by)
    await save_draft(
        by,
        before.id if before else None,
        title=wording.title,
        answers=dict(wording.answers),
        topic_id=wording.topic_id,
        language=before.language if before else language,
        take_id=conversation,
    )


async def publish_draft(by: Principal, draft: DraftView, mentions: tuple[KnownMention, ...] = ()) -> int:
    """Raise a draft as it is; a second time gives the same proposal. Returns its id.

    Args:
        mentions: those whom its words name.

    Raises:
        Invalid: it has no title.
    """
    check_member(by)
    return await publish_proposal(by, as_it_is(draft, mentions))


async def drop_draft(by: Principal, draft: DraftView) -> None:
    """Throw a draft away."""
    check_member(by)
    await discard_draft(by, draft.id)


async def reword(by: Principal, post: PostView, wording: Wording, mentions: tuple[KnownMention, ...] = ()) -> None:
    """Change what a raised proposal says, as its author may.

    Args:
        mentions: those whom its words name.

    Raises:
        Conflict: it was sent, and what was sent stays as it was.
    """
    check_member(by)
    sections = tuple((key, wording.answers[key]) for key in KEYS if wording.answers.get(key, "").strip())
    if not wording.title:
        raise Invalid("title", "Say in one line what gets in the way.")
    draft = ProposalDraft(
        title=wording.title,
        sections=sections,
        topic_id=wording.topic_id,
        spoiler_text=post.spoiler_text,
        sensitive=post.sensitive,
        language=post.language,
        mentions=mentions,
    )
    await edit_proposal(by, post.id, draft)


async def answer(
    by: Principal, to: KnownMention, source: str, *, key: str, language: str, answers: int | None
) -> int | None:
    """Write one person a direct message in the name of the desk. Returns its id; None where there is no desk.

    Args:
        by: the operator: it is the instance that answers.
        source: Markdown.
        key: the cause: the same one sends the same message once.
        answers: the id of the message that is answered.

    Raises:
        NotFound: what is answered is gone, or its writer has blocked the desk.
    """
    check_administer(by)
    desk = await Account.get_or_none(name_key=DESK, domain="", kind="service").only("id")
    if desk is None:
        return None
    draft = PostDraft(
        source=source,
        visibility="direct",
        in_reply_to_id=answers,
        mentions=(to,),
        language=language,
        idempotency_key=key,
    )
    return await publish_post(Principal("member", desk.id), draft)
