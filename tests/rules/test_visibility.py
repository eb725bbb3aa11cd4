"""The one rule of who may see a post, said in full."""

from itertools import product

import pytest

from server.rules.visibility import VISIBILITIES, WORDS, Standing, Visibility, may_find, may_see


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_nobody_sees_what_is_gone_or_whose_author_is_suspended(visibility: Visibility) -> None:
    for answers in product((False, True), repeat=4):
        assert not may_see(visibility, Standing(*answers), gone=True)
        assert not may_see(visibility, Standing(*answers), author_suspended=True)


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_what_is_held_is_for_its_author_and_stewards_whoever_it_was_for(visibility: Visibility) -> None:
    for author, follows, mentioned, blocked, steward in product((False, True), repeat=5):
        standing = Standing(author, follows, mentioned, blocked, steward)
        assert may_see(visibility, standing, held=True) == (author or steward)
        assert not may_see(visibility, standing, held=True, gone=True)


def test_being_a_steward_shows_nothing_else() -> None:
    assert not may_see("private", Standing(is_steward=True))
    assert not may_see("direct", Standing(is_steward=True))


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_lists_for_everybody_show_what_is_public_not_held_and_by_nobody_limited(visibility: Visibility) -> None:
    public = visibility == "public"
    for follows, steward in product((False, True), repeat=2):
        standing = Standing(follows_author=follows, is_steward=steward)
        assert may_find(visibility, standing) == public
        assert not may_find(visibility, standing, held=True)
        assert may_find(visibility, standing, author_limited=True) == (public and follows)
    assert may_find(visibility, Standing(is_author=True), held=True, author_limited=True) == public


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_an_author_sees_all_of_their_own(visibility: Visibility) -> None:
    for follows, mentioned, blocked in product((False, True), repeat=3):
        assert may_see(visibility, Standing(True, follows, mentioned, blocked))


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_whom_the_author_blocked_sees_nothing(visibility: Visibility) -> None:
    for follows, mentioned in product((False, True), repeat=2):
        assert not may_see(visibility, Standing(False, follows, mentioned, blocked_by_author=True))


@pytest.mark.parametrize(
    ("visibility", "visitor", "follower", "mentioned"),
    [
        ("public", True, True, True),
        ("unlisted", True, True, True),
        ("private", False, True, True),
        ("direct", False, False, True),
    ],
)
def test_the_others_see_what_it_is_for(visibility: Visibility, visitor: bool, follower: bool, mentioned: bool) -> None:
    assert may_see(visibility, Standing()) is visitor
    assert may_see(visibility, Standing(follows_author=True)) is follower
    assert may_see(visibility, Standing(is_mentioned=True)) is mentioned


def test_every_visibility_is_explained_in_words() -> None:
    assert set(WORDS) == set(VISIBILITIES)
    assert all(WORDS.values())
