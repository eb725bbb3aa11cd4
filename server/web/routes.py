"""Every address of the web. Those that other servers also read are in `PAGES`: `app` puts both faces behind them."""

from collections.abc import Mapping
from typing import Final

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from server.config import Settings
from server.templating import STATIC
from server.web import (
    about,
    admin,
    admin_domains,
    admin_keys,
    admin_members,
    admin_peers,
    admin_topics,
    answered,
    answers,
    asks,
    coauthors,
    contributions,
    deciding,
    domain_blocks,
    drafts,
    exports,
    front,
    identity,
    invites,
    lifecycle,
    mail_follows,
    marks,
    members,
    moderation,
    moderation_log,
    moving,
    notifications,
    organisations,
    pictures,
    policies,
    posts,
    proposals,
    raising,
    reminders,
    same_barrier,
    search,
    sign_in,
    sign_up,
    topics,
    unsubscribe,
    week,
)
from server.web import (
    settings as own_settings,
)
from server.web.page import Endpoint, shown

PAGES: Final[Mapping[str, Endpoint]] = {
    "/users/{name}": shown(members.profile),
    "/@{handle}": shown(members.by_handle),
    "/organisations/{name}": shown(members.organisation),
    "/topics/{slug}": shown(topics.topic),
    "/proposals/{id:int}": shown(proposals.proposal),
    "/posts/{id:int}": shown(posts.post),
    "/policies/{id:int}": shown(policies.policy),
}


def routes(settings: Settings) -> list[BaseRoute]:
    """All routes of the web but those of `PAGES`, in the order they are tried."""
    nouns = (
        front,
        topics,
        coauthors,
        drafts,
        raising,
        proposals,
        policies,
        contributions,
        lifecycle,
        same_barrier,
        asks,
        reminders,
        answers,
        answered,
        posts,
        marks,
        deciding,
        members,
        organisations,
        search,
        notifications,
        unsubscribe,
        sign_in,
        sign_up,
        own_settings,
        domain_blocks,
        exports,
        moving,
        pictures,
        admin,
        admin_domains,
        admin_keys,
        admin_members,
        admin_peers,
        admin_topics,
        moderation,
        moderation_log,
        invites,
        mail_follows,
        week,
        about,
        identity,
    )
    return [
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
        *(route for noun in nouns for route in noun.ROUTES),
    ]
