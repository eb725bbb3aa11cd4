"""Whatever a person can do on the site, a script can do through the civic API; and the API does what its table says."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from server.api import docs
from server.api.civic import OPERATIONS
from server.api.operations import SCOPES
from server.rules.contributions import KINDS
from server.rules.lifecycle import ACTS

ROOT = Path(__file__).parents[2]
BY_NAME = {operation.name: operation for operation in OPERATIONS}

# What each form of the site sends, and the operation that does the same.
FORMS: Mapping[str, str] = {
    "/answer/{token}": "answer_by_link",
    "/proposals/{id:int}/answer": "contribute",
    "/proposals/{id:int}/ask": "set_ask",
    "/proposals/{id:int}/remind": "remind_owner",
    "/proposals/{id:int}/contact": "note_contact",
    "/proposals/{id:int}/tags": "tag",
    "/proposals/{id:int}/invites": "invite_about",
    "/proposals/{id:int}/invites/revoke": "end_invite_about",
    "/proposals/{id:int}/send": "send",
    "/proposals/{id:int}/answer-link": "renew_answer_link",
    "/proposals/drafts/{id:int}/invite": "invite_to_draft",
    "/proposals/{id:int}/invite": "invite_to_proposal",
    "/proposals/together/{token}": "write_along",
    "/proposals/together/{id:int}/end": "end_writing_along",
    "/proposals/{id:int}/add/{kind}": "contribute",
    "/posts/{id:int}/decide": "decide_about",
    "/proposals/{id:int}/checks": "ask_for_consent",
    "/checks/{id:int}/vote": "vote_in_check",
    "/checks/{id:int}/close": "end_check",
    "/objections/{id:int}/answer": "answer_to_objection",
    "/proposals/{id:int}/endorse": "endorse_proposal",
    "/proposals/{id:int}/endorse/withdraw": "take_endorsement_back",
    "/proposals/new": "begin_draft",
    "/proposals/drafts/{id:int}": "keep_draft",
    "/proposals/drafts/{id:int}/2": "keep_draft",
    "/proposals/drafts/{id:int}/3": "keep_draft",
    "/proposals/drafts/{id:int}/raise": "raise_draft",
    "/proposals/drafts/{id:int}/discard": "throw_draft_away",
    "/proposals/drafts/{id:int}/caught-up": "catch_up",
    "/proposals/{id:int}/edit": "begin_next_version",
    "/proposals/{id:int}/do/{act}": "do_act",
    "/proposals/{id:int}/same": "set_same_barrier",
    "/posts/{id:int}/support": "give_support",
    "/posts/{id:int}/reply": "contribute",
    "/posts/{id:int}/thread": "fetch_conversation",
    "/posts/{id:int}/edit": "reword_contribution",
    "/posts/{id:int}/delete": "delete_contribution",
    "/posts/{id:int}/remove": "decide_about_record",
    "/posts/{id:int}/report": "tell_stewards",
    "/accounts/{id:int}/report": "tell_stewards",
    "/moderation/held/{id:int}": "decide_about_held",
    "/moderation/reports/{id:int}": "decide_about_report",
    "/moderation/appeals/{id:int}": "decide_about_appeal",
    "/moderation/accounts/{id:int}": "decide_about_account",
    "/moderation/yours/{id:int}": "appeal_against",
    "/groups/new": "make_group",
    "/organisations/{name}/settings": "describe_organisation",
    "/organisations/{name}/people": "confirm_person",
    "/organisations/{name}/invites": "invite_into_group",
    "/organisations/{name}/invites/revoke": "end_invite",
    "/organisations/{name}/claim": "wish_to_belong",
    "/organisations/{name}/leave": "leave_group",
    "/join/{code}/group": "join_by_invite",
    "/policies/new": "add_policy",
    "/policies/{id:int}/edit": "edit_policy",
    "/policies/{id:int}/same": "set_same",
    "/policies/{id:int}/delete": "remove_policy",
    "/settings/telling": "set_telling",
}

# What the civic API leaves to something else, by the beginning of the address, and why.
ELSEWHERE: Mapping[str, str] = {
    "/accounts/": "people follow and block each other in any app: the Mastodon API",
    "/posts/{id:int}/share": "the Mastodon API: reblog",
    "/posts/{id:int}/keep": "the Mastodon API: bookmark",
    "/posts/{id:int}/vote": "the Mastodon API: polls; a check has its own",
    "/notifications/clear": "the Mastodon API",
    "/settings/profile": "the Mastodon API: update_credentials",
    "/settings/": "a password, a session or the look of the pages is the browser's own",
    "/sign-": "a script has its token",
    "/set-up": "once, before anybody could have a token",
    "/join/{code}": "joining gives the log-in that a token needs",
    "/policies/{id:int}/by-mail": "for people without a log-in; a script reads the feed",
    "/proposals/{id:int}/by-mail": "for people without a log-in; a script reads the feed",
    "/by-mail/": "the link of a mail",
    "/unsubscribe/": "the link of a mail, pressed by a mail program",
    "/admin/": "looking after the instance is done on its pages and by the command line, never by an app's token",
}

# The act of each name that has a call of its own, beside the one for all of them.
OWN_CALL = {"send": "send", "answer": "contribute", "link": "set_same_barrier", "unlink": "set_same_barrier"}


def forms() -> set[str]:
    """The addresses to which a page of the site sends a form."""
    found: set[str] = set()
    for path in (ROOT / "server" / "web").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            posts = any(
                each.arg == "methods" and isinstance(each.value, ast.List) and "POST" in ast.dump(each.value)
                for each in node.keywords
            )
            first = node.args[0]
            if (node.func.id in ("does", "takes") or posts) and isinstance(first, ast.Constant):
                found.add(str(first.value))
    return found


def elsewhere(address: str) -> str:
    return next((why for start, why in ELSEWHERE.items() if address.startswith(start)), "")


def test_what_every_form_of_the_site_does_an_operation_does_too_or_it_is_said_why_not() -> None:
    assert len(forms()) > 80
    assert sorted(each for each in forms() if each not in FORMS and not elsewhere(each)) == []


def test_no_form_and_no_exception_is_listed_that_is_not_there() -> None:
    assert sorted(FORMS.keys() - forms()) == []
    assert [start for start in ELSEWHERE if not any(each.startswith(start) for each in forms())] == []


def test_every_form_that_is_listed_names_an_operation_that_writes() -> None:
    assert [name for name in FORMS.values() if BY_NAME[name].method == "GET"] == []


@pytest.mark.parametrize("act", ACTS)
def test_every_act_of_the_life_cycle_is_an_operation(act: str) -> None:
    if act in OWN_CALL:
        assert BY_NAME[OWN_CALL[act]].method in ("POST", "PUT")
    assert act in BY_NAME["do_act"].summary


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_contribution_can_be_made_and_its_facts_are_told(kind: str) -> None:
    made = BY_NAME["contribute"]
    assert kind in made.body["kind"]["enum"]
    assert {fact.name for fact in KINDS[kind].facts} <= made.body["facts"]["properties"].keys()


@pytest.mark.parametrize("name", BY_NAME)
def test_every_operation_says_what_it_does_needs_and_gives(name: str) -> None:
    operation = BY_NAME[name]
    entry = operation.entry()
    assert entry["summary"]
    assert operation.noun
    assert operation.scope in ("", *SCOPES)
    assert {each["name"] for each in entry["parameters"] if each["in"] == "path"} == set(
        re.findall(r"\{(\w+)\}", operation.path)
    )
    assert set(operation.needed) <= operation.body.keys()
    assert entry["responses"]["200"]["content"]["application/json"]["schema"]
    assert {"401", "403", "404", "422", "429"} <= entry["responses"].keys()
    if operation.method == "GET":
        assert not operation.body
    else:
        assert {"400", "409", "413"} <= entry["responses"].keys()
        assert operation.scope or "personal link" in operation.about


def test_names_stand_once_and_an_act_of_a_steward_asks_for_the_scope_of_one() -> None:
    assert len(BY_NAME) == len(OPERATIONS)
    inside = [each for each in OPERATIONS if "/moderation/" in each.path and each.needs]
    assert inside
    assert [each.name for each in inside if not each.scope.startswith("admin:")] == []


@pytest.mark.parametrize("name", BY_NAME)
def test_every_example_is_a_call_as_it_is_described(name: str) -> None:
    typed = docs.curl(BY_NAME[name], "https://oak.example")
    assert f"https://oak.example/api{BY_NAME[name].path.partition('{')[0]}" in typed
    assert ("$TOKEN" in typed) is bool(BY_NAME[name].scope)
    assert ("--json" in typed) is bool(BY_NAME[name].body)
