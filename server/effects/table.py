"""Event → everything that follows from it, in order. This is the whole list; nothing else reacts to anything.

Each consequence may be done twice after a crash, and then changes nothing the second time.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from server.effects import (
    audit,
    checks,
    deliver,
    deliver_accounts,
    deliver_again,
    deliver_marks,
    deliver_policies,
    deliver_quotes,
    desk,
    domains,
    farewell,
    fetch,
    find,
    hear,
    notices,
    notify,
    polls,
    relay,
    reminders,
    stream,
)
from server.effects.context import Context
from server.rules import events

Consequence = Callable[[Context, Any], Awaitable[None]]

TABLE: Mapping[type[events.Event], tuple[Consequence, ...]] = {
    events.PostPublished: (
        stream.post_published,
        notify.post_published,
        find.indexed,
        deliver.post_published,
        relay.arrived,
        reminders.post_published,
        desk.post_published,
    ),
    events.PostEdited: (stream.post_edited, notify.post_edited, find.indexed, deliver.post_edited),
    events.ProposalMoved: (
        stream.proposal_moved,
        notify.proposal_moved,
        deliver.proposal_moved,
        hear.proposal_moved,
        reminders.proposal_moved,
        audit.moved,
    ),
    events.ContributionDecided: (notify.contribution_decided,),
    events.BarrierNoted: (notify.barrier_noted,),
    events.PolicyKept: (deliver_policies.policy_kept, audit.entered),
    events.PolicyDeleted: (deliver_policies.policy_deleted, audit.entered),
    events.PostDeleted: (stream.post_deleted, find.forgotten, deliver.post_deleted),
    events.PostHidden: (stream.post_deleted, find.forgotten, deliver_again.post_hidden),
    events.PostRestored: (stream.post_restored, find.indexed, deliver_again.post_restored),
    events.DecisionMade: (notices.decision_made, audit.entered),
    events.HeldTooLong: (notices.held_too_long,),
    events.ReminderDue: (reminders.reminder_due,),
    events.AppealFiled: (notices.appeal_filed, audit.entered),
    events.QuoteNoted: (fetch.quote_noted,),
    events.QuoteAnswered: (deliver_quotes.quote_answered,),
    events.QuoteRevoked: (deliver_quotes.quote_revoked,),
    events.PostLiked: (notify.post_liked, deliver_marks.post_liked),
    events.PostUnliked: (deliver_marks.post_unliked,),
    events.Endorsed: (deliver_marks.endorsed, audit.moved),
    events.EndorsementWithdrawn: (deliver_marks.endorsement_withdrawn, audit.moved),
    events.PostBoosted: (stream.post_boosted, notify.post_boosted, deliver_marks.post_boosted),
    events.PostUnboosted: (stream.post_unboosted, deliver_marks.post_unboosted),
    events.ActivityTaken: (relay.taken,),
    events.PollVoted: (deliver_marks.poll_voted, polls.voted, checks.voted),
    events.PollCounted: (polls.counted,),
    events.PollClosed: (stream.poll_closed, notify.poll_closed, polls.closed),
    events.FollowRequested: (notify.follow_requested, deliver_accounts.follow_requested),
    events.FollowAnswered: (deliver_accounts.follow_answered,),
    events.Unfollowed: (deliver_accounts.unfollowed,),
    events.AccountBlocked: (),
    events.AccountUnblocked: (),
    events.AccountUpdated: (deliver_accounts.account_updated,),
    events.AccountSuspended: (stream.account_suspended, deliver_accounts.account_suspended, audit.entered),
    events.AccountRestored: (deliver_accounts.account_updated, audit.entered),
    events.AccountGone: (farewell.account_gone,),
    events.OrganisationsClaimed: (fetch.organisations_claimed,),
    events.MemberJoined: (notify.member_joined,),
    events.OrganisationChanged: (audit.entered,),
    events.MembershipChanged: (reminders.membership_changed, audit.entered),
    events.TopicCreated: (),
    events.ChapterLinked: (deliver_accounts.chapter_linked, fetch.chapter_linked),
    events.DomainBlocked: (domains.cut_off, audit.entered),
    events.DomainUnblocked: (audit.entered,),
    events.ReportFiled: (notify.report_filed, deliver_accounts.report_filed),
    events.ReportClosed: (notices.report_closed, audit.entered),
    events.InstanceChanged: (audit.entered,),
}
