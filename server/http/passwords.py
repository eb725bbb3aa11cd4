"""Passwords: argon2id with 19 MiB, two passes, one lane (OWASP Password Storage), two at a time, beside the loop.

A guess at an unknown user costs the same as one at a known user, so time tells nobody who is a member.
"""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.rules.errors import Invalid

SHORTEST: Final = 10
LONGEST: Final = 200

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


def check_password(password: str) -> None:
    """Length is what counts, so length is all that is asked.

    Raises:
        Invalid: too short, or longer than anyone types.
    """
    if len(password) < SHORTEST:
        raise Invalid("password", "Choose a password with at least %(least)s characters.", least=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password", "Choose a password with at most %(most)s characters.", most=LONGEST)


async def hash_password(password: str) -> str:
    """What is stored of a password. It is normalised first (NFKC), so that every keyboard gives the same."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, _normal(password))


async def password_fits(stored: str, password: str) -> bool:
    """Whether this is the password behind the hash. An empty hash never fits, and takes as long to say so."""
    fits = await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored, _normal(password))
    return fits and bool(stored)


@cache
def _nobody() -> str:
    """A hash that takes as long to check as any other."""
    return _hasher.hash("nobody has this password")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password[: LONGEST * 4])


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
