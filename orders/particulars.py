"""Smaller values that orders and their events carry: a file, a promise, an approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file in the conversation; its bytes are kept under `sha256` (hex), `size` of them."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Probably by then (P50), and promised by then (P90); `basis` is what it rests on."""

    probable_at: datetime | None
    promised_at: datetime
    basis: Mapping[str, Any] = field(default_factory=dict[str, Any])
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The approval that was last asked for; `given` are those who gave the steps before `step`."""

    rule: Mapping[str, Any]
    step: int
    steps: int
    given: tuple[str, ...] = ()
