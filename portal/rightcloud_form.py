"""The form of "Which cloud?": what was typed, checked, as a workload. No HTML here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import ValidationError

from portal.rightcloud_words import decimal
from portal.speech import N_, Speech
from rightcloud.bundled import Facts
from rightcloud.workload import Asked, Database, Workload

TAG = "tag_"
LONGEST = 20  # characters of a number or a date
LARGEST = 1_000_000.0
PERCENT = 1000.0
USUAL = {"vcpus": "2", "memory": "8", "machines": "1", "block": "100"}

# What counts most, as people say it; empty is the policy's own weighing.
MATTERS: Mapping[str, tuple[str, Asked | None]] = {
    "": (N_("A balance of everything"), None),
    "price": (N_("The price"), Asked(price=1.0)),
    "latency": (N_("That it answers fast"), Asked(latency=0.8, price=0.2)),
    "carbon": (N_("The climate"), Asked(carbon=0.8, price=0.2)),
    "delivery": (N_("That it is delivered soon"), Asked(delivery=0.8, price=0.2)),
    "control": (N_("That we control it ourselves"), Asked(control=0.8, price=0.2)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number that is asked for: `field` of a workload, from `least` to `most`."""

    name: str
    label: str
    unit: str
    hint: str = ""
    least: float = 0.0
    most: float = LARGEST
    whole: bool = False


SIZE = (
    Number(name="vcpus", label=N_("Processors"), unit=N_("vCPU"), least=0.1),
    Number(name="memory", label=N_("Memory"), unit=N_("GiB"), least=0.1),
    Number(name="machines", label=N_("Machines"), unit="", least=1, most=10_000, whole=True),
)
STORED = (
    Number(name="block", label=N_("Disk"), unit=N_("GB")),
    Number(
        name="object",
        label=N_("Object storage"),
        unit=N_("GB"),
        hint=N_("Files, pictures, backups"),
    ),
    Number(
        name="egress",
        label=N_("Sent to the internet"),
        unit=N_("GB a month"),
        hint=N_("What people download. What stays within the cloud is free."),
    ),
    Number(
        name="database",
        label=N_("A managed database"),
        unit=N_("vCPU"),
        hint=N_("0 if you need none"),
    ),
    Number(name="database_gb", label=N_("Stored in the database"), unit=N_("GB")),
    Number(
        name="growth",
        label=N_("Growth"),
        unit=N_("percent a year"),
        hint=N_("Of what is stored and sent"),
        most=PERCENT,
    ),
)
LATENCY = Number(
    name="latency",
    label=N_("At most so long to Oslo and back"),
    unit=N_("ms"),
    hint=N_("Leave it open if it does not matter. A person notices about 100."),
    least=0.1,
    most=10_000,
)
NUMBERS = (*SIZE, *STORED, LATENCY)
_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with a field, in words; `name` is where it is."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What was asked. `need` is None when nothing can be answered yet: no data, or a flaw."""

    typed: Mapping[str, str]
    need: Workload | None
    flaws: Sequence[Flaw]

    def value(self, name: str) -> str:
        return self.typed.get(name, "")

    def flaw(self, name: str) -> str:
        return next((flaw.text for flaw in self.flaws if flaw.name == name), "")

    @property
    def tags(self) -> frozenset[str]:
        return tags_in(self.typed)


def asking(form: Mapping[str, str], facts: Facts, agency: str, speech: Speech) -> Asking:
    """The workload in a form, or what is wrong with it. What nobody sent has its usual value."""
    typed = {**USUAL, **form} if not form else dict(form)
    found: dict[str, float | None] = {}
    flaws: list[Flaw] = []
    for number in NUMBERS:
        value = _number(number, typed.get(number.name, ""), speech)
        if isinstance(value, Flaw):
            flaws.append(value)
        else:
            found[number.name] = value
    needed = _needed(typed.get("needed_by", ""), speech)
    if isinstance(needed, Flaw):
        flaws.append(needed)
    flaws += _choices(typed, facts, speech)
    tags = tuple(tag for tag in facts.policy.tags if tag in tags_in(typed))
    if flaws or not tags or isinstance(needed, Flaw):
        return Asking(typed=typed, need=None, flaws=flaws)
    try:
        need = _workload(typed, _Read(found, tags, needed), agency)
    except ValidationError as error:
        text = speech.gettext("This cannot be: %(what)s.", what=error.errors()[0]["msg"])
        return Asking(typed=typed, need=None, flaws=[Flaw(name="vcpus", text=text)])
    return Asking(typed=typed, need=need, flaws=())


def tags_in(typed: Mapping[str, str]) -> frozenset[str]:
    ticked = (name for name, value in typed.items() if name.startswith(TAG) and value)
    return frozenset(name.removeprefix(TAG) for name in ticked)


@dataclass(frozen=True, slots=True)
class _Read:
    """What could be read of a form."""

    numbers: Mapping[str, float | None]
    tags: tuple[str, ...]
    needed: date | None


def _workload(typed: Mapping[str, str], read: _Read, agency: str) -> Workload:
    def amount(name: str) -> float:
        return read.numbers[name] or 0.0

    vcpus = amount("database")
    return Workload(
        agency=agency[:100],
        tags=read.tags,
        vcpus=amount("vcpus"),
        memory_gib=amount("memory"),
        machines=int(amount("machines")),
        architecture=_either(typed.get("architecture", "")),
        burstable=bool(typed.get("burstable")),
        block_gb=amount("block"),
        object_gb=amount("object"),
        egress_gb=amount("egress"),
        database=Database(vcpus=vcpus, storage_gb=amount("database_gb")) if vcpus else None,
        growth_percent=amount("growth"),
        availability="zones" if typed.get("availability") == "zones" else "single",
        max_latency_ms=read.numbers["latency"],
        country_group=typed.get("group") or None,
        private_connection=bool(typed.get("private")),
        needed_by=read.needed,
        weights=MATTERS[typed.get("matters", "")][1],
    )


def _either(text: str) -> Literal["any", "x86_64", "arm64"]:
    return "any" if text == "any" else "arm64" if text == "arm64" else "x86_64"


def _number(number: Number, text: str, speech: Speech) -> float | Flaw | None:
    """The number, None where nothing stands, or what is wrong."""
    plain = "".join(text.split()).replace(",", ".")
    if not plain:
        return None if number.name not in USUAL else _flaw(number, speech)
    try:
        value = float(plain) if len(plain) <= LONGEST and "_" not in plain else -1.0
    except ValueError:
        value = -1.0
    fits = number.least <= value <= number.most and (not number.whole or value.is_integer())
    return value if fits else _flaw(number, speech)


def _flaw(number: Number, speech: Speech) -> Flaw:
    text = speech.gettext(
        "%(label)s: write a number from %(least)s to %(most)s.",
        label=speech.gettext(number.label),
        least=decimal(speech, number.least),
        most=decimal(speech, number.most),
    )
    return Flaw(name=number.name, text=text)


def _needed(text: str, speech: Speech) -> date | Flaw | None:
    plain = text.strip()
    if not plain:
        return None
    match = _DAY.fullmatch(plain)
    try:
        return date(*(int(part) for part in match.groups()[::-1])) if match else _no_day(speech)
    except ValueError:
        return _no_day(speech)


def _no_day(speech: Speech) -> Flaw:
    return Flaw(name="needed_by", text=speech.gettext("Write the date like 24.12.2026."))


def _choices(typed: Mapping[str, str], facts: Facts, speech: Speech) -> Iterable[Flaw]:
    """What no form of ours sends, but an address may hold."""
    text = speech.gettext("Choose one of the answers.")
    if typed.get("matters", "") not in MATTERS:
        yield Flaw(name="matters", text=text)
    if (group := typed.get("group")) and group not in facts.groups:
        yield Flaw(name="group", text=text)
    if tags_in(typed) - set(facts.policy.tags):
        yield Flaw(name="tags", text=text)
