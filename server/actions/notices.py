"""Letters from the organisation to its own members: what stewards decided, and what waits for them. Each is a direct
message, so that it arrives in every app, and names no steward."""

from collections.abc import Sequence

from server.actions.posts import publish_post
from server.rules.drafts import KnownMention, PostDraft
from server.rules.permissions import Principal, check_administer
from server.storage import addresses
from server.storage.models.accounts import Account
from server.storage.models.instance import Setting
from server.storage.models.members import Member


async def send_notice(by: Principal, to: Sequence[int], source: str, *, key: str) -> int | None:
    """Write to members in the name of the organisation, or of the instance where none has been named. Returns the id of
    the message; None if nobody of them lives here, or there is nobody to write in whose name.

    Args:
        source: Markdown.
        key: the cause: the same one sends the same message once.
    """
    check_administer(by)
    members = await Member.filter(account_id__in=list(to) or [0]).select_related("account").order_by("id")
    voice = await _voice(by)
    if voice is None or not members:
        return None
    mentions = tuple(
        KnownMention(member.account_id, member.account.name, member.account.uri, member.account.url)
        for member in members
    )
    draft = PostDraft(source=source, visibility="direct", mentions=mentions, idempotency_key=key)
    return await publish_post(Principal("member", voice), draft)


async def _voice(by: Principal) -> int | None:
    check_administer(by)
    setting = await Setting.get_or_none(name="organisation_id")
    if setting is not None and setting.value:
        return int(str(setting.value))
    instance = await Account.get_or_none(uri=addresses.account_uri("instance", "")).only("id")
    return instance.id if instance else None
