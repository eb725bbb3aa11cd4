"""Whatever stewards and admins do on a page, an operator can do at the command line."""

import ast
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from server.cli.commands import folkmoot

ROOT = Path(__file__).parents[2]
INSIDE = ("/admin/", "/moderation/", "/groups/", "/organisations/", "/policies/", "/posts/{id:int}/remove")

# What each form of stewards and admins sends, and the commands that do all of what it can.
VERBS: Mapping[str, tuple[str, ...]] = {
    "/admin/blocks": ("peer block", "peer limit"),
    "/admin/blocks/federation": ("peer federation",),
    "/admin/blocks/import": ("peer import",),
    "/admin/blocks/preview": ("peer import",),
    "/admin/blocks/remove": ("peer allow",),
    "/admin/invites": ("invite create",),
    "/admin/invites/revoke": ("invite revoke",),
    "/admin/keys": ("keys rotate",),
    "/admin/members/{id:int}/login-link": ("member login-link",),
    "/admin/members/{id:int}/role": ("member role",),
    "/admin/peers/{domain}/ping": ("peer ping",),
    "/admin/peers/{domain}/purge": ("peer purge",),
    "/admin/peers/{domain}/retry": ("peer retry",),
    "/admin/queue/drop": ("queue drop",),
    "/admin/queue/retry": ("queue retry",),
    "/admin/site": ("site set",),
    "/admin/topics": ("topic create",),
    "/admin/topics/{slug}": ("topic edit",),
    "/admin/topics/{slug}/answer": ("topic link", "topic unlink"),
    "/admin/topics/{slug}/care": ("topic compare", "topic trust", "topic trial"),
    "/admin/topics/{slug}/link": ("topic link",),
    "/groups/new": ("organisation create",),
    "/moderation/accounts/{id:int}": (
        "account warn",
        "account limit",
        "account lift",
        "account suspend",
        "account restore",
    ),
    "/moderation/appeals/{id:int}": ("appeal decide",),
    "/moderation/held/{id:int}": ("held accept", "held ask", "held refuse"),
    "/moderation/reports/{id:int}": ("report close",),
    "/organisations/{name}/invites": ("organisation invite",),
    "/organisations/{name}/invites/revoke": ("invite revoke",),
    "/organisations/{name}/people": ("organisation confirm", "organisation end"),
    "/organisations/{name}/settings": ("organisation settings",),
    "/policies/new": ("policy create",),
    "/policies/{id:int}/delete": ("policy delete",),
    "/policies/{id:int}/edit": ("policy edit",),
    "/policies/{id:int}/same": ("policy same",),
    "/posts/{id:int}/remove": ("post remove",),
}

# What a person does for themselves, and why no operator does it for them.
PERSONAL: Mapping[str, str] = {
    "/moderation/yours/{id:int}": "an appeal is said by whom the decision concerns",
    "/organisations/{name}/claim": "only they can say that they belong",
    "/organisations/{name}/leave": "somebody leaves by themselves; a group takes them out with `organisation end`",
    "/policies/{id:int}/by-mail": "whoever asks for mail gives their own address",
}

# Forms that have no command yet.
PENDING = ("/admin/site/logo",)


def forms() -> set[str]:
    """The addresses to which a page for stewards or admins sends a form."""
    found: set[str] = set()
    for path in (ROOT / "server" / "web").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                posts = any(each.arg == "methods" and "POST" in ast.dump(each.value) for each in node.keywords)
                first = node.args[0]
                if (node.func.id in ("does", "takes") or posts) and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return {each for each in found if each.startswith(INSIDE)}


def command(words: str) -> click.Command | None:
    """The command that is called with these words."""
    found: click.Command | None = folkmoot
    for word in words.split():
        found = found.get_command(click.Context(found), word) if isinstance(found, click.Group) else None
    return found


def test_every_form_of_stewards_and_admins_has_a_command_or_it_is_said_why_not() -> None:
    assert len(forms()) > 30
    assert sorted(forms() - VERBS.keys() - PERSONAL.keys() - set(PENDING)) == []


def test_no_form_is_listed_that_is_not_there_or_twice() -> None:
    listed = [*VERBS, *PERSONAL, *PENDING]
    assert sorted(set(listed) - forms()) == []
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("words", sorted({each for verbs in VERBS.values() for each in verbs}))
def test_every_command_that_is_named_exists_and_says_what_it_does(words: str) -> None:
    found = command(words)
    assert found is not None
    assert not isinstance(found, click.Group)
    assert found.help


def test_words_that_are_no_command_are_found_out() -> None:
    assert command("member crown") is None
    assert command("member role admin") is None
