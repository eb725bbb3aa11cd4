"""Letters that ask for something to be done, or say quietly that something concerns one. Each is written once for its
cause, and arrives in every app; by mail where there is a mail server (`rules/notifying.py`)."""

import html
from datetime import date, timedelta

from server.actions.messages import drawn, message_account, message_owner
from server.actions.reminders import mail_owner, reminder_text
from server.effects.context import Context
from server.effects.notices import write_to
from server.queries import accounts, asks, authorships, instance, organisations, policies, posts, watchers
from server.queries.calendar import calendar
from server.queries.week import raised_between
from server.rules.events.groups import MembershipChanged
from server.rules.events.posts import PostPublished
from server.rules.events.proposals import ProposalMoved, ReminderDue
from server.rules.permissions import CLOCK, OPERATOR
from server.rules.reminding import WEEK_DAYS
from server.templating import language_for, render


async def reminder_due(context: Context, event: ReminderDue) -> None:
    """Stewards are asked to remind whoever was asked; or they, and whoever answered, to report. On Mondays they read
    what was raised."""
    if event.what == "week":
        await _week(context, event.mark)
        return
    post = await posts.by_id(event.post_id)
    asked = await asks.of_proposal(event.post_id)
    if post is None or post.proposal is None or not asked:
        return
    newest, stewards = asked[-1], await watchers.stewards()
    key = f"{event.what}:{newest.id}:{event.mark}"
    values = {"post": post, "ask": newest, "mark": event.mark, "page": f"{context.origin}/proposals/{post.id}"}
    if event.what == "unanswered" and post.proposal.state == "sent":
        text = await reminder_text(CLOCK, post.id)
        await write_to(context, stewards, "unanswered", key, {**values, "text": text})
    elif event.what == "no_report" and post.proposal.state == "in_action":
        await write_to(context, stewards, "no_report", key, values)
        text = await drawn(CLOCK, "messages/report.md", post.id)
        await tell_owner(context, post.id, text, key)


async def _week(context: Context, mark: int) -> None:
    """`mark` is the ordinal of the Monday after that week."""
    days, monday = await calendar(), date.fromordinal(mark)
    since, until = (days.start_of(monday - timedelta(days=before)) for before in (WEEK_DAYS, 0))
    raised = await raised_between(since, until)
    if raised:
        await write_to(context, await watchers.stewards(), "week", f"week:{mark}", {"raised": raised})


async def tell_owner(context: Context, proposal_id: int, text: str, key: str) -> None:
    """Write to whoever was asked, to their account and by mail, where we have either."""
    await message_owner(CLOCK, proposal_id, text, key=key)
    if context.settings.smtp_url:
        await mail_owner(CLOCK, proposal_id, text, key=key)


async def proposal_moved(context: Context, event: ProposalMoved) -> None:
    """The author of what begins to rest is asked whether it is still true; whoever supports an earlier wording than the
    agreed one, whether they support that, too. Whoever was asked hears that it is withdrawn."""
    if event.act not in ("rest", "agree", "withdraw"):
        return
    post = await posts.by_id(event.post_id)
    if post is None or not post.local:
        return
    if event.act == "withdraw":
        if await asks.of_proposal(post.id):
            text = await drawn(CLOCK, "messages/withdrawn.md", post.id)
            await tell_owner(context, post.id, text, f"withdrawn:{event.step_id}")
        return
    values = {"post": post, "page": f"{context.origin}/proposals/{post.id}"}
    if event.act == "rest":
        author = await authorships.behind(post.id) or post.account.id
        await write_to(context, [author], "still_true", f"still-true:{event.step_id}", values)
    else:
        earlier = await watchers.supporters_of_earlier(post.id, post.version)
        await write_to(context, earlier, "agreed", f"agreed:{event.step_id}", values)


async def membership_changed(context: Context, event: MembershipChanged) -> None:
    """Who looks after a group hears that somebody wishes to belong to it; and somebody, that a group says they do."""
    if event.state != "waiting":
        return
    group, person = await accounts.by_id(event.organisation_id), await accounts.by_id(event.account_id)
    if group is None or person is None:
        return
    wished = event.by_id == event.account_id
    to = await organisations.stewards_of(group.id) or await watchers.admins() if wished else [person.id]
    values = {"group": group, "person": person, "wished": wished}
    await write_to(context, to, "belonging", f"belonging:{group.id}:{person.id}:{context.job_id}", values)


async def post_published(context: Context, event: PostPublished) -> None:
    """Whoever owns a rule of ours hears quietly that a proposal names it: no answer is awaited. Whoever writes to the
    voice alone hears that nobody reads that."""
    said = None if event.fetched else await context.said(event.post_id)
    if said is None:
        return
    if said.kind == "proposal" and said.visibility in ("public", "unlisted"):
        for policy_id, owner_id in (await policies.owners_cited(said.id)).items():
            policy = await policies.by_id(policy_id)
            if policy is not None and owner_id != said.account_id:
                text = await drawn(OPERATOR, "messages/named.md", said.id, policy=policy)
                await message_account(OPERATOR, owner_id, text, key=f"named:{policy_id}:{said.id}")
    elif said.visibility == "direct" and said.answered_voice is not None:
        values = {"page": f"{context.origin}/posts/{said.answered_voice}"}
        text = await drawn(OPERATOR, "messages/unread.md", said.answered_voice, **values)
        await message_account(OPERATOR, said.account_id, text, key=f"unread:{said.id}")
    elif said.visibility == "direct" and said.to_voice:
        site = await instance.get()
        text = html.unescape(render("messages/nobody.md", language_for("", "", site.language), {"site": site}))
        await message_account(OPERATOR, said.account_id, text.strip(), key=f"unread:{said.id}")
