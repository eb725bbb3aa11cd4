"""A member's filters: words and single posts they do not want to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.rules.errors import Invalid, NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_member
from server.storage.models.filters import Filter, FilterKeyword, FilterStatus
from server.storage.models.posts import Post
from server.storage.sql import execute
from server.storage.unit import unit
from server.views.filters import ACTIONS, CONTEXTS

MOST_FILTERS = 200
MOST_KEYWORDS = 200  # of one filter: each is looked for in every post that is read
MOST_STATUSES = 1_000
LENGTH = 255


@dataclass(frozen=True, slots=True)
class FilterDraft:
    """`expires_at` in milliseconds; None is never."""

    title: str
    contexts: tuple[str, ...]
    action: str = "warn"
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class KeywordDraft:
    """A keyword that is new (`id` 0), changed, or to be taken away (`gone`)."""

    keyword: str = ""
    whole_word: bool = True
    id: int = 0
    gone: bool = False


async def create_filter(by: Principal, draft: FilterDraft, keywords: Sequence[KeywordDraft] = ()) -> int:
    """A new filter; returns its id.

    Raises:
        Invalid: no title or place, an unknown one, or too many filters or keywords.
    """
    check_member(by)
    check_filter(by, draft)
    if await Filter.filter(account_id=by.account_id).count() >= MOST_FILTERS:
        raise Invalid("title", "You have %(limit)s filters, which is the limit. Delete one first.", limit=MOST_FILTERS)
    async with unit():
        row = await Filter.create(
            id=new_id(),
            account_id=by.account_id,
            title=draft.title.strip(),
            contexts=list(draft.contexts),
            action=draft.action,
            expires_at=draft.expires_at,
            created_at=now_ms(),
        )
        await change_keywords(by, row.id, keywords)
        await changed(by)
    return int(row.id)


async def edit_filter(by: Principal, filter_id: int, draft: FilterDraft, keywords: Sequence[KeywordDraft] = ()) -> None:
    """Replace what a filter is; keywords that are not named stay."""
    check_member(by)
    check_filter(by, draft)
    async with unit():
        row = await own_filter(by, filter_id)
        row.title, row.contexts = draft.title.strip(), list(draft.contexts)
        row.action, row.expires_at = draft.action, draft.expires_at
        await row.save()
        await change_keywords(by, row.id, keywords)
        await changed(by)


async def delete_filter(by: Principal, filter_id: int) -> None:
    """Take a filter away with all its words."""
    check_member(by)
    async with unit():
        await (await own_filter(by, filter_id)).delete()
        await changed(by)


async def add_keyword(by: Principal, filter_id: int, draft: KeywordDraft) -> int:
    """One more keyword; returns its id."""
    check_member(by)
    async with unit():
        row = await own_filter(by, filter_id)
        await change_keywords(by, row.id, [draft])
        await changed(by)
        newest = await FilterKeyword.filter(within_id=row.id).order_by("-id").first()
    assert newest is not None
    return int(newest.id)


async def edit_keyword(by: Principal, keyword_id: int, draft: KeywordDraft) -> None:
    """Change a keyword."""
    check_member(by)
    async with unit():
        row = await own_keyword(by, keyword_id)
        check_keyword(by, draft)
        row.keyword, row.whole_word = draft.keyword.strip(), draft.whole_word
        await row.save()
        await changed(by)


async def delete_keyword(by: Principal, keyword_id: int, *, filter_too: bool = False) -> None:
    """Take a keyword away, and with `filter_too` the filter if nothing is left in it."""
    check_member(by)
    async with unit():
        row = await own_keyword(by, keyword_id)
        await row.delete()
        left = await FilterKeyword.exists(within_id=row.within_id) or await FilterStatus.exists(within_id=row.within_id)
        if filter_too and not left:
            await Filter.filter(id=row.within_id).delete()
        await changed(by)


async def add_status(by: Principal, filter_id: int, post_id: int) -> int:
    """One more post; returns the id of the entry. A post that is in it already stays as it is."""
    check_member(by)
    async with unit():
        row = await own_filter(by, filter_id)
        if not await Post.exists(id=post_id, deleted_at=None):
            raise NotFound
        found = await FilterStatus.get_or_none(within_id=row.id, post_id=post_id)
        if found is None:
            if await FilterStatus.filter(within_id=row.id).count() >= MOST_STATUSES:
                raise Invalid("status_id", "A filter can hold up to %(limit)s posts.", limit=MOST_STATUSES)
            found = await FilterStatus.create(id=new_id(), within_id=row.id, post_id=post_id)
            await changed(by)
    return int(found.id)


async def delete_status(by: Principal, entry_id: int) -> None:
    """Take a post out of a filter."""
    check_member(by)
    async with unit():
        row = await FilterStatus.get_or_none(id=entry_id, within__account_id=by.account_id)
        if row is None:
            raise NotFound
        await row.delete()
        await changed(by)


async def change_keywords(by: Principal, filter_id: int, keywords: Sequence[KeywordDraft]) -> None:
    """Add, change and take away keywords of a filter, which is the member's own.

    Raises:
        Invalid: an empty or long keyword, or too many.
        NotFound: a keyword that is to be changed is not there.
    """
    check_member(by)
    for draft in keywords:
        if draft.gone:
            await FilterKeyword.filter(id=draft.id, within_id=filter_id).delete()
            continue
        check_keyword(by, draft)
        if draft.id:
            keyword = {"keyword": draft.keyword.strip(), "whole_word": draft.whole_word}
            if not await FilterKeyword.filter(id=draft.id, within_id=filter_id).update(**keyword):
                raise NotFound
        else:
            await FilterKeyword.create(
                id=new_id(), within_id=filter_id, keyword=draft.keyword.strip(), whole_word=draft.whole_word
            )
    if await FilterKeyword.filter(within_id=filter_id).count() > MOST_KEYWORDS:
        raise Invalid("keywords_attributes", "A filter can hold up to %(limit)s keywords.", limit=MOST_KEYWORDS)


async def changed(by: Principal) -> None:
    """Note that the member's filters are different from now on."""
    check_member(by)
    revision = new_id() if await Filter.exists(account_id=by.account_id) else 0
    await execute("UPDATE members SET filters_rev = ? WHERE id = ?", [revision, by.member_id])


async def own_filter(by: Principal, filter_id: int) -> Filter:
    check_member(by)
    row = await Filter.get_or_none(id=filter_id, account_id=by.account_id)
    if row is None:
        raise NotFound
    return row


async def own_keyword(by: Principal, keyword_id: int) -> FilterKeyword:
    check_member(by)
    row = await FilterKeyword.get_or_none(id=keyword_id, within__account_id=by.account_id)
    if row is None:
        raise NotFound
    return row


def check_filter(by: Principal, draft: FilterDraft) -> None:
    check_member(by)
    if not draft.title.strip() or len(draft.title) > LENGTH:
        raise Invalid("title", "Give the filter a name of up to %(limit)s characters.", limit=LENGTH)
    if not draft.contexts or not set(draft.contexts) <= set(CONTEXTS):
        raise Invalid("context", "Say where the filter works: one or more of %(choices)s.", choices=", ".join(CONTEXTS))
    if draft.action not in ACTIONS:
        raise Invalid("filter_action", "Choose warn or hide.")


def check_keyword(by: Principal, draft: KeywordDraft) -> None:
    check_member(by)
    if not draft.keyword.strip() or len(draft.keyword) > LENGTH:
        raise Invalid("keyword", "A keyword has 1 to %(limit)s characters.", limit=LENGTH)
