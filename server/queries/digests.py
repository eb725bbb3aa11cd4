"""What a member was told in some time, grouped by proposal."""

from collections.abc import Collection, Mapping

from server.queries import hearing, notifications, posts
from server.rules.notifying import HEARD, About
from server.views.hearing import HeardView
from server.views.notifications import DigestView, NotificationView
from server.views.posts import PostView
from server.views.viewer import Viewer

MOST = 500  # news in one digest


async def digest(viewer: Viewer, since: int, until: int, subjects: Collection[About]) -> list[DigestView]:
    """What a member was told after `since`, up to `until` (milliseconds), of these subjects: one part for each
    proposal, that with the newest news first."""
    found = [
        each
        for each in await notifications.between(viewer, since, until, MOST)
        if each.about in subjects and not each.said_by_step
    ]
    groups: dict[int, list[NotificationView]] = {}
    for each in found:
        groups.setdefault(proposal_of(each), []).append(each)
    known = {post.id: post for post in await posts.views([key for key in groups if key], viewer)}
    heard = await heard_in(viewer, found)
    return [DigestView(known.get(key), tuple(news), heard.get(key)) for key, news in groups.items()]


async def heard_in(viewer: Viewer, found: Collection[NotificationView]) -> dict[int, HeardView]:
    """By proposal, what became of the reader's own words, for those of these news that tell of it."""
    told: Mapping[int, PostView] = {
        each.post.id: each.post for each in found if each.post is not None and each.step and each.step.kind in HEARD
    }
    heard: dict[int, HeardView] = {}
    for post in told.values():
        outcome = await hearing.outcome_of(post)
        own = (await hearing.heard_by(outcome, [viewer.account_id], viewer)).get(viewer.account_id)
        if own is not None:
            heard[post.id] = own
    return heard


def proposal_of(news: NotificationView) -> int:
    """The id of the proposal that news belong to; 0 for none."""
    post = news.post.reblog or news.post if news.post else None
    return (post.proposal_id or 0) if post else 0
