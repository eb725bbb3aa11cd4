"""Policies: named by whoever writes a proposal, described by stewards, taken in from elsewhere, cited."""

from server.actions import writing
from server.actions.asks import OwnerDraft, keep_owner
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events.proposals import PolicyDeleted, PolicyKept
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_steward, check_write
from server.rules.policies import CITED, NAME, PolicyDraft, check_policy, name_key, policy_kind
from server.rules.sanitise import clean_html, clean_name
from server.storage import addresses
from server.storage.models.accounts import Account
from server.storage.models.asks import Owner
from server.storage.models.instance import Setting
from server.storage.models.policies import Citation, Policy, SamePolicy
from server.storage.sql import execute, rows
from server.storage.unit import unit


async def name_policy(by: Principal, name: str, language: str = "") -> int:
    """The policy of ours with this name, entered if nobody has named it before. Anybody who writes may. Returns its
    id."""
    check_write(by)
    draft = PolicyDraft(name, language=language)
    check_policy(draft)
    async with unit() as u:
        # Whoever names a rule waits for their turn: two who name the same one at once name one.
        organisation = await Account.filter(id=await _organisation_id()).select_for_update(no_key=True).get()
        known = await Policy.filter(name_key=name_key(name), local=True, deleted_at=None).order_by("id").first()
        if known is not None:
            return known.id
        policy = _blank(organisation.id)
        _fill(policy, draft)
        await policy.save(force_create=True)
        u.emit(PolicyKept(policy.id, policy.updated_at, by.spoken_by or by.account_id))
    return policy.id


async def keep_policy(
    by: Principal, draft: PolicyDraft, policy_id: int | None = None, *, base_version: int | None = None
) -> int:
    """Describe a policy of ours, or enter a new one. Returns its id.

    Args:
        base_version: the version that was read before, where somebody says so.

    Raises:
        Invalid: names the field at fault.
        NotFound: there is no such policy of ours.
        Conflict: another one of ours has this name, or somebody else described it meanwhile.
    """
    check_steward(by)
    check_policy(draft)
    async with unit() as u:
        await Account.filter(id=await _organisation_id()).select_for_update(no_key=True).get()
        policy = await _ours(policy_id) if policy_id is not None else _blank(await _organisation_id())
        if await Policy.exists(name_key=name_key(draft.name), local=True, deleted_at=None, id__not=policy.id):
            raise Conflict("There is a rule with this name already. Choose another name, or edit that one.")
        if base_version not in (None, policy.version):
            raise Conflict("Somebody else described this rule meanwhile. Read theirs before you save yours.")
        if policy_id is not None:
            policy.version += 1
            policy.updated_at = max(now_ms(), policy.updated_at + 1)
        _fill(policy, draft)
        policy.owner_id = await _owner(by, draft.owner_name)
        await policy.save(force_create=policy_id is None)
        u.emit(PolicyKept(policy.id, policy.updated_at, by.spoken_by or by.account_id))
    return policy.id


async def delete_policy(by: Principal, policy_id: int) -> None:
    """Take a policy of ours back, such as one that was named by mistake. Proposals no longer show it."""
    check_steward(by)
    async with unit() as u:
        policy = await _ours(policy_id)
        policy.deleted_at = max(now_ms(), policy.updated_at + 1)
        await policy.save(update_fields=("deleted_at",))
        u.emit(PolicyDeleted(policy.id, by.spoken_by or by.account_id))


async def say_same(by: Principal, policy_id: int, other_uri: str, *, same: bool = True) -> None:
    """Say that a policy of ours and another are one, or take it back. It holds where both sides say so; for two of
    ours that is at once."""
    check_steward(by)
    async with unit() as u:
        policy = await _ours(policy_id)
        if policy.uri == other_uri:
            raise Invalid("other", "This is the same page. Give the address of the other one.")
        other = await Policy.get_or_none(uri=other_uri, deleted_at=None)
        if other is None:
            raise Invalid("other", "We know no rule at this address.")
        for one, uri in ((policy, other.uri), *([(other, policy.uri)] if other.local else [])):
            if not await _mark_same(one, uri, same):
                continue
            one.updated_at = max(now_ms(), one.updated_at + 1)
            await one.save(update_fields=("updated_at",))
            u.emit(PolicyKept(one.id, one.updated_at, by.spoken_by or by.account_id))


async def record_policy(by: Principal, draft: PolicyDraft) -> int:
    """Take in what another server says of a policy that is its own. Something older changes nothing. Returns its id
    here.

    Raises:
        Refused: `by` is not who named it.
        NotFound: it was taken back.
    """
    check_write(by)
    home = draft.elsewhere
    if home is None:
        raise Refused("A policy of ours is entered here.")
    at = home.updated or home.published
    async with unit():
        policy = await Policy.get_or_none(uri=home.uri)
        fresh = policy is None
        if policy is None:
            policy = _blank(by.account_id)
            policy.uri, policy.url, policy.local, policy.created_at = home.uri, home.url, False, home.published
        elif policy.local or policy.account_id != by.account_id:
            raise Refused("Only whoever named a rule may describe it.")
        elif policy.deleted_at is not None:
            raise NotFound
        elif at <= policy.updated_at:
            return policy.id
        _fill(policy, draft)
        policy.owner_name, policy.owner_uri = clean_name(draft.owner_name, NAME), draft.owner_uri
        policy.updated_at, policy.version = at, max(draft.version, 1)
        await policy.save(force_create=fresh)
        await SamePolicy.filter(policy_id=policy.id).exclude(other_uri__in=[*draft.same_as, ""]).delete()
        for uri in draft.same_as:
            await _mark_same(policy, uri, True)
    return policy.id


async def delete_policy_at(by: Principal, uri: str) -> bool:
    """Whether this is the address of a policy that `by` has named; it is then taken back."""
    check_write(by)
    return bool(
        await execute(
            "UPDATE policies SET deleted_at = ? WHERE uri = ? AND account_id = ? AND local = ? AND deleted_at IS NULL",
            [now_ms(), uri, by.account_id, False],
        )
    )


async def cite(by: Principal, proposal_id: int, policy_ids: tuple[int, ...]) -> bool:
    """Let a proposal name these policies and no others, inside the transaction that writes it. Returns whether that
    changed anything.

    Raises:
        Invalid: too many, or one that nobody knows.
    """
    check_write(by)
    wanted = dict.fromkeys(policy_ids)
    if len(wanted) > CITED:
        raise Invalid("policy", "A proposal can name up to %(limit)s rules.", limit=CITED)
    cited = await rows("SELECT policy_id FROM citations WHERE proposal_id = ?", [proposal_id])
    before = {row["policy_id"] for row in cited}
    if before == wanted.keys():
        return False
    fresh = [policy_id for policy_id in wanted if policy_id not in before]
    if len(await Policy.filter(id__in=[*fresh, 0], deleted_at=None).values_list("id")) < len(fresh):
        raise Invalid("policy", "This rule is no longer here. Choose another, or write down what it is called.")
    await Citation.filter(proposal_id=proposal_id).exclude(policy_id__in=[*wanted, 0]).delete()
    await Citation.bulk_create(
        [Citation(id=new_id(), policy_id=policy_id, proposal_id=proposal_id) for policy_id in fresh],
        ignore_conflicts=True,
    )
    return True


async def _ours(policy_id: int) -> Policy:
    policy = await Policy.filter(id=policy_id, local=True, deleted_at=None).select_for_update(no_key=True).get_or_none()
    if policy is None:
        raise NotFound
    return policy


async def _organisation_id() -> int:
    found = await Setting.get_or_none(name="organisation_id")
    if found is None:
        raise Conflict("This organisation is not set up yet.")
    return int(str(found.value))


async def _owner(by: Principal, name: str) -> int | None:
    """Who can change it: an owner we know by this name, or a new one."""
    if not name.strip():
        return None
    known = await Owner.get_or_none(name_key=clean_name(name, NAME).casefold()).only("id")
    return known.id if known else await keep_owner(by, OwnerDraft(name))


async def _mark_same(policy: Policy, uri: str, same: bool) -> bool:
    """Whether that is news."""
    known = await SamePolicy.get_or_none(policy_id=policy.id, other_uri=uri)
    if same and known is None:
        await SamePolicy.create(id=new_id(), policy_id=policy.id, other_uri=uri, created_at=now_ms())
    elif not same and known is not None:
        await known.delete()
    return same is (known is None)


def _blank(account_id: int) -> Policy:
    policy_id, now = new_id(), now_ms()
    uri = addresses.policy_uri(policy_id)
    return Policy(
        id=policy_id, uri=uri, url=uri, local=True, account_id=account_id, version=1, created_at=now, updated_at=now
    )


def _fill(policy: Policy, draft: PolicyDraft) -> None:
    """The words. HTML from elsewhere is taken as it came, cleaned; Markdown is rendered here."""
    html = draft.html
    policy.name, policy.name_key = clean_name(draft.name, NAME), name_key(draft.name)
    policy.kind, policy.web_url = policy_kind(draft.kind), draft.web_url
    policy.language = draft.language[:35]
    policy.source, policy.explained_source, policy.easy_source = draft.source, draft.explained, draft.easy
    rendered = {
        name: writing.markdown(text, ()) if html is None else clean_html(html.get(name, ""))
        for name, text in (("source", draft.source), ("explained", draft.explained), ("easy", draft.easy))
    }
    policy.content_html, policy.explained_html, policy.easy_html = (rendered[name] for name in rendered)
