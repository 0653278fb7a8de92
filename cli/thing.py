"""What an operator does to a thing that was delivered: look, preview, modify, terminate.

Both changes are orders in the ledger, by whoever signed in to this machine; a worker delivers them.
An operator's own order awaits no approval.
"""

from __future__ import annotations

import getpass
import os
import time
from datetime import UTC, datetime
from functools import partial
from typing import Annotated
from uuid import uuid4

import typer
from rich import box
from rich.table import Table

from catalog.form import Checked
from catalog.load import load
from cli.changing import UnknownThing, WrongAnswers, asked, ending, item_of
from cli.ledger import CONSOLE, LedgerUrl, ledger_at
from leadtime.closed_days import ClosedDaysWrong, calendar_in
from leadtime.promise import stated
from ledger import SqlLedger
from ledger.previews import Answer, Wish
from orders import service
from orders.events import OrderPlaced
from orders.model import OrderItem
from orders.thing import Thing, all_users, modified, removed

app = typer.Typer(no_args_is_help=True, help="Look at what was delivered; change or remove it.")

PATIENCE = 15.0  # seconds for a worker to answer a preview
LOOK = 0.2

Instance = Annotated[str, typer.Argument(help="The thing's id, or the beginning of it.")]
Plan = Annotated[str, typer.Option("--plan", help="Another plan.")]
Answers = Annotated[list[str] | None, typer.Option("--set", help="name=answer; may be repeated.")]
Why = Annotated[str, typer.Option("--why", help="The reason, kept in the ledger.")]


@app.command("list")
def list_things(
    agency: Annotated[str, typer.Option(help="Only what this agency has.")] = "",
    url: LedgerUrl = "",
) -> None:
    """What exists now, and which order changes it."""
    with ledger_at(url) as ledger:
        things = list(ledger.each_thing(agency or None))
    table = Table(box=box.SIMPLE)
    table.add_column("id", no_wrap=True, min_width=8)
    for heading in ("name", "agency", "offering", "plan", "where", "order", "changing"):
        table.add_column(heading, overflow="fold")
    for one in things:
        where = f"{one.target.provider}/{one.target.region}"
        what = (one.name, one.agency, one.offering, one.plan, where, one.order)
        table.add_row(one.instance[:8], *what, one.changing or "")
    CONSOLE.print(table)


@app.command()
def preview(
    instance: Instance, plan: Plan = "", answers: Answers = None, url: LedgerUrl = ""
) -> None:
    """What the provider would change; nothing is ordered. A worker must be running."""
    with ledger_at(url) as ledger:
        thing = _one(ledger, instance)
        checked = _asked(thing, plan, answers)
        wish = Wish(
            agency=thing.agency,
            instance=thing.instance,
            parameters=dict(checked.parameters),
            answers=dict(checked.values),
        )
        found = _answered(ledger, wish)
    for change in found.changes:
        how = " (not possible in place)" if change.replaces else ""
        CONSOLE.print(f"{change.field}: {change.actual} -> {change.wanted}{how}")
    CONSOLE.print(found.problem or ("" if found.changes else "Nothing would change."))


@app.command()
def modify(
    instance: Instance, why: Why, plan: Plan = "", answers: Answers = None, url: LedgerUrl = ""
) -> None:
    """Order another plan or other answers for it. See what comes of that first: `preview`."""
    with ledger_at(url) as ledger:
        thing = _one(ledger, instance)
        item = item_of(thing, _asked(thing, plan, answers), datetime.now(UTC))
        number = _place(ledger, thing, (modified(thing, item),), why)
    CONSOLE.print(f"Order {number} changes {thing.name}: `grunnmur order show {number}`.")


@app.command()
def terminate(
    instance: Instance,
    why: Why,
    now: Annotated[bool, typer.Option("--now", help="Without a grace period.")] = False,  # noqa: FBT002 - a switch
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,  # noqa: FBT002 - a switch
    url: LedgerUrl = "",
) -> None:
    """Order its removal, and that of what cannot stand without it. Asks twice."""
    with ledger_at(url) as ledger:
        thing = _one(ledger, instance)
        users = all_users(thing, partial(ledger.users, thing.agency))
        going, starts_at = ending(thing, users, datetime.now(UTC), now=now)
        CONSOLE.print(f"Removes {', '.join(one.name for one in going)}. What they hold is lost.")
        if not yes:
            typer.confirm("Remove?", abort=True)
            if typer.prompt(f"Type {thing.name} to be sure") != thing.name:
                raise typer.Abort
        number = _place(ledger, thing, removed(going, starts_at), why)
    undo = f"`grunnmur order cancel {number}` undoes it until then" if starts_at else "at once"
    when = f"after {starts_at:%Y-%m-%d %H:%M} UTC; {undo}" if starts_at else undo
    CONSOLE.print(f"Order {number} removes it {when}.")


def _one(ledger: SqlLedger, instance: str) -> Thing:
    found = [one for one in ledger.each_thing() if one.instance.startswith(instance)]
    if len(found) == 1:
        return found[0]
    said = "several things have" if found else "nothing has"
    CONSOLE.print(f"{said} an id that begins with {instance}: `grunnmur thing list`", style="red")
    raise typer.Exit(1)


def _asked(thing: Thing, plan: str, answers: list[str] | None) -> Checked:
    try:
        return asked(thing, load(), plan, answers or [], datetime.now(UTC).date())
    except (UnknownThing, WrongAnswers) as error:
        CONSOLE.print(str(error), style="red")
        raise typer.Exit(1) from error


def _answered(ledger: SqlLedger, wish: Wish) -> Answer:
    asked_as = ledger.previews.ask(wish, datetime.now(UTC))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = ledger.previews.find(asked_as, wish.agency)
        if found is not None and found.answer is not None:
            return found.answer
        time.sleep(LOOK)
    return Answer(problem="Nobody has answered: is a worker running? `grunnmur up` starts one.")


def _place(ledger: SqlLedger, thing: Thing, items: tuple[OrderItem, ...], why: str) -> str:
    now, by = datetime.now(UTC), getpass.getuser()
    begins = max((item.starts_at for item in items if item.starts_at), default=now)
    event = OrderPlaced(
        at=now,
        by=by,
        why=why,
        order=ledger.next_number(),
        external_id=f"terminal-{uuid4()}",
        fingerprint="terminal",
        agency=thing.agency,
        orderer=by,
        promised_at=_promised(thing, begins),
        requested_at=None,
        items=items,
    )
    return service.place(ledger, event)[0].id


def _promised(thing: Thing, begins: datetime) -> datetime:
    """By the days that the house is closed, as the portal promises."""
    offering = load().get(thing.offering)
    try:
        return stated(offering.lead_time, begins, calendar_in(os.environ)) if offering else begins
    except ClosedDaysWrong as error:
        CONSOLE.print(str(error), style="red")
        raise typer.Exit(1) from error
