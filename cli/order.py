"""What an operator does to an order from a terminal."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from cli.ledger import CONSOLE, LedgerUrl, ledger_at
from orders import events as e
from orders import service, steering
from orders.clocks import item_time
from orders.entry import Stamp
from orders.lifecycle import replay
from orders.model import OPEN, OrderItem, State

app = typer.Typer(no_args_is_help=True, help="Look at orders, release held ones, cancel.")

Number = Annotated[str, typer.Argument(help="The order's number.")]
Item = Annotated[str, typer.Option("--item", help="Default: every item it applies to.")]
Why = Annotated[str, typer.Option("--why", help="The reason, kept in the ledger.")]


@app.command("list")
def list_orders(
    state: Annotated[State | None, typer.Option(help="Only orders in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    url: LedgerUrl = "",
) -> None:
    """The newest orders first: state, whose turn, promised."""
    with ledger_at(url) as ledger:
        rows = ledger.orders(state=state, limit=limit)
    table = Table(box=box.SIMPLE)
    for heading in ("order", "state", "turn", "promised", "agency"):
        table.add_column(heading, no_wrap=True)
    table.add_column("title")  # gives way first: the numbers are what the other commands take
    for row in rows:
        table.add_row(
            row.id, row.state, row.turn or "", _short(row.promised_at), row.agency, row.title
        )
    CONSOLE.print(table)


@app.command()
def show(number: Number, url: LedgerUrl = "") -> None:
    """Every item: its state, why it stands still, where its time went."""
    with ledger_at(url) as ledger:
        history = ledger.history(number)
        order = replay(history)
    CONSOLE.print(f"Order {order.id} of {order.agency} is {order.state}.")
    for item in order.items.values():
        CONSOLE.print(f"Item {item.id}, {item.offering} {item.plan} {item.name!r}: {item.state}")
        if item.reason:
            CONSOLE.print(f"  reason: {item.reason}")
        if one := item.waiting_on:
            CONSOLE.print(f"  waits for {one.person or one.role}: {one.question}")
            CONSOLE.print(f"  answer by: {_short(one.deadline)}")
        for leftover in item.leftovers:
            CONSOLE.print(f"  left for a person to remove: {leftover}")
        for span in item_time(history, item.id, datetime.now(UTC)).spans:
            CONSOLE.print(f"  {span.label:<24}{_rounded(span.length):>14}  {span.side}")


@app.command()
def release(number: Number, why: Why, item: Item = "", url: LedgerUrl = "") -> None:
    """Let held items go on."""
    with ledger_at(url) as ledger:
        held = _chosen(replay(ledger.history(number)).items.values(), item, {State.HELD})
        now, by = datetime.now(UTC), getpass.getuser()
        events = [e.ItemReleased(at=now, by=by, why=why, item=one.id) for one in held]
        service.record(ledger, number, *events)
    CONSOLE.print(f"Released: {_names(held)}.")


@app.command()
def cancel(number: Number, why: Why, item: Item = "", url: LedgerUrl = "") -> None:
    """Ask for open items to be undone; clean-up follows, and its outcome stands on the order."""
    undone = {State.ASSESSING_CANCELLATION, State.PENDING_CANCELLATION}
    with ledger_at(url) as ledger:
        items = replay(ledger.history(number)).items.values()
        open_items = _chosen(items, item, set(OPEN) - undone)
        now, by = datetime.now(UTC), getpass.getuser()
        events = [e.CancellationRequested(at=now, by=by, why=why, item=i.id) for i in open_items]
        service.record(ledger, number, *events)
    CONSOLE.print(f"Cancellation asked for: {_names(open_items)}.")


@app.command()
def approve(number: Number, why: Why = "", url: LedgerUrl = "") -> None:
    """Say yes to what awaits approval; who ordered it may not."""
    with ledger_at(url) as ledger:
        order = steering.approve(ledger, number, _stamp(why))
    CONSOLE.print(f"Approved. Order {number} is {order.state}.")


@app.command()
def refuse(number: Number, why: Why, url: LedgerUrl = "") -> None:
    """Say no to what awaits approval; the orderer reads the reason."""
    with ledger_at(url) as ledger:
        order = steering.refuse(ledger, number, _stamp(why), why)
    CONSOLE.print(f"Refused. Order {number} is {order.state}.")


def _stamp(why: str) -> Stamp:
    return Stamp(by=getpass.getuser(), at=datetime.now(UTC), why=why)


def _chosen(items: Iterable[OrderItem], wish: str, states: set[State]) -> list[OrderItem]:
    known = list(items)
    found = [one for one in known if one.state in states and wish in {"", one.id}]
    if not found:
        are = ", ".join(f"{one.id} is {one.state}" for one in known)
        CONSOLE.print(f"Nothing done: no such item stands where this is possible ({are}).")
        raise typer.Exit(1)
    return found


def _names(items: list[OrderItem]) -> str:
    return ", ".join(f"item {one.id} ({one.name})" for one in items)


def _short(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _rounded(length: timedelta) -> str:
    return f"{length.total_seconds():.1f} s" if length.days == 0 else str(length).split(".")[0]
