"""Every address that other servers use. `OBJECTS` are those where people find a page: `server/app.py` decides by
`Accept` which of the two is meant (`http/negotiate.wants_activity`)."""

from collections.abc import Mapping
from typing import Final

from starlette.routing import Route

from server.activitypub import actors, collections, discovery, follow_sync, objects, sync
from server.activitypub.answers import Endpoint, open_to_readers
from server.activitypub.inbox import inbox

OBJECTS: Final[Mapping[str, Endpoint]] = {
    "/users/{name}": actors.actor,
    "/@{handle}": actors.actor,
    "/organisations/{name}": actors.actor,
    "/topics/{slug}": actors.actor,
    "/proposals/{id:int}": open_to_readers(objects.proposal),
    "/posts/{id:int}": open_to_readers(objects.post),
    "/policies/{id:int}": open_to_readers(objects.policy),
}

_OF_ACTORS: Final[Mapping[str, Endpoint]] = {
    "outbox": collections.outbox,
    "followers": collections.followers,
    "following": collections.following,
    "featured": collections.featured,
}
_OF_POSTS: Final[Mapping[str, Endpoint]] = {
    "replies": collections.replies,
    "likes": collections.likes,
    "shares": collections.shares,
    "history": collections.history,
}


def routes() -> list[Route]:
    """The addresses that have no page. The inbox first: it is asked most."""
    kinds = ("users", "organisations", "topics")
    return [
        Route("/inbox", inbox, methods=["POST"]),
        Route("/actor/inbox", inbox, methods=["POST"]),
        *(Route(f"/{kind}/{{name}}/inbox", inbox, methods=["POST"]) for kind in kinds),
        Route("/actor", actors.instance_actor),
        Route("/activities/{id}", open_to_readers(objects.activity)),
        Route("/topics/{name}/announces/{id}", open_to_readers(objects.activity)),
        *(Route(f"/{kind}/{{id}}/activity", open_to_readers(objects.activity)) for kind in ("proposals", "posts")),
        Route("/quotes/{id}", open_to_readers(objects.quote_stamp)),
        Route("/contexts/{id}", open_to_readers(collections.context)),
        *(
            Route(f"/{kind}/{{name}}/{part}", open_to_readers(endpoint))
            for kind in kinds
            for part, endpoint in _OF_ACTORS.items()
        ),
        Route("/actor/outbox", open_to_readers(collections.outbox)),
        Route("/actor/followers", open_to_readers(collections.followers)),
        Route("/actor/following", open_to_readers(collections.following)),
        *(
            Route(f"/{kind}/{{name}}/followers_synchronization", follow_sync.followers_synchronization)
            for kind in kinds
        ),
        Route("/topics/{name}/sync", open_to_readers(sync.sync)),
        Route("/topics/{name}/chapters", open_to_readers(collections.chapters)),
        Route("/organisations/{name}/members", open_to_readers(collections.members)),
        *(
            Route(f"/{kind}/{{id}}/{part}", open_to_readers(endpoint))
            for kind in ("proposals", "posts")
            for part, endpoint in _OF_POSTS.items()
        ),
        Route("/.well-known/webfinger", discovery.web_finger),
        Route("/.well-known/nodeinfo", discovery.node_info_links),
        Route("/.well-known/host-meta", discovery.host_meta),
        Route("/nodeinfo/2.0", discovery.node_info),
        Route("/nodeinfo/2.1", discovery.node_info),
    ]
