"""Events to text and back. The union in orders.events is the only list of kinds."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from ledger.errors import LedgerDamaged, NotStorable
from orders.events import LedgerEvent

ADAPTERS: Mapping[str, TypeAdapter[LedgerEvent]] = {
    kind.__name__: TypeAdapter(kind) for kind in get_args(LedgerEvent)
}

# An escaped NUL, behind an even number of backslashes. PostgreSQL has no place for it in a text.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def encode(event: LedgerEvent) -> str:
    """The event as JSON text.

    Raises NotStorable when it would come back as something else: a tuple or a date among the
    answers, NaN, half a surrogate pair. What an order is must not depend on who replays it.
    """
    kind = type(event).__name__
    try:
        event = _in_utc(event)
        text = ADAPTERS[kind].dump_json(event, warnings="error").decode()
        same = decode(kind, text) == event and not _NUL.search(text)
    except (PydanticSerializationError, LedgerDamaged, ValueError):
        same, text = False, ""
    if not same:
        raise NotStorable(
            f"{kind} cannot be written to the ledger, it would not come back as it is: give it "
            "plain JSON values of the declared types only, times with a zone, text without NUL",
        )
    return text


def storable(*texts: str | None) -> bool:
    """Whether a database can hold these at all; what it cannot hold is certainly not in it."""
    try:
        return not any("\0" in text for text in texts if text and text.encode())
    except UnicodeEncodeError:
        return False


def check_storable(*texts: str | None) -> None:
    """Raise NotStorable unless a database can hold these."""
    if not storable(*texts):
        raise NotStorable("a character that cannot be kept: take it out")


def said(event: LedgerEvent) -> dict[str, str]:
    """When, who and why, for people who read the table itself: the columns beside the body."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"at": at, "actor": event.by, "why": event.why}


def decode(kind: str, text: str) -> LedgerEvent:
    """The event; raises LedgerDamaged for a kind or a body that this version does not know."""
    adapter = ADAPTERS.get(kind)
    if adapter is None:
        raise LedgerDamaged(
            f"the ledger holds an event of kind {kind!r}, which this version does not know: "
            "use the version that wrote it, or a newer one",
        )
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        # include_input off: what a customer wrote does not belong in a log
        found = error.errors(include_url=False, include_input=False, include_context=False)
        where = ", ".join(".".join(map(str, one["loc"])) or "body" for one in found)
        raise LedgerDamaged(f"an event of kind {kind} cannot be read back: {where}") from None


def _in_utc(value: Any) -> Any:  # noqa: ANN401 - any field of any event
    """The same value with every moment in it told in UTC, and so read back in UTC."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)
    if isinstance(value, tuple):
        return tuple(map(_in_utc, value))
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    fields = [(one.name, getattr(value, one.name)) for one in dataclasses.fields(value)]
    moved = {name: new for name, old in fields if (new := _in_utc(old)) is not old}
    return dataclasses.replace(value, **moved) if moved else value
