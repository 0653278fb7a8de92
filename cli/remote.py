"""A program's commands: the same portal as in the browser, over its API, from any machine."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer
from rich import box
from rich.table import Table

from cli.ledger import CONSOLE
from cli.portal_access import AccessUnknown, access_from
from cli.portal_api import (
    APPROVE,
    DIRECT,
    ORDERS,
    SECONDS,
    PortalApi,
    PortalAway,
    PortalFailed,
    PortalRefused,
    PortalUnclear,
)
from cli.progress import Progress, is_over, reasons
from cli.remote_wish import WishUnclear, from_text, from_words, to_move, told
from orders.model import State

app = typer.Typer(no_args_is_help=True, help="Order over the portal's API, as a program.")

Number = Annotated[str, typer.Argument(help="The order's number.")]
Every = Annotated[float, typer.Option(min=0.01, help="Seconds between looks at the order.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")]


@app.command("order")
def place(  # noqa: PLR0913 - each is an option of the command
    offering: Annotated[str, typer.Argument(help="Its id, as in the catalogue.")] = "",
    plan: Annotated[str, typer.Argument(help="Its size.")] = "",
    answers: Annotated[list[str] | None, typer.Argument(help="name=value, one for each.")] = None,
    *,
    file: Annotated[str, typer.Option(help="The whole order as JSON instead; - reads it.")] = "",
    external_id: Annotated[
        str, typer.Option(help="Your own id of the order; sent again, it makes no second order.")
    ] = "",
    description: Annotated[str, typer.Option(help="Text about the order.")] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Stay until it has ended.")] = False,
    every: Every = 2.0,
) -> None:
    """Place an order: an offering, its plan and the answers, or a file."""
    with _portal() as api:
        body = _body(api, file, offering, plan, answers or [])
        body |= {"description": description} if description else {}
        body |= {"externalId": external_id} if external_id else {}
        body.setdefault("externalId", f"cli-{uuid4().hex}")
        order = _placed(api, body)
        if follow:
            _follow(api, order, every)


@app.command("move")
def move(
    instance: Annotated[str, typer.Argument(help="The thing's id, in the service inventory.")],
    place: Annotated[str, typer.Argument(help="Where it goes, as azure/norwayeast.")],
    *,
    description: Annotated[
        str, typer.Option(help="Why; needed where another place is recommended.")
    ] = "",
    external_id: Annotated[
        str, typer.Option(help="Your own id of the order; sent again, it makes no second order.")
    ] = "",
) -> None:
    """Move a thing to another place: new beside old. The yeses are given in the portal."""
    body = to_move(instance, place) | ({"description": description} if description else {})
    with _portal() as api:
        _placed(api, {**body, "externalId": external_id or f"cli-{uuid4().hex}"})


@app.command("follow")
def follow_order(number: Number, every: Every = 2.0) -> None:
    """Tell each stage as it is done, to the end; 0 when all is delivered, else 1."""
    with _portal() as api:
        _follow(api, number, every)


@app.command("list")
def list_orders(
    state: Annotated[State | None, typer.Option(help="Only orders in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to leave out.")] = 0,
) -> None:
    """The agency's orders, the newest first."""
    with _portal() as api:
        filters = {"state": state.value} if state else {}
        answer = api.get(ORDERS, limit=limit, offset=offset, **filters)
        found = answer.json()
    table = Table(box=box.SIMPLE)
    for heading in ("order", "state", "placed", "promised", "external id"):
        table.add_column(heading, no_wrap=True)
    for one in found:
        dates = (str(one.get(key, ""))[:16] for key in ("orderDate", "expectedCompletionDate"))
        table.add_row(one["id"], one["state"], *dates, one.get("externalId", ""))
    CONSOLE.print(table)
    CONSOLE.print(f"{len(found)} of {answer.headers.get('X-Total-Count', len(found))}; UTC.")


@app.command()
def show(number: Number) -> None:
    """One order: how it stands, why, what was delivered."""
    with _portal() as api:
        order = api.order(number)
    CONSOLE.print(f"Order {order['id']} ({order.get('externalId', '')}) is {order['state']}.")
    CONSOLE.print(f"  promised by {order.get('expectedCompletionDate', 'nobody')}")
    for reason in reasons(order):
        CONSOLE.print(f"  {reason}")
    Progress(CONSOLE).stages(order)
    for item in order["serviceOrderItem"]:
        service = item["service"]
        CONSOLE.print(f"Item {item['id']}, {item['action']} {service['name']}: {item['state']}")
        for one in service.get("serviceCharacteristic", []):
            CONSOLE.print(f"  {one['name']}: {one['value']}")


@app.command()
def approve(
    number: Number,
    *,
    why: Annotated[str, typer.Option(help="Kept with the decision.")] = "",
    yes: Yes = False,
) -> None:
    """Say yes to the question that awaits approval; who ordered it may not."""
    _decide(number, "approve", why, sure=yes)


@app.command()
def refuse(
    number: Number,
    *,
    why: Annotated[str, typer.Option(help="The orderer reads it.")],
    yes: Yes = False,
) -> None:
    """Say no to what awaits approval."""
    _decide(number, "refuse", why, sure=yes)


def _decide(number: str, decision: str, why: str, *, sure: bool) -> None:
    with _portal() as api:
        notes = api.order(number).get("note", [])
        asked = [one["text"] for one in notes if str(one["id"]).endswith(".question")]
        body: dict[str, Any] = {"serviceOrder": {"id": number}, "decision": decision}
        body |= {"reason": why} if why else {}
        if asked:
            CONSOLE.print(f"Order {number}: {asked[0]}")
            body["question"] = asked[0]
            if not sure and not typer.confirm(f"{decision.capitalize()} it?"):
                raise typer.Exit(1)
        order = api.post(APPROVE, body).json()
    done = "Approved" if decision == "approve" else "Refused"
    CONSOLE.print(f"{done}. Order {number} is {order['state']}.")


def _body(
    api: PortalApi, file: str, offering: str, plan: str, answers: list[str]
) -> dict[str, Any]:
    if file and offering:
        raise WishUnclear(["Give an offering or --file, not both."])
    if file:
        return from_text(_read(file))
    if not offering or not plan:
        raise WishUnclear(["Give an offering, its plan and the answers; or --file."])
    return from_words(api, offering, plan, answers)


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf8")
    except (OSError, UnicodeError) as error:
        raise WishUnclear([f"{file} cannot be read: {error}."]) from error


def _placed(api: PortalApi, body: dict[str, Any]) -> str:
    """The order's number; what is wrong with it is printed all at once."""
    try:
        answer = api.post(ORDERS, body)
    except PortalRefused as error:
        if not error.corrections:
            raise
        raise WishUnclear([str(error), *told(error.corrections, body)]) from error
    except (PortalAway, PortalUnclear) as error:
        again = f"Send it again with the external id {body['externalId']}: it makes one order."
        raise PortalAway(f"{error} {again}") from error
    order = answer.json()
    done = "is placed" if answer.status_code == httpx.codes.CREATED else "stands already"
    CONSOLE.print(f"Order {order['id']} {done} (external id {body['externalId']}).")
    CONSOLE.print(f"  promised by {order.get('expectedCompletionDate', 'nobody')}")
    return str(order["id"])


def _follow(api: PortalApi, number: str, every: float) -> None:
    """A portal that is away for a while is waited for, once it has answered."""
    progress, away = Progress(CONSOLE), False
    order = api.order(number)
    while True:
        progress.stages(order)
        progress.stops(order)
        if is_over(order):
            break
        time.sleep(every)
        try:
            order, away = api.order(number), False
        except PortalAway as error:
            if not away:
                CONSOLE.print(f"  {error} Trying again until it does.")
            away = True
    CONSOLE.print(f"Order {number} is {order['state']}.")
    if order["state"] != State.COMPLETED:
        for reason in reasons(order):
            CONSOLE.print(f"  {reason}")
        raise typer.Exit(1)


@contextmanager
def _portal() -> Generator[PortalApi]:
    """The portal that the environment names; whatever fails is said, with exit code 1."""
    try:
        with httpx.Client(timeout=SECONDS, mounts=DIRECT) as http:
            yield PortalApi(access_from(os.environ), http)
    except WishUnclear as error:
        for line in error.lines:
            CONSOLE.print(line, style="red")
        raise typer.Exit(1) from error
    except (AccessUnknown, PortalFailed) as error:
        CONSOLE.print(str(error), style="red")
        raise typer.Exit(1) from error
