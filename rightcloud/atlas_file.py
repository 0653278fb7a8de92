"""The files of places and providers in, an atlas out; a wrong line refuses them, by line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rightcloud.documents import Toml, toml_of
from rightcloud.errors import Refused
from rightcloud.flaws import Flaw
from rightcloud.places import Agreement, Atlas, Figure, Place, Provider
from rightcloud.policy_shape import WrittenText
from rightcloud.rates import MARKS
from rightcloud.table import Table, table_of
from rightcloud.words import Mark, Text

COLUMNS = (
    *("provider", "region", "place", "country", "zones", "services", "services_mark"),
    *("latency_ms", "latency_mark", "latency_basis"),
    *("carbon_g_kwh", "carbon_mark", "carbon_basis", "assessed", "note"),
)
SERVICES = frozenset({"machine", "block", "object", "connection", "database"})

Document = tuple[bytes, str]  # the content, and the name that errors give it
Said = Annotated[str, Field(min_length=1)]


class _WrittenAgreement(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    reference: Said
    agencies: Annotated[list[Said], Field(min_length=1)]
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="until")
    mark: Mark


class _WrittenProvider(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Said | WrittenText
    owner: Annotated[str, Field(pattern=r"^(own|eea|us)$")]
    agreement: _WrittenAgreement | None = None


def read_atlas(places: Document, providers: Document) -> Atlas:
    """Refused with `name:line: column: reason`, also where a place names an unknown provider."""
    known = _providers(toml_of(*providers))
    table = table_of(*places, COLUMNS)
    return Atlas(
        places=_places(table, known),
        providers=known,
        digest=hashlib.sha256(places[0] + b"\0" + providers[0]).hexdigest(),
    )


def _providers(source: Toml) -> Mapping[str, Provider]:
    found: dict[str, Provider] = {}
    flaws: list[str] = []
    for id_, entry in source.data.items():
        try:
            written = _WrittenProvider.model_validate(entry)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                path = (id_, *(str(step) for step in detail["loc"]))
                flaws.append(source.flaw(path, detail["msg"].lower()))
        else:
            found[id_] = _provider(id_, written)
    if flaws:
        raise Refused(*flaws)
    return found


def _provider(id_: str, written: _WrittenProvider) -> Provider:
    agreement = None
    if written.agreement is not None:
        agreement = Agreement(
            reference=written.agreement.reference,
            agencies=frozenset(written.agreement.agencies),
            start=written.agreement.start,
            end=written.agreement.end,
            mark=written.agreement.mark,
        )
    title = written.title
    told = Text(title, title) if isinstance(title, str) else title.text
    return Provider(id=id_, title=told, owner=written.owner, agreement=agreement)


def _places(table: Table, providers: Mapping[str, Provider]) -> Mapping[str, Place]:
    table.said("region")
    table.known("provider", frozenset(providers))
    for column in ("services_mark", "latency_mark", "carbon_mark"):
        table.known(column, MARKS)
    latency, carbon = (_optional(table, column) for column in ("latency_ms", "carbon_g_kwh"))
    zones, assessed = _optional(table, "zones"), table.days("assessed")
    found: dict[str, Place] = {}
    for row in range(len(table)):
        cell = {column: values[row] for column, values in table.columns.items()}
        count = zones[row]
        place = Place(
            provider=cell["provider"],
            region=cell["region"],
            title=cell["place"],
            country=cell["country"],
            zones=None if count is None else int(count),
            services=_services(table, row),
            services_mark=Mark(cell["services_mark"]),
            latency=_figure(latency[row], cell["latency_mark"], cell["latency_basis"]),
            carbon=_figure(carbon[row], cell["carbon_mark"], cell["carbon_basis"]),
            assessed=assessed[row],
            note=cell["note"],
        )
        if found.setdefault(place.id, place) is not place:
            raise table.refused(row, "region", Flaw.TWICE, what=place.id)
    return found


def _optional(table: Table, column: str) -> list[float | None]:
    """Numbers of at least 0, None where the cell is empty."""
    filled = [value or "0" for value in table.columns[column]]
    whole = Table(table.name, {column: filled}, table.lines).numbers(column).tolist()
    given = table.columns[column]
    return [number if text else None for number, text in zip(whole, given, strict=True)]


def _figure(value: float | None, mark: str, basis: str) -> Figure:
    return Figure(value=value, mark=Mark.MISSING if value is None else Mark(mark), basis=basis)


def _services(table: Table, row: int) -> frozenset[str]:
    services = frozenset(table.columns["services"][row].split())
    if unknown := services - SERVICES:
        listed = ", ".join(sorted(SERVICES))
        raise table.refused(row, "services", Flaw.NOT_KNOWN, text=min(unknown), known=listed)
    return services
