"""`folkmoot token` and `folkmoot invite`."""

from server.queries import apps, members
from server.views.apps import TokenView
from server.views.instance import InviteView
from tests.cli.terminal import Terminal


def known(here: Terminal, text: str) -> TokenView:
    async def look() -> TokenView | None:
        return await apps.token(text)

    found = here.ask(look)
    assert found is not None
    return found


def test_the_bare_token_is_the_only_line(here: Terminal) -> None:
    result = here("token", "create", "ada")
    assert result.code == 0
    [line] = result.out.splitlines()
    token = known(here, line)
    assert token.scopes == "read write follow push"
    assert token.app.name == "Command line"
    assert token.role == "admin"


def test_as_json_it_is_what_apps_get(here: Terminal) -> None:
    found = here("token", "create", "ada", "--scopes", "read:statuses read:statuses", "--json").json
    assert found.keys() == {"access_token", "token_type", "scope", "created_at"}
    assert (found["token_type"], found["scope"]) == ("Bearer", "read:statuses")
    assert known(here, found["access_token"]).scopes == "read:statuses"


def test_a_scope_that_does_not_exist_is_refused(here: Terminal) -> None:
    result = here("token", "create", "ada", "--scopes", "read fly")
    assert (result.code, result.out) == (1, "")
    assert "fly" in result.err


def test_nobody_gets_no_token(here: Terminal) -> None:
    assert here("token", "create", "nobody_here").code == 1


def test_an_invitation_is_a_link_that_works(here: Terminal) -> None:
    result = here("invite", "create", "--role", "steward", "--uses", "3", "--note", "the Tuesday group")
    prefix, _, code = result.out.strip().rpartition("/")
    assert prefix == f"{here.base}/join"

    async def look() -> InviteView | None:
        return await members.invite(code)

    found = here.ask(look)
    assert found is not None
    assert (found.role, found.uses_left, found.note) == ("steward", 3, "the Tuesday group")
