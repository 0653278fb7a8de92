"""An order's way in the terminal: each stage as it is done, and whose turn it is when it stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from orders.model import ENDS, State

STOPS = frozenset({State.HELD, State.PENDING})


class Progress:
    """Tells what is new since the last look."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: set[str] = set()
        self._state = ""

    def stages(self, order: Mapping[str, Any]) -> None:
        """What is done and was not when last looked at."""
        many = len(order.get("serviceOrderItem", [])) > 1
        for milestone in order.get("milestone", []):
            key = str(milestone.get("id"))
            if milestone.get("status") == "done" and key not in self._told:
                self._told.add(key)
                item = f"item {key.partition('.')[0]}: " if many else ""
                self._console.print(f"  ✓ {item}{milestone.get('name')}")

    def stops(self, order: Mapping[str, Any]) -> None:
        """Why it stands still, once each time that it comes to."""
        state = str(order["state"])
        if state != self._state and state in STOPS:
            self._console.print(f"  … {state}")
            for reason in reasons(order):
                self._console.print(f"    {reason}")
        self._state = state


def is_over(order: Mapping[str, Any]) -> bool:
    return str(order["state"]) in ENDS


def reasons(order: Mapping[str, Any]) -> Iterator[str]:
    """What holds it up, what is asked, and what failed."""
    for alert in order.get("jeopardyAlert", []):
        yield str(alert.get("message", ""))
    for note in order.get("note", []):
        if str(note.get("id", "")).endswith(".question"):
            yield str(note.get("text", ""))
    for error in order.get("errorMessage", []):
        yield f"{error.get('reason', '')} {error.get('message', '')}".strip()
