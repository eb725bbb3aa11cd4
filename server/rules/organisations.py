"""Organisations and the groups an instance hosts: what they may be called, and which roles they give."""

from typing import Final, Literal

from server.rules.errors import Invalid, too_long

OrganisationKind = Literal["organisation", "group"]
RoleThere = Literal["member", "steward"]

KINDS: Final[tuple[OrganisationKind, ...]] = ("organisation", "group")
ROLES_THERE: Final[tuple[RoleThere, ...]] = ("member", "steward")
TITLE: Final = 120
DESCRIPTION: Final = 500
MANDATE: Final = 500


def kind_of(name: str) -> OrganisationKind:
    """Raises `Invalid` for what an organisation cannot be."""
    found = next((kind for kind in KINDS if kind == name), None)
    if found is None:
        raise Invalid("kind", "Choose what it is: an organisation or a group.")
    return found


def role_there(name: str) -> RoleThere:
    """Raises `Invalid` for a role that organisations do not give."""
    found = next((role for role in ROLES_THERE if role == name), None)
    if found is None:
        raise Invalid("role", "Choose one of the roles.")
    return found


def check_words(title: str, description: str, mandate: str) -> None:
    """Raises `Invalid`, naming the field, when the name is missing or something is too long."""
    if not title.strip():
        raise Invalid("title", "Give it a name.")
    for field, text, most in (
        ("title", title, TITLE),
        ("description", description, DESCRIPTION),
        ("mandate", mandate, MANDATE),
    ):
        if len(text) > most:
            raise too_long(field, len(text), most)
