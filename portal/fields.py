"""A field of a form and an answer to it, ready to be shown. No HTML here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Widget = Literal["text", "textarea", "radio", "select", "checkbox"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    value: str
    label: str
    hint: str = ""
    price: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question, ready to be shown; `value` is what was typed, right or wrong.

    It is hidden unless `asked`: some are only for some places (`only_at`).
    `error` stands at the field, `listed` far from it: only the latter repeats what it is called.
    """

    name: str
    label: str
    section: str
    widget: Widget
    required: bool = True
    hint: str = ""
    help: str = ""
    unanswered: str = ""
    value: str = ""
    error: str = ""
    listed: str = ""
    numeric: bool = False
    asked: bool = True
    only_at: tuple[str, ...] = ()
    size: int | None = None
    options: tuple[Option, ...] = ()

    @property
    def described_by(self) -> str:
        parts = (("hint", self.hint), ("open", self.unanswered), ("error", self.error))
        return " ".join(f"{self.name}-{part}" for part, there in parts if there)

    @property
    def focus(self) -> str:
        """Where a link to the field goes: the first choice of a group."""
        return f"{self.name}-0" if self.widget == "radio" else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as the review and the order show it.

    `warning` is what it means that it was left open; empty when it was answered.
    """

    name: str
    label: str
    value: str
    focus: str
    warning: str = ""
