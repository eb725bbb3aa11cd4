"""Following a rule or a proposal by mail, for people without a log-in: they confirm it first (double opt-in), and one
click ends it. Only called where there is a mail server."""

import hmac
import secrets
from typing import Final, Literal

from server.actions.mailing import write_letter
from server.queries import instance, policies, posts, proposals
from server.rules.drafts import LetterDraft
from server.rules.errors import Invalid, NotFound
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer
from server.storage import addresses
from server.storage.models.hearing import MailFollow
from server.storage.sql import execute, rows
from server.storage.unit import unit
from server.templating import language_for, locale_for, render
from server.views.viewer import VISITOR

About = Literal["policy", "proposal"]

MOST: Final = 2_000  # who follow one thing: each news of it is a letter to every one
DAY: Final = 24 * 3600 * 1000
PREFIX: Final = "f-"  # of tokens, so that those of members' digests are not mistaken for them


async def ask_to_follow(by: Principal, about: About, about_id: int, email: str, language: str = "") -> None:
    """Write to an address and ask whether it is to hear of this; at most once a day. What is said to whoever asked is
    the same whether the address follows it already. `by` is the operator, on the asker's behalf.

    Raises:
        Invalid: this is no address, or too many follow it.
        NotFound: there is no such rule or proposal that everybody may see.
    """
    check_administer(by)
    address = email.strip().lower()
    if "@" not in address[1:-1] or len(address) > 320 or any(c.isspace() or not c.isprintable() for c in address):
        raise Invalid("email", "This does not look like an email address. It should be like name@example.org.")
    title = await _title(about, about_id)
    async with unit():
        known = await MailFollow.get_or_none(about=about, about_id=about_id, email=address)
        if known is None:
            if await MailFollow.filter(about=about, about_id=about_id).count() >= MOST:
                raise Invalid("email", "Too many people follow this by mail. Its feed tells the same.")
            known = await MailFollow.create(
                id=new_id(),
                about=about,
                about_id=about_id,
                email=address,
                language=language,
                secret=secrets.token_urlsafe(16),
                created_at=now_ms(),
            )
        if known.confirmed_at is not None:
            return
        site = await instance.get()
        spoken = language_for(language, "", site.language)
        token = token_of(by, known.id, known.secret)
        values = {"site": site, "title": title, "link": f"{addresses.base()}/by-mail/{token}"}
        subject, _, text = render("mail/confirm.txt", spoken, values).strip().partition("\n")
        await write_letter(
            by, f"confirm:{known.id}:{now_ms() // DAY}", LetterDraft(address, subject.strip(), text.lstrip())
        )


async def confirm_follow(by: Principal, token: str) -> None:
    """Whoever reads mail at that address wants it.

    Raises:
        NotFound: the link belongs to nothing any more.
    """
    check_administer(by)
    async with unit():
        row = await _of(token)
        if row.confirmed_at is None:
            row.confirmed_at = now_ms()
            await row.save(update_fields=("confirmed_at",))


async def end_follow(by: Principal, token: str) -> None:
    """No more such mail, and the address is forgotten. Doing so again changes nothing."""
    check_administer(by)
    async with unit():
        try:
            await (await _of(token)).delete()
        except NotFound:
            return


async def prune_unconfirmed(by: Principal, before: int) -> int:
    """Forget addresses that nobody has confirmed, and those that follow what is gone. How many."""
    check_administer(by)
    gone = await execute("DELETE FROM mail_follows WHERE confirmed_at IS NULL AND created_at < ?", [before])
    return gone + await execute(
        "DELETE FROM mail_follows WHERE (about = 'policy' AND about_id NOT IN (SELECT id FROM policies))"
        " OR (about = 'proposal' AND about_id NOT IN (SELECT id FROM posts WHERE deleted_at IS NULL))",
        [],
    )


async def write_news(by: Principal, proposal_id: int, step_id: int, kind: str) -> int:
    """Write to all who follow a proposal, or a rule that it names, of one step of it, or of its being raised (0); each
    address once. Returns how many letters were written."""
    check_administer(by)
    cited = [policy.id for policy in await policies.cited_by(proposal_id)]
    found = await rows(
        "SELECT id, email, language, secret FROM mail_follows WHERE confirmed_at IS NOT NULL"
        " AND ((about = 'proposal' AND about_id = ?) OR (about = 'policy' AND about_id IN (?))) ORDER BY id",
        [proposal_id, cited or [0]],
    )
    post = await posts.by_id(proposal_id, VISITOR) if found else None
    if post is None or post.proposal is None:
        return 0
    site, step, written = await instance.get(), await proposals.step(step_id), 0
    for row in {each["email"]: each for each in found}.values():
        spoken = language_for(row["language"], "", site.language)
        stop = f"{addresses.base()}/unsubscribe/{token_of(by, row['id'], row['secret'])}"
        values = {
            "site": site,
            "post": post,
            "kind": kind,
            "step": step,
            "link": f"{addresses.base()}/proposals/{post.id}",
            "stop": stop,
            "locale": locale_for(spoken),
        }
        subject, _, text = render("mail/followed.txt", spoken, values).strip().partition("\n")
        draft = LetterDraft(row["email"], subject.strip(), text.lstrip(), unsubscribe=stop)
        written += await write_letter(by, f"follow:{row['id']}:{proposal_id}:{step_id}", draft)
    return written


def token_of(by: Principal, follow_id: int, secret: str) -> str:
    """What proves, in the address of a link, whose mail it came in."""
    check_administer(by)
    return f"{PREFIX}{follow_id}-{secret}"


async def _of(token: str) -> MailFollow:
    digits, _, secret = token.removeprefix(PREFIX).partition("-")
    known = token.startswith(PREFIX) and digits.isascii() and digits.isdigit() and len(digits) < 20
    row = await MailFollow.filter(id=int(digits)).select_for_update().get_or_none() if known else None
    if row is None or not hmac.compare_digest(row.secret.encode(), secret.encode()):
        raise NotFound("This link is not valid any more.")
    return row


async def _title(about: About, about_id: int) -> str:
    if about == "policy":
        policy = await policies.by_id(about_id)
        if policy is not None:
            return policy.name
    else:
        post = await posts.by_id(about_id, VISITOR)
        if post is not None and post.proposal is not None:
            return post.title
    raise NotFound
