import pytest

from server.http import limits
from server.http.limits import Allowance, Limits
from server.rules.errors import TooFast

THREE = Allowance(3, 60)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def test_an_allowance_is_spent_and_comes_back() -> None:
    clock = Clock()
    counted = Limits(clock=clock)
    left = [spent.remaining for _ in range(3) if (spent := await counted.spend(THREE, "amina"))]
    assert left == [2, 1, 0]
    clock.now += 45
    with pytest.raises(TooFast) as refused:
        await counted.spend(THREE, "amina")
    assert refused.value.retry_after == 16
    clock.now += 15
    spent = await counted.spend(THREE, "amina")
    assert spent is not None
    assert (spent.remaining, spent.reset) == (2, clock.now + 60)


async def test_everyone_and_everything_has_an_allowance_of_its_own() -> None:
    counted = Limits(clock=Clock())
    for _ in range(3):
        await counted.spend(THREE, "amina")
    assert await counted.spend(THREE, "bryn")
    assert await counted.spend(Allowance(3, 61), "amina")


async def test_what_is_counted_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KNOWN", 10)
    clock = Clock()
    counted = Limits(clock=clock)
    for number in range(100):
        clock.now += 1
        await counted.spend(THREE, f"address:{number}")
    assert len(counted._windows) == 10
    assert (THREE, "address:99") in counted._windows
