"""The files of deploy/ are good in the eyes of the programs that read them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from federation.signatures.keys import generate_rsa

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DEBIAN = ":80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n"  # what the Caddyfile of Debian's package holds


def read_by(program: str, *arguments: str, **environ: str) -> str:
    """What a program says of a file, which must be good. Left out where the program is not installed."""
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        [found, *arguments], env={**os.environ, **environ}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_caddy_takes_our_file_behind_the_one_that_debian_brings(tmp_path: Path) -> None:
    (tmp_path / "Caddyfile").write_text(DEBIAN + (DEPLOY / "caddy" / "Caddyfile").read_text("utf-8"), "utf-8")
    said = read_by("caddy", "validate", "--config", str(tmp_path / "Caddyfile"), HOME=str(tmp_path))
    assert "Valid configuration" in said


def test_nginx_takes_our_file(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx" / "folkmoot.conf").read_text("utf-8")
    assert text.count("folkmoot.example.org") == 1 + 4, "the comment says how often the domain stands in it"
    certificate(tmp_path)
    text = text.replace("/etc/letsencrypt/live/folkmoot.example.org", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{text}\n}}\n", "utf-8"
    )
    read_by("nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path))


def certificate(folder: Path) -> None:
    """What certbot would leave here."""
    (folder / "privkey.pem").write_text(generate_rsa()[0], "utf-8")
    words = ("req", "-x509", "-key", str(folder / "privkey.pem"), "-subj", "/CN=folkmoot.example.org", "-days", "1")
    read_by("openssl", *words, "-out", str(folder / "fullchain.pem"))


def test_the_service_is_understood_and_locked_down(tmp_path: Path) -> None:
    unit = tmp_path / "folkmoot.service"
    text = (DEPLOY / "systemd" / "folkmoot.service").read_text("utf-8")
    unit.write_text(text.replace("/opt/folkmoot/bin/folkmoot", "/bin/true"), "utf-8")
    assert read_by("systemd-analyze", "verify", "--man=no", str(unit)) == ""
    said = read_by("systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit))
    level = re.search(r"exposure level for \S+: ([0-9.]+)", said)
    assert level is not None, said
    assert float(level[1]) <= 1.5


def test_the_shell_scripts_are_understood() -> None:
    for script in DEPLOY.rglob("*.sh"):
        read_by("sh", "-n", str(script))
