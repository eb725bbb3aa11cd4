"""Who may do what: every role, standing and suspension against every permission."""

from collections.abc import Callable
from itertools import product

import pytest

from server.rules import permissions
from server.rules.accounts import ROLES, Role
from server.rules.errors import Refused
from server.rules.permissions import ANYONE, OPERATOR, Principal, Standing

ME, OTHER = 7, 8
STANDINGS: tuple[Standing, ...] = ("member", "remote", "operator")
EVERYBODY = [
    Principal(standing, 0 if standing == "operator" else ME, role, 1, suspended)
    for standing, role, suspended in product(STANDINGS, ROLES, (False, True))
]


def expected(by: Principal) -> dict[str, bool]:
    """The table in words: the operator steers and never speaks; a role counts for members alone, and for nobody who is
    suspended."""
    speaks = not by.suspended and by.standing != "operator"
    in_office = by.standing == "member" and not by.suspended
    stewards = by.standing == "operator" or (in_office and by.role != "member")
    administers = by.standing == "operator" or (in_office and by.role == "admin")
    return {
        "write": speaks,
        "steward": stewards,
        "administer": administers,
        "change own": speaks,
        "change another's": False,
        "remove own": speaks or stewards,
        "remove another's": stewards,
        "member": speaks and by.standing == "member",
        "register app": not by.suspended,
        "appeal own": by.standing == "member",
        "appeal another's": False,
    }


def answers(by: Principal) -> dict[str, bool]:
    return {
        "write": permissions.may_write(by),
        "steward": permissions.may_steward(by),
        "administer": permissions.may_administer(by),
        "change own": permissions.may_change(by, ME),
        "change another's": permissions.may_change(by, OTHER),
        "remove own": permissions.may_remove(by, ME),
        "remove another's": permissions.may_remove(by, OTHER),
        "member": not refused(permissions.check_member, by),
        "register app": permissions.may_register_app(by),
        "appeal own": permissions.may_appeal(by, by.account_id),
        "appeal another's": permissions.may_appeal(by, OTHER),
    }


def refused(check: Callable[..., None], *arguments: object) -> bool:
    try:
        check(*arguments)
    except Refused:
        return True
    return False


@pytest.mark.parametrize("by", EVERYBODY, ids=lambda by: f"{by.standing}-{by.role}-{by.suspended}")
def test_each_may_do_what_the_table_says(by: Principal) -> None:
    assert answers(by) == expected(by)


@pytest.mark.parametrize("by", EVERYBODY, ids=lambda by: f"{by.standing}-{by.role}-{by.suspended}")
def test_each_check_refuses_exactly_what_its_question_denies(by: Principal) -> None:
    pairs: list[tuple[Callable[..., None], Callable[..., bool], tuple[object, ...]]] = [
        (permissions.check_write, permissions.may_write, (by,)),
        (permissions.check_steward, permissions.may_steward, (by,)),
        (permissions.check_administer, permissions.may_administer, (by,)),
        (permissions.check_register_app, permissions.may_register_app, (by,)),
        (permissions.check_change, permissions.may_change, (by, ME)),
        (permissions.check_change, permissions.may_change, (by, OTHER)),
        (permissions.check_remove, permissions.may_remove, (by, ME)),
        (permissions.check_remove, permissions.may_remove, (by, OTHER)),
    ]
    for check, allowed, arguments in pairs:
        assert refused(check, *arguments) is not allowed(*arguments)


def test_the_operator_and_a_stranger_do_not_speak() -> None:
    assert not permissions.may_write(OPERATOR)
    assert not permissions.may_write(ANYONE)
    assert permissions.may_register_app(ANYONE)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_claimed_from_elsewhere_counts_for_nothing(role: Role) -> None:
    by = Principal("remote", ME, role)
    assert not permissions.may_steward(by)
    assert not permissions.may_administer(by)


def test_whoever_has_a_log_in_may_sign_out_even_while_suspended() -> None:
    assert not refused(permissions.check_own_session, Principal("member", ME, member_id=1, suspended=True))
    assert refused(permissions.check_own_session, ANYONE)
