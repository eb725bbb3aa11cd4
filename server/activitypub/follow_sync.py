"""`/users/NAME/followers_synchronization`: which of its people follow an account, for a server that signs (FEP-8fcf).

Nobody is told of another server's people, so this is open even where members hide whom they know.
"""

from starlette.requests import Request
from starlette.responses import Response

from federation.names import origin_of
from federation.objects.collection import Collection
from server.activitypub.actors import local_account
from server.activitypub.answers import found, missing, reader_of
from server.queries.follow_sync import followers_at
from server.remote.gateway import Remote


async def followers_synchronization(request: Request) -> Response:
    """401 without a signature; otherwise those followers who live where the signer does."""
    reader = await reader_of(request)
    if isinstance(reader, Response):
        return reader
    account = await local_account(request)
    if account is None:
        return missing(request)
    remote: Remote = request.app.state.remote
    listed = tuple(sorted(await followers_at(account.id, origin_of(reader.account.uri))))
    uri = f"{remote.settings.base_url}{request.url.path}"
    answer = found(request, Collection(id=uri, total=len(listed), items=listed).to_json())
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
