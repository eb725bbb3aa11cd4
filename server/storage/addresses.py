"""The addresses of our own records (contract, "Addresses and ids"). They are made once and never change."""

from server.rules.accounts import Kind
from server.storage.database import current

FOLDERS: dict[Kind, str] = {"person": "users", "organisation": "organisations", "topic": "topics", "service": "users"}


def base() -> str:
    """Scheme and domain of this instance, without a slash at the end."""
    return current().base_url


def account_uri(kind: Kind, name: str) -> str:
    return f"{base()}/actor" if kind == "instance" else f"{base()}/{FOLDERS[kind]}/{name}"


def account_url(kind: Kind, name: str) -> str:
    """The page people use: members at /@name, the others at their id."""
    return f"{base()}/@{name}" if kind in ("person", "service") else account_uri(kind, name)


def post_uri(kind: str, post_id: int) -> str:
    folder = {"proposal": "proposals", "boost": "activities"}.get(kind, "posts")
    return f"{base()}/{folder}/{post_id}"


def policy_uri(policy_id: int) -> str:
    return f"{base()}/policies/{policy_id}"


def activity_uri(activity_id: int) -> str:
    return f"{base()}/activities/{activity_id}"


def tag_url(name: str) -> str:
    return f"{base()}/tags/{name}"
