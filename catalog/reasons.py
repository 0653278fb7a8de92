"""Why something in an offering file cannot be so: a complaint with its gaps filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from catalog.complaints import Complaint

Path = tuple[str | int, ...]


class Sayable(Protocol):
    """What is said in the reader's language once that is known; messages.Problem is one."""

    def said(self, translate: Callable[[str], str], language: str) -> str: ...


class Reason:
    """One complaint; a gap may hold another reason."""

    __slots__ = ("complaint", "gaps")

    def __init__(self, complaint: Complaint, /, **gaps: str | int | Sayable) -> None:
        self.complaint: Final = complaint
        self.gaps: Final = gaps

    @property
    def english(self) -> str:
        return self.said(str, "en")

    def said(self, translate: Callable[[str], str], language: str) -> str:
        """The sentence in `language`; `translate` is that language's gettext."""
        filled = {
            name: gap if isinstance(gap, str | int) else gap.said(translate, language)
            for name, gap in self.gaps.items()
        }
        return translate(self.complaint.value) % filled


Broken = tuple[Path, Reason]  # where, and why


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong on which line (from 1), and with what; no `path` means the text itself."""

    line: int
    reason: Reason
    path: Path | None = None

    @property
    def english(self) -> str:
        return self.said(str, "en")

    def said(self, translate: Callable[[str], str], language: str) -> str:
        why = self.reason.said(translate, language)
        if self.path is None:
            return why
        whole = Reason(Complaint.THE_FILE).said(translate, language)
        return f"{'.'.join(map(str, self.path)) or whole}: {why}"
