"""Reading what the handlers need out of requests: ids in paths, origin, pages."""

from starlette.requests import Request

from server.rules.errors import NotFound
from server.rules.ids import id_in
from server.rules.visibility import VISIBILITIES, Visibility


def origin_of(request: Request) -> str:
    """Prefix of every address of ours, from the settings and never from the request."""
    return str(request.app.state.settings.origin)


def path_id(request: Request, name: str = "id") -> int:
    """The id in the path.

    Raises:
        NotFound: it is not a number, so it names nothing here.
    """
    return id_of(request.path_params[name])


def id_of(text: str) -> int:
    """An id as a client gives it."""
    found = id_in(text)
    if found is None:
        raise NotFound
    return found


def visibility_of(text: str, default: Visibility) -> Visibility:
    """One of the four; anything else becomes the default, as unknown words come from newer clients."""
    return next((known for known in VISIBILITIES if known == text), default)


def language_of(text: str) -> str:
    """A language tag (BCP 47); the words for "I do not know" become none."""
    tag = text.strip()
    return "" if tag.lower() in ("unk", "und", "mul", "zxx") or len(tag) > 35 else tag
