"""What was rendered, kept as long as it stays true."""

from collections import OrderedDict
from typing import Any, Final, Generic, TypeVar

from starlette.requests import Request

KEPT: Final = 3_000

Piece = TypeVar("Piece")


class Kept(Generic[Piece]):
    """Pieces by what they depend on, so that none is ever wrong; the least used is forgotten."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._pieces: OrderedDict[str, Piece] = OrderedDict()

    def get(self, key: str) -> Piece | None:
        piece = self._pieces.get(key)
        if piece is not None:
            self._pieces.move_to_end(key)
        return piece

    def put(self, key: str, piece: Piece) -> None:
        self._pieces[key] = piece
        while len(self._pieces) > self._most:
            self._pieces.popitem(last=False)


def kept_in(request: Request, what: str, most: int = KEPT) -> Kept[Any]:
    """What this instance keeps of a kind. There may be several instances in a process."""
    name = f"kept_{what}"
    kept: Kept[Any] | None = getattr(request.app.state, name, None)
    if kept is None:
        kept = Kept(most)
        setattr(request.app.state, name, kept)
    return kept
