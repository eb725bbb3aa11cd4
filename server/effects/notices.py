"""Write to those whom a decision concerns, to whoever reported, and to the stewards; each in their language."""

import html
from typing import Any

from server.actions.messages import message_account
from server.effects.context import Context
from server.queries import authorships, instance, members, moderation, posts, reports, watchers
from server.rules.events.moderation import AppealFiled, DecisionMade, HeldTooLong, ReportClosed
from server.rules.permissions import OPERATOR
from server.templating import language_for, path_of, render
from server.views.moderation import DecisionView

DAY = 24 * 3600 * 1000
SILENT = ("keep", "suspend")  # nothing happened to them; they cannot read it here, and are told when they sign in


async def decision_made(context: Context, event: DecisionMade) -> None:
    """Whom it concerns is told what was decided, why, and how to disagree."""
    decision = await moderation.decision(event.decision_id)
    if decision is None or decision.act in SILENT:
        return
    author = await authorships.behind(decision.post_id) or decision.account_id
    # A letter stays when a post is taken back: none may tie a hidden author to theirs.
    where = await _where(context, decision) if author == decision.account_id else ""
    values = {"decision": decision, "where": where}
    await write_to(context, [author], "decision", f"decision:{decision.id}", values)


async def report_closed(context: Context, event: ReportClosed) -> None:
    """Whoever reported is told what was done, and nothing about the person beyond that."""
    report = await reports.by_id(event.report_id)
    if report is not None:
        await write_to(context, [report.account.id], "report", f"report:{report.id}", {"act": event.act})


async def appeal_filed(context: Context, event: AppealFiled) -> None:
    """The stewards but the one whose decision it is, if there is another."""
    appeal = await moderation.appeal(event.appeal_id)
    if appeal is None:
        return
    stewards = await watchers.stewards()
    others = [account_id for account_id in stewards if account_id != appeal.decision.by_id]
    await write_to(
        context, others or stewards, "appeal", f"appeal:{appeal.id}", {"alone": not others, "id": str(appeal.id)}
    )


async def held_too_long(context: Context, event: HeldTooLong) -> None:
    """All stewards; however much waits, one letter a day."""
    today = context.clock() // DAY
    await write_to(context, await watchers.stewards(), "waiting", f"held:{today}", {})


async def _where(context: Context, decision: DecisionView) -> str:
    """The page of what it is about, for its author; empty where it is gone."""
    post = await posts.to_author(decision.post_id) if decision.post_id else None
    return f"{context.origin}{path_of(post)}" if post else ""


async def write_to(context: Context, to: list[int], template: str, key: str, values: dict[str, Any]) -> None:
    """One letter to each: those for several, such as stewards, are not told of each other."""
    site = await instance.get()
    for account_id in to:
        member = await members.by_account_id(account_id)
        if member is not None and not member.account.suspended:
            language = language_for(member.locale, "", site.language)
            shown = {"site": site, "origin": context.origin, **values}
            text = html.unescape(render(f"notices/{template}.md", language, shown)).strip()
            await message_account(OPERATOR, account_id, text, key=f"{key}:{account_id}")
