"""`folkmoot keys`, and `folkmoot member alias|move`."""

from tests.cli.terminal import Terminal


def test_keys_are_listed_and_made_anew_by_name(here: Terminal) -> None:
    here("member", "create", "bo")
    assert [each["name"] for each in here("keys", "list", "--json").json] == ["ada", "bo"]
    result = here("keys", "rotate", "ada")
    assert (result.code, result.out) == (0, "ada\n")
    assert [each["name"] for each in here("keys", "list", "--json").json] == ["bo", "ada"]


def test_keys_of_everybody_are_made_anew_at_once(here: Terminal) -> None:
    every = {each["name"] for each in here("keys", "list", "--json").json}
    assert set(here("keys", "rotate", "--all", "--stolen", "--json").json["rotated"]) == every


def test_nobodys_keys_are_refused_and_it_must_be_said_whose(here: Terminal) -> None:
    unknown = here("keys", "rotate", "nobody")
    assert (unknown.code, unknown.out) == (1, "")
    assert "Nobody of that name is here" in unknown.err
    assert here("keys", "rotate").code == 2
    assert here("keys", "rotate", "ada", "--all").code == 2


def test_a_member_moves_to_an_account_that_names_the_old_one(here: Terminal) -> None:
    here("member", "create", "bo")
    refused = here("member", "move", "ada", "@bo")
    assert refused.code == 1
    assert "does not say yet" in refused.err
    assert here("member", "alias", "bo", "@ada").out == f"{here.base}/users/ada\n"
    assert here("member", "move", "ada", "@bo", "--json").json == {"name": "ada", "moved_to": f"{here.base}/users/bo"}
    for arguments in (("nobody", "@bo"), ("ada", "@nobody")):
        assert here("member", "move", *arguments).code == 1
