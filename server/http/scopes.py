"""What a token may be used for (Mastodon API, OAuth scopes). A parent scope holds its children."""

from typing import Final

from server.templating import marked

_READ: Final = [
    "accounts",
    "blocks",
    "bookmarks",
    "favourites",
    "filters",
    "follows",
    "lists",
    "mutes",
    "notifications",
    "search",
    "statuses",
]
_WRITE: Final = [
    "accounts",
    "blocks",
    "bookmarks",
    "conversations",
    "favourites",
    "filters",
    "follows",
    "lists",
    "media",
    "mutes",
    "notifications",
    "reports",
    "statuses",
]
_ADMIN: Final = [
    "accounts",
    "reports",
    "domain_allows",
    "domain_blocks",
    "ip_blocks",
    "email_domain_blocks",
    "canonical_email_blocks",
]
_LEGACY_FOLLOW: Final = frozenset(
    f"{act}:{noun}" for act in ("read", "write") for noun in ("follows", "blocks", "mutes")
)

ALL: Final[tuple[str, ...]] = (
    "read",
    *(f"read:{noun}" for noun in _READ),
    "write",
    *(f"write:{noun}" for noun in _WRITE),
    "follow",
    "push",
    "profile",
    "admin:read",
    *(f"admin:read:{noun}" for noun in _ADMIN),
    "admin:write",
    *(f"admin:write:{noun}" for noun in _ADMIN),
)
WORDS: Final = {
    "read": marked("read everything you can read here"),
    "write": marked("post, support and change things in your name"),
    "follow": marked("change whom you follow, block and mute"),
    "push": marked("send you notifications"),
    "profile": marked("see who you are"),
    "admin:read": marked("read what administrators see"),
    "admin:write": marked("administer this instance in your name"),
}


def parsed(text: str) -> tuple[str, ...]:
    """Scopes as written in a request: separated by spaces or plus signs, each once, in order."""
    return tuple(dict.fromkeys(text.replace("+", " ").replace(",", " ").split()))


def unknown(scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(scope for scope in scopes if scope not in ALL)


def allows(held: tuple[str, ...], wanted: str) -> bool:
    """True if a token that holds `held` may do what `wanted` names."""
    if wanted in held:
        return True
    if wanted in _LEGACY_FOLLOW and "follow" in held:
        return True
    while ":" in wanted:
        wanted = wanted.rpartition(":")[0]
        if wanted in held:
            return True
    return False


def covers(held: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """True if everything asked for was registered."""
    return all(allows(held, scope) for scope in asked)


def in_words(scopes: tuple[str, ...]) -> tuple[str, ...]:
    """What the consent page says, one line per kind of access."""
    return tuple(dict.fromkeys(WORDS[_kind(scope)] for scope in scopes if _kind(scope) in WORDS))


def _kind(scope: str) -> str:
    parts = scope.split(":")
    return ":".join(parts[:2]) if parts[0] == "admin" else parts[0]
