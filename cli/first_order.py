"""The first order: placed through the portal's own API and followed to its end in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.table import Table

from cli.addresses import Addresses
from cli.home import Home
from cli.parts import PROGRAM
from cli.portal_access import Access
from cli.portal_api import ORDERS, SECONDS, PortalApi, PortalFailed, PortalRefused
from cli.progress import STOPS, Progress, is_over
from cli.remote_wish import told
from ledger import SqlLedger, open_ledger
from orders.clocks import item_time, order_time
from orders.events import LedgerEvent
from orders.lifecycle import replay
from orders.model import ENDS, Order, Party, State

OSLO = ZoneInfo("Europe/Oslo")
LOOK = 0.25  # seconds between looks at the order
PATIENCE = timedelta(minutes=5)

FIRST_ORDER: Mapping[str, Any] = {
    "externalId": "first-order",
    "description": "The first order, placed by make run",
    "serviceOrderItem": [
        {
            "id": "1",
            "action": "add",
            "service": {
                "serviceSpecification": {"id": "linux-server"},
                "serviceCharacteristic": [
                    {"name": "plan", "value": "small"},
                    {"name": "name", "value": "first-server"},
                    {"name": "environment", "value": "test"},
                    {"name": "classification", "value": "internal"},
                    {"name": "cost_centre", "value": "410123"},
                ],
            },
        },
    ],
}


class FirstOrderFailed(Exception):
    """The first order was refused or did not come to `completed`."""


def place_and_follow(
    home: Home, at: Addresses, pause: Callable[[float], None], console: Console
) -> None:
    """Place the first order if the ledger is empty, and tell its way; else say what is there."""
    with closing(open_ledger(home.ledger_url)) as ledger:
        if ledger.count() and not _interrupted(ledger):
            _tell_what_is_there(ledger, console)
        else:
            _place(ledger, home, at, pause, console)


def _place(
    ledger: SqlLedger,
    home: Home,
    at: Addresses,
    pause: Callable[[float], None],
    console: Console,
) -> None:
    with _portal(home, at) as portal:
        # Posted again it is the same order: an interrupted one is followed to its end.
        placed = portal.post(ORDERS, FIRST_ORDER).json()
        order = str(placed["id"])
        console.print(f"\nOrder [bold]{order}[/bold] is placed: Linux server, plan small.")
        console.print(f"  promised by {_local(placed.get('expectedCompletionDate'))}")
        state = _follow(portal, order, pause, console)
    history = ledger.history(order)
    console.print(f"\nOrder {order} is [bold]{state}[/bold].")
    if state != State.COMPLETED:
        raise FirstOrderFailed(
            f"The first order ended as {state}: {_reasons(replay(history))}. "
            f"See {at.of('portal')}/orders/{order} and {home.logs / 'worker.log'}.",
        )
    _tell(replay(history), console)
    _tell_time(history, order, console)
    _tell_links(replay(history), at, console)


def _interrupted(ledger: SqlLedger) -> bool:
    """Whether the first order was placed and has not come to its end."""
    rows = ledger.orders(external_id=FIRST_ORDER["externalId"])
    return any(row.state not in ENDS for row in rows)


def _tell_what_is_there(ledger: SqlLedger, console: Console) -> None:
    count = ledger.count()
    noun = "order" if count == 1 else "orders"
    console.print(f"\nThe ledger holds {count} {noun} from before: no first order is placed.")
    states = {state: ledger.count(state=state) for state in State if state not in ENDS}
    if still := ", ".join(f"{number} {state}" for state, number in states.items() if number):
        console.print(f"Still open: {still}. They go on now; `grunnmur order list` shows them.")


@contextmanager
def _portal(home: Home, at: Addresses) -> Generator[PortalApi]:
    access = Access(
        portal=at.of("portal"),
        issuer=at.of("signin"),
        client=PROGRAM,
        secret=home.secret(PROGRAM),
    )
    try:
        with httpx.Client(timeout=SECONDS, trust_env=False) as http:
            yield PortalApi(access, http)
    except PortalRefused as error:
        why = " ".join([str(error), *told(error.corrections, FIRST_ORDER)])
        raise FirstOrderFailed(f"The first order was refused: {why}") from error
    except PortalFailed as error:
        raise FirstOrderFailed(f"The first order cannot be followed: {error}") from error


def _follow(portal: PortalApi, order: str, pause: Callable[[float], None], console: Console) -> str:
    progress = Progress(console)
    end = datetime.now(UTC) + PATIENCE
    while datetime.now(UTC) < end:
        document = portal.order(order)
        progress.stages(document)
        state = str(document["state"])
        if is_over(document) or state in STOPS:
            return state
        pause(LOOK)
    raise FirstOrderFailed(f"The first order was still open after {PATIENCE}: see the Prefect UI.")


def _reasons(order: Order) -> str:
    return "; ".join(item.reason for item in order.items.values() if item.reason) or "no reason"


def _tell(order: Order, console: Console) -> None:
    table = Table(title="Delivered", title_justify="left", show_header=False)
    for item in order.items.values():
        table.add_row("name", item.name)
        for name, value in item.outputs.items():
            table.add_row(name.replace("_", " "), value)
    console.print(table)


def _tell_time(history: Sequence[LedgerEvent], order: str, console: Console) -> None:
    now = datetime.now(UTC)
    table = Table(title="Lead time", title_justify="left", show_header=False)
    for item in replay(history).items:
        for span in item_time(history, item, now).spans:
            table.add_row(f"item {item}: {span.label}", _seconds(span.length), str(span.side))
    whole = order_time(history, now)
    table.add_section()
    table.add_row(f"order {order}, whole", _seconds(whole.whole))
    for side in Party:
        table.add_row(f"of it with the {side}", _seconds(whole.of(side)))
    console.print(table)


def _tell_links(order: Order, at: Addresses, console: Console) -> None:
    console.print(f"The order in the portal: [cyan]{at.of('portal')}/orders/{order.id}[/cyan]")
    for item in order.items.values():
        run = f"{at.of('prefect')}/runs/flow-run/{item.run}"
        console.print(f"Its run in Prefect's UI:  [cyan]{run}[/cyan]")


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():.1f} s"


def _local(moment: object) -> str:
    if not isinstance(moment, str):
        return "an unknown date"
    return datetime.fromisoformat(moment).astimezone(OSLO).strftime("%A %d %B %Y, %H:%M")
