"""Whose a stranger seems to be and what of the catalogue it is, each with its evidence.

Nothing is guessed in silence: what the evidence does not say, or says twice, stays empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from catalog import sizes
from catalog.expressions import matches
from catalog.fields import from_form
from catalog.form import NAME, NEEDED_BY, check
from catalog.landing_zones import LandingZones
from catalog.offering import Offering, Parameter
from catalog.places import QUESTION
from orders.adoption import By, Evidence, Met, Proposal, Sure, Wish

# What agencies call these in their tags, unless GRUNNMUR_ADOPTION_TAGS says otherwise.
TAGS: Mapping[str, Sequence[str]] = {
    "agency": ("agency", "owner", "etat", "virksomhet", "eier"),
    "offering": ("offering", "tjeneste"),
    "cost_centre": ("cost_centre", "cost-centre", "costcenter", "koststed"),
    "environment": ("environment", "env", "miljo"),
    "classification": ("classification", "klassifisering"),
    "project": ("project", "prosjekt"),
}
VARIABLE = "GRUNNMUR_ADOPTION_TAGS"
WORDS = {"prod": "prod", "test": "test", "dev": "dev", "utv": "dev"}  # an environment begins so
SHORTEST = 3  # letters of an agency's id that a name may begin with


class TagsWrong(ValueError):
    """The setting cannot be read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known of an account: who there is, and whose networks and cost centres these are."""

    agencies: frozenset[str]
    networks: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    cost_centres: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    zones: LandingZones = field(default_factory=LandingZones)
    tags: Mapping[str, Sequence[str]] = field(default_factory=lambda: TAGS)


def tag_names(setting: str) -> Mapping[str, Sequence[str]]:
    """`agency=etat,owner;cost_centre=koststed` beside what is usual; raises TagsWrong."""
    named = dict(TAGS)
    for part in filter(None, (one.strip() for one in setting.split(";"))):
        what, equals, names = part.partition("=")
        if not equals or not names.strip() or what.strip() not in TAGS:
            known = ", ".join(TAGS)
            raise TagsWrong(f"{VARIABLE}: {part!r}: write <what>=<tag>,<tag>; what is of: {known}")
        named[what.strip()] = tuple(one.strip() for one in names.split(",") if one.strip())
    return named


def propose(
    met: Met, offerings: Mapping[str, Offering], known: Surroundings, today: date
) -> Proposal:
    """What `met` may be. Ready when an order could be made of it as it stands."""
    whose = list(_whose(met, known))
    agency = _agreed(whose)
    what, offering, plan = _what(met, offerings, known)
    answers = dict(_answers(met, offering, known)) if offering else {}
    wish = Wish(agency=agency, offering=offering.id if offering else "", plan=plan, answers=answers)
    ready = bool(agency and offering and plan)
    if ready and offering:
        found = check(offering, plan, from_form(offering, answers), today=today)
        ready = not isinstance(found, list)
    return Proposal(wish=wish, evidence=(*whose, *what), ready=ready)


def fits(met: Met, offerings: Mapping[str, Offering]) -> list[Offering]:
    """What of the catalogue is delivered as such a resource at such a place."""
    return [
        one
        for one in offerings.values()
        if one.kind == met.kind and met.place in one.places and not one.parts
    ]


def _whose(met: Met, known: Surroundings) -> Iterator[Evidence]:
    by_name = {_plain(one): one for one in known.agencies}
    for key, value in _tagged(met, known, "agency"):
        if agency := by_name.get(_plain(value)):
            yield Evidence(by=By.TAG, what=f"{key}={value}", says=agency, sure=Sure.SURE)
    owners = _zone_owners(met, known.zones)
    if len(owners) == 1:
        yield Evidence(by=By.ACCOUNT, what=met.account, says=owners[0], sure=Sure.SURE)
    yield from _shared(By.NETWORK, met.networks, known.networks)
    centres = [value for _, value in _tagged(met, known, "cost_centre")]
    yield from _shared(By.COST_CENTRE, centres, known.cost_centres)
    for called in (met.name, *(value for _, value in _tagged(met, known, "project"))):
        first = _plain(re.split(r"[-_. ]", called.strip())[0])
        if len(first) >= SHORTEST and (agency := by_name.get(first)):
            yield Evidence(by=By.NAME, what=called, says=agency, sure=Sure.LIKELY)


def _shared(
    by: By, several: Iterable[str], whose: Mapping[str, frozenset[str]]
) -> Iterator[Evidence]:
    """Whose other things have the same."""
    for one in several:
        for agency in sorted(whose.get(one, ())):
            yield Evidence(by=by, what=one, says=agency, sure=Sure.LIKELY)


def _agreed(evidence: Iterable[Evidence]) -> str:
    """The one that all speak for; what is sure comes before what is likely."""
    said: dict[Sure, set[str]] = {}
    for one in evidence:
        said.setdefault(one.sure, set()).add(one.says)
    strongest = said.get(Sure.SURE) or said.get(Sure.LIKELY) or set()
    return next(iter(strongest)) if len(strongest) == 1 else ""


def _what(
    met: Met, offerings: Mapping[str, Offering], known: Surroundings
) -> tuple[list[Evidence], Offering | None, str]:
    """The evidence, the offering and its plan; of several offerings the one that a tag names."""
    possible = fits(met, offerings)
    evidence: list[Evidence] = []
    for key, value in _tagged(met, known, "offering"):
        named = [one for one in possible if one.id == value]
        if named:
            possible = named
            tag = f"{key}={value}"
            evidence.append(Evidence(by=By.TAG, what=tag, says=named[0].id, sure=Sure.SURE))
    if len(possible) > 1:
        possible = _nearest_offering(met, possible)
    if len(possible) != 1:
        return evidence, None, ""
    offering = possible[0]
    if not evidence:
        what = f"{met.kind}, {met.place}"
        evidence.append(Evidence(by=By.KIND, what=what, says=offering.id, sure=Sure.LIKELY))
    plan, size = _plan(met, offering)
    return [*evidence, size], offering, plan


def _nearest_offering(met: Met, possible: Sequence[Offering]) -> list[Offering]:
    """The only one that has a plan of just this size; all of them where none, or several, have."""
    exact = [one for one in possible if _plan(met, one)[1].sure is Sure.SURE]
    return exact if len(exact) == 1 else list(possible)


def _plan(met: Met, offering: Offering) -> tuple[str, Evidence]:
    """The plan whose size is nearest, the cheaper of two."""
    apart = {
        name: sizes.distance(met.parameters, offering.terms(name, met.place).fixed)
        for name in offering.plans
    }
    plan = min(apart, key=lambda one: (apart[one], offering.price(one, met.place)))
    what = ", ".join(str(value) for value in sizes.told(met.parameters)) or met.kind
    only = len(offering.plans) == 1
    sure = Sure.SURE if not apart[plan] else Sure.LIKELY if only else Sure.GUESS
    return plan, Evidence(by=By.SIZE, what=what, says=f"{offering.id}/{plan}", sure=sure)


def _answers(met: Met, offering: Offering, known: Surroundings) -> Iterator[tuple[str, str]]:
    """What tags and the resource itself answer of the offering's questions, as in a form."""
    for name, parameter in offering.parameters.items():
        if name in {QUESTION, NEEDED_BY}:
            if name == QUESTION:
                yield name, met.place
            continue
        if name == NAME:
            yield name, _named(met, parameter)
            continue
        found = [value for _, value in _tagged(met, known, name)]
        if parameter.maps_to and parameter.maps_to in met.parameters:
            found.insert(0, _written(met.parameters[parameter.maps_to]))
        if text := next(filter(None, (_fitting(parameter, one) for one in found)), ""):
            yield name, text


def _fitting(parameter: Parameter, text: str) -> str:
    """`text` as the parameter would take it; empty when it would not."""
    if parameter.type != "choice":
        return "" if text in {"", "0"} else text
    said = _plain(text)
    if said in parameter.choices:
        return said
    begun = next((word for start, word in WORDS.items() if said.startswith(start)), "")
    return begun if begun in parameter.choices else ""


def _named(met: Met, parameter: Parameter) -> str:
    """Its own name where the offering takes it, made to fit else; its id when it has none."""
    name = met.name or met.resource
    if parameter.pattern and not matches(parameter.pattern, name):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")
    return name[: parameter.max_length or len(name)].rstrip("-")


def _tagged(met: Met, known: Surroundings, what: str) -> Iterator[tuple[str, str]]:
    """The tags that are called so, whatever their case; key and value as they stand."""
    wanted = [_plain(one) for one in known.tags.get(what, (what,))]
    for key, value in sorted(met.tags.items()):
        if _plain(key) in wanted and value.strip():
            yield key, value.strip()


def _zone_owners(met: Met, zones: LandingZones) -> list[str]:
    """The agencies whose landing zone this account is."""
    return sorted(
        {
            agency
            for agency, by_environment in zones.zones.items()
            for accounts in by_environment.values()
            if accounts.get(met.provider) == met.account
        }
    )


def _plain(text: str) -> str:
    """Without case, marks and what stands between words."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("æ", "ae"))
    return "".join(one for one in bare if one.isalnum())


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)
