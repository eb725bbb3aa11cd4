"""Who holds the token of a request (RFC 6750). One query finds token, app, member and account together."""

from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request

from server.http.limits import address_of
from server.http.scopes import allows
from server.queries import apps
from server.rules.accounts import ROLES, Role
from server.rules.permissions import Principal
from server.views.apps import TokenView
from server.views.viewer import VISITOR, Viewer, viewer_of


@dataclass(frozen=True, slots=True)
class Caller:
    """A member who acts through an app."""

    token: TokenView
    by: Principal
    viewer: Viewer


def token_text(connection: HTTPConnection) -> str:
    """The token as sent: `Authorization: Bearer …` or the parameter `access_token`."""
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    return connection.query_params.get("access_token", "")


async def asker(connection: HTTPConnection) -> str:
    """Who is counted (`http/limits.py`): the token if it is one of ours, else the address, so that nobody gets a new
    allowance by making up a token."""
    try:
        token = await token_of(connection)
    except HTTPException:
        token = None
    return f"token:{token.id}" if token else address_of(connection)


async def token_of(connection: HTTPConnection) -> TokenView | None:
    """The token of this request, or None if it brings none.

    Raises:
        HTTPException: 401 for a token we do not know.
    """
    state = connection.state
    known: TokenView | None = getattr(state, "token", None)
    if known is not None:
        return known
    text = token_text(connection)
    if not text:
        return None
    found = await apps.token(text)
    if found is None:
        raise invalid()
    state.token = found
    return found


async def caller(request: Request, *scopes: str) -> Caller:
    """The member behind the request, whose token allows one of `scopes`.

    Raises:
        HTTPException: 401 without a good token, 422 for an app's own token, 403 for a scope it lacks or a
            suspended member.
    """
    token = await token_of(request)
    if token is None:
        raise invalid()
    if not token.member_id:
        raise HTTPException(422, "This method requires an authenticated user")
    return caller_of(_allowed(token, scopes))


async def reader(request: Request, *scopes: str) -> Viewer:
    """Who reads something public: the member behind the token, or a visitor.

    Raises:
        HTTPException: 401 for a bad token, 403 for a scope it lacks.
    """
    token = await token_of(request)
    if token is None or not token.member_id:
        return VISITOR
    return caller_of(_allowed(token, scopes)).viewer


async def app(request: Request) -> TokenView:
    """Any good token, also one of the app itself."""
    token = await token_of(request)
    if token is None:
        raise invalid()
    return token


def caller_of(token: TokenView) -> Caller:
    """The member a token speaks for; 403 while the account is suspended."""
    if token.suspended:
        raise HTTPException(403, "Your login is currently disabled")
    role: Role = next((role for role in ROLES if role == token.role), "member")
    by = Principal("member", token.account_id, role, token.member_id)
    return Caller(token, by, replace(viewer_of(by), filters=token.filters))


def invalid() -> HTTPException:
    return HTTPException(401, "The access token is invalid", {"WWW-Authenticate": 'Bearer realm="Folkmoot"'})


def _allowed(token: TokenView, scopes: tuple[str, ...]) -> TokenView:
    held = tuple(token.scopes.split())
    if scopes and not any(allows(held, scope) for scope in scopes):
        raise HTTPException(403, "This action is outside the authorized scopes")
    return token
