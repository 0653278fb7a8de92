"""`grunnmur rightcloud replay`: what an order was advised, made again from what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from cli.ledger import LedgerUrl, ledger_at
from ledger import SqlLedger
from orders.events import OrderPlaced
from rightcloud.counsel import Counsel
from rightcloud.decision import Decision
from rightcloud.decision_json import answer
from rightcloud.errors import NotReplayable, Refused
from rightcloud.replay import replay as again

CONSOLE = Console(highlight=False, soft_wrap=True, markup=False)
Json = Mapping[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="The whole answer, for programs.")]


def replay(
    number: Annotated[str, typer.Argument(help="The order's number.")],
    as_json: AsJson = False,  # noqa: FBT002 - a command's switch
    url: LedgerUrl = "",
) -> None:
    """Decide again what an order's places were decided by: same prices, same rules, same answer.

    Exit code 1 when the answer is another or what it stands on is not kept, 3 when the order
    carries no decision.
    """
    with ledger_at(url) as ledger:
        kept = _kept(ledger, number)
        if not kept:
            typer.echo(f"order {number} carries no decision: its places were not a question")
            raise typer.Exit(3)
        try:
            found = list(_again(Counsel(ledger.rightcloud), kept))
        except (NotReplayable, Refused) as error:
            typer.echo(f"order {number}: {error}", err=True)
            raise typer.Exit(1) from error
    if as_json:
        CONSOLE.print_json(data={line: answer(decision) for line, _, decision in found})
        return
    for line, said, decision in found:
        _show(line, said, decision)


def _kept(ledger: SqlLedger, number: str) -> Json:
    placed = ledger.history(number)[0]
    return placed.decision if isinstance(placed, OrderPlaced) else {}


def _again(counsel: Counsel, kept: Json) -> Iterator[tuple[str, Json, Decision]]:
    for line, said in kept.items():
        recorded = said["record"]
        yield line, said, again(recorded, counsel.advisor_for(recorded))


def _show(line: str, said: Json, decision: Decision) -> None:
    stands = f"policy {decision.policy}, prices {decision.run}, places {decision.atlas}"
    CONSOLE.print(f"Item {line}: the same answer again. {stands}, {decision.today}.")
    CONSOLE.print(f"  recommended  {said['recommended']}")
    why = f"  ({said['why']})" if said["why"] else ""
    CONSOLE.print(f"  chosen       {said['chosen']}{why}")
    for each in decision.candidates:
        whole = "" if each.complete else " + ?"
        CONSOLE.print(f"  {each.rank:>3}  {each.place.id:<28}{each.monthly_nok:>12,.0f}{whole} kr")
    CONSOLE.print(f"  {len(decision.exclusions)} places were left out")
