"""Private remarks about others."""

from server.rules import limits
from server.rules.errors import Invalid, NotFound
from server.rules.ids import new_id
from server.rules.permissions import Principal, check_member
from server.storage.models.accounts import Account
from server.storage.models.marks import AccountNote


async def write_note(by: Principal, target_id: int, comment: str) -> None:
    """Remember something about somebody, for oneself alone; an empty text forgets it."""
    check_member(by)
    if not await Account.exists(id=target_id):
        raise NotFound
    if len(comment) > limits.BIO:
        raise Invalid("comment", "Keep the note to %(limit)s characters.", limit=limits.BIO)
    if not comment.strip():
        await AccountNote.filter(account_id=by.account_id, target_id=target_id).delete()
        return
    note, _ = await AccountNote.get_or_create(
        account_id=by.account_id, target_id=target_id, defaults={"id": new_id(), "comment": comment}
    )
    note.comment = comment
    await note.save()
