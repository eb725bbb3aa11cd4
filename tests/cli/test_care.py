"""`folkmoot migrate` and `folkmoot doctor`: looking after an instance."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from server.cli import modules
from tests.cli.terminal import Terminal


def test_what_is_missing_is_listed_without_making_anything(empty: Terminal) -> None:
    result = empty("migrate", "--check")
    assert result.code == 1
    assert result.out.splitlines()[0] == "0001_initial"
    assert not empty.data.exists()


def test_migrating_makes_the_database_and_says_what_it_did(empty: Terminal) -> None:
    assert empty("migrate").out.splitlines()[0] == "0001_initial"
    again = empty("migrate", "--check")
    assert (again.code, again.out) == (0, "")
    assert empty.data.stat().st_mode & 0o777 == 0o700


def test_a_healthy_instance_needs_no_attention(here: Terminal) -> None:
    here.data.chmod(0o700)
    result = here("doctor")
    assert (result.code, "attention" in result.out) == (0, False), result.out
    assert "ok         database: up to date" in result.out


def test_each_trouble_comes_with_what_to_do(here: Terminal) -> None:
    here.data.chmod(0o755)
    result = here("doctor", "--json")
    assert result.code == 1
    [trouble] = [each for each in result.json if not each["ok"]]
    assert trouble["what"] == "data folder"
    assert f"chmod 700 {here.data}" in trouble["to_do"]


def test_the_doctor_makes_nothing(empty: Terminal) -> None:
    assert empty("doctor").code == 1
    assert not empty.data.exists()


def test_a_domain_that_leads_nowhere_is_found(here: Terminal) -> None:
    result = here("doctor", "--no-development", "--domain", "oak.invalid")
    assert result.code == 1
    assert "oak.invalid leads nowhere" in result.out


def test_our_modules_are_ours() -> None:
    assert modules.clash() == ""


def test_another_package_in_our_place_is_named(tmp_path: Path) -> None:
    assert "overwritten" in modules.clash(beside=tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_as_root_a_command_becomes_the_owner_of_the_data() -> None:
    program = (
        "import os, sys; from pathlib import Path; from server.cli.owner import become_owner;"
        " become_owner(Path(sys.argv[1])); print(os.getresuid(), os.getresgid(), os.getgroups())"
    )
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, 65_521, 65_522)
        out = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True).stdout
    assert out == "(65521, 65521, 65521) (65522, 65522, 65522) []\n"
