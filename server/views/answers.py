"""Answers of policy owners."""

from dataclasses import dataclass

from server.views.posts import PostView


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer and what it answers. `days` are the working days from the sending to it, None where that is not
    known."""

    answer: PostView
    proposal: PostView
    owner: str
    days: int | None

    @property
    def code(self) -> str:
        return str(self.answer.contribution.facts.get("code", "")) if self.answer.contribution else ""
