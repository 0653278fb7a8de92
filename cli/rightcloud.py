"""Which cloud is right for a workload, and the bare price question, from a terminal."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cli import rightcloud_tables as tables
from cli.rightcloud_replay import replay
from rightcloud import bundled
from rightcloud.advice import advice
from rightcloud.advisor import Advisor
from rightcloud.cheapest import Asked, Found, cheapest
from rightcloud.deliveries_file import read_deliveries
from rightcloud.errors import Refused
from rightcloud.offers_file import read_offers
from rightcloud.words import Language
from rightcloud.workload import read_workload

app = typer.Typer(no_args_is_help=True, help="The right place for data, by law, need and cost.")
CONSOLE = Console(highlight=False, soft_wrap=True, markup=False)

app.command()(replay)

AsJson = Annotated[bool, typer.Option("--json", help="The whole answer, for programs.")]


@app.command()
def advise(
    workload: Annotated[Path, typer.Argument(help="What is needed, as JSON: docs/rightcloud.md.")],
    as_json: AsJson = False,  # noqa: FBT002 - a command's switch
    deliveries: Annotated[
        Path | None, typer.Option(help='JSON: {"azure": {"p50": time, "p90": time}, ...}.')
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the reasons.")] = "en",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Decide as on this day.")
    ] = None,
) -> None:
    """The ranked places for a workload, what each costs, and why the others are left out.

    A proposal: the rules have not been reviewed by a jurist, and marks tell which figures are
    unverified. Exit code 1 when something given is refused, 3 when no place may be chosen.
    """
    with refusals():
        facts = bundled.load()
        need = read_workload(_bytes(workload), workload.name, facts.policy, facts.groups)
        times = read_deliveries(_bytes(deliveries), deliveries.name) if deliveries else {}
        advisor = Advisor(facts)
        decision = advisor.decide(need, on.date() if on else _today(), times)
    found = advice(advisor, decision)
    if as_json:
        _print_json(found)
    else:
        tables.show_advice(CONSOLE, found, language)
    raise typer.Exit(0 if decision.candidates else 3)


@app.command("cheapest")
def cheapest_command(
    vcpus: Annotated[float, typer.Option(help="At least so many.")],
    memory: Annotated[float, typer.Option(help="At least so many GiB.")],
    country_group: Annotated[str, typer.Option(help="norway, nordics, eu, eea, europe, ...")],
    offers: Annotated[Path, typer.Option(help="CSV as docs/rightcloud.md says, gzip or plain.")],
    as_json: AsJson = False,  # noqa: FBT002 - a command's switch
) -> None:
    """The cheapest machine of a size in some countries, from a file of offers. Nothing but price.

    Counts every on-demand offer in the file with at least that many vCPUs and that memory, in a
    region of a country of the group: any processor (x86_64 and arm64), with or without a GPU,
    burstable or not. The table says what each is. `europe` is the continent, with the United
    Kingdom and Switzerland; `eea` is without them. No law, storage or traffic is considered: that
    is `advise`. Equal prices are ordered by provider, region and name. A region whose country is
    not known is not considered, and is named. Exit code 3 when no offer fits.
    """
    with refusals():
        asked = _asked(vcpus, memory, country_group)
        known = read_offers(_bytes(offers), offers.name, bundled.load_sources())
        found = cheapest(known, asked, bundled.load_atlas(), bundled.load_exchange())
    if as_json:
        _print_json(_found(found))
    else:
        tables.show_cheapest(CONSOLE, found)
    raise typer.Exit(0 if found.offers else 3)


@contextmanager
def refusals() -> Generator[None]:
    """What is refused is told line by line, with exit code 1."""
    try:
        yield
    except Refused as error:
        for problem in error.problems:
            typer.echo(problem, err=True)
        raise typer.Exit(1) from error


def _asked(vcpus: float, memory: float, group: str) -> Asked:
    groups = bundled.load_groups()
    flaws = [
        f"--{name}: {value:g} must be a finite number of {bound}"
        for name, value, bound, fine in (
            ("vcpus", vcpus, "more than 0", 0 < vcpus < float("inf")),
            ("memory", memory, "at least 0", 0 <= memory < float("inf")),
        )
        if not fine
    ]
    if group not in groups:
        flaws.append(f"--country-group: no group `{group}`; there are: {', '.join(groups)}")
    if flaws:
        raise Refused(*flaws)
    return Asked(vcpus=vcpus, memory=memory, group=groups[group])


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path}: cannot be read: {error.strerror}") from error


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


def _found(found: Found) -> dict[str, Any]:
    return {
        "cheapest": [
            {
                "provider": offer.provider,
                "region": offer.region,
                "sku": offer.sku,
                "vcpus": offer.vcpus,
                "memoryGib": offer.memory,
                "architecture": offer.arch,
                "gpus": offer.gpus,
                "burstable": offer.burstable,
                "pricePerHour": offer.price,
                "currency": offer.currency,
                "nokPerHour": round(nok, 6),
                "asOf": offer.as_of,
                "source": offer.source,
                "mark": offer.mark.value,
            }
            for offer, nok in zip(found.offers, found.nok, strict=True)
        ],
        "fitting": found.fitting,
        "regionsWithoutCountry": list(found.unplaced),
    }


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
