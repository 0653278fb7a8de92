"""The state machine for people to read: docs/states.md, drawn from the table.

`python -m orders.diagram > docs/states.md` writes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from orders.lifecycle import TRANSITIONS, Move, Target
from orders.model import ENDS, Party, State, turn

INTRO = """\
# The states of an order item

Drawn from the table in `orders/lifecycle.py` by `make states`; do not edit. The names are those of
TMF641 v4.1. An order shows `held` while one of its items is held, else `pending`, else
`inProgress`; when all have ended it shows the end they share, or `partial`.

An approval in several steps stays in `pending` until its last one is given. Messages, promises,
assignments and surveys are about the whole order, move no item, and are not drawn.
"""

WHOSE = {Party.CUSTOMER: "customer", Party.SUPPLIER: "supplier", None: "nobody"}


def markdown() -> str:
    """The whole page."""
    parts = [INTRO, "```mermaid", *_diagram(), "```", "", *_table(), ""]
    return "\n".join(parts)


def _diagram() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {State.ACKNOWLEDGED}"
    for state, moves in TRANSITIONS.items():
        for event, target in moves.items():
            for after in _targets(state, target):
                yield f"    {state} --> {after}: {event.__name__}"
    for state in TRANSITIONS:
        if state in ENDS:
            yield f"    {state} --> [*]"


def _targets(state: State, target: Target) -> tuple[State, ...]:
    """Where the arrows lead; what changes no state has none."""
    if target is Move.STAY:
        return ()
    if target is Move.BACK:
        return tuple(before for before, moves in TRANSITIONS.items() if state in moves.values())
    return (target,)


def _table() -> Iterator[str]:
    yield "| state | whose turn | event | next |"
    yield "|---|---|---|---|"
    for state, moves in TRANSITIONS.items():
        for event, target in moves.items():
            yield f"| {state} | {WHOSE[turn(state)]} | {event.__name__} | {_next(target)} |"
        if not moves:
            yield f"| {state} | {WHOSE[turn(state)]} | none | the end |"


def _next(target: Target) -> str:
    return target.value if isinstance(target, Move) else str(target)


if __name__ == "__main__":
    sys.stdout.write(markdown())
