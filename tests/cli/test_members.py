"""`folkmoot member`."""

from collections.abc import Callable

from server.actions.members import use_login_link
from server.http.passwords import password_fits
from server.queries import members
from server.rules.permissions import OPERATOR
from tests.cli.terminal import Terminal


def test_a_new_member_is_printed_by_address_alone(here: Terminal) -> None:
    result = here("member", "create", "sol", "--display-name", "Sol Barrett", "--email", "sol@example.org")
    assert (result.code, result.out) == (0, f"{here.base}/users/sol\n")
    assert "login-link sol" in result.err
    [made] = [each for each in here("member", "list", "--json").json if each["name"] == "sol"]
    assert (made["display_name"], made["role"], made["email"]) == ("Sol Barrett", "member", "sol@example.org")


def test_a_name_that_is_taken_is_refused_with_the_reason(here: Terminal) -> None:
    result = here("member", "create", "ada")
    assert (result.code, result.out) == (1, "")
    assert "taken" in result.err


def test_a_role_that_does_not_exist_is_a_mistake_in_usage(here: Terminal) -> None:
    assert here("member", "create", "sol", "--role", "king").code == 2


def test_a_password_comes_through_a_pipe(here: Terminal, stdin: Callable[[str], None]) -> None:
    stdin("correct horse battery\n")
    assert here("member", "create", "sol", "--password-stdin").code == 0

    async def fits() -> bool:
        login = await members.login("sol")
        return login is not None and await password_fits(login.password_hash, "correct horse battery")

    assert here.ask(fits)


def test_a_short_password_makes_no_member(here: Terminal, stdin: Callable[[str], None]) -> None:
    stdin("short\n")
    assert here("member", "create", "sol", "--password-stdin").code == 1
    assert [each["name"] for each in here("member", "list", "--json").json] == ["ada"]


def test_a_login_link_signs_in_that_member(here: Terminal) -> None:
    result = here("member", "login-link", "ada")
    prefix, _, token = result.out.strip().rpartition("/")
    assert prefix == f"{here.base}/sign-in/link"

    async def whose() -> str:
        member = await members.by_id(await use_login_link(OPERATOR, token))
        return member.account.name if member else ""

    assert here.ask(whose) == "ada"


def test_nobody_has_no_login_link(here: Terminal) -> None:
    result = here("member", "login-link", "nobody_here")
    assert (result.code, result.out) == (1, "")
    assert "nobody_here" in result.err


def test_the_list_is_a_table_for_people(here: Terminal) -> None:
    head, line = here("member", "list").out.splitlines()
    assert head.split() == ["NAME", "SHOWN", "AS", "ROLE", "EMAIL", "STATE", "SEEN"]
    assert line.split()[:3] == ["ada", "ada", "admin"]
