"""The catalogue as people look through it: categories, and a search in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.offering import Offering, Text
from portal.speech import N_

LONGEST_SEARCH = 80
# What people look for, by the icon that an offering shows.
CATEGORIES: Mapping[str, str] = {
    "server": N_("Servers"),
    "storage": N_("Storage"),
    "database": N_("Databases"),
    "network": N_("Networks"),
    "desktop": N_("Workplaces"),
}
OTHER = "other"
REST = N_("Several things together, and other things")
# A hit in the title counts more than one in the small print.
_TITLE, _SUMMARY, _REST = 4, 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One choice above the cards; `count` is how many offerings it would leave."""

    id: str
    title: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; both may be empty."""

    words: str = ""
    category: str = ""

    @classmethod
    def asked(cls, words: str, category: str) -> Search:
        """As typed, cut to a length that nobody means seriously to pass."""
        known = category if category in {*CATEGORIES, OTHER} else ""
        return cls(words=" ".join(words.split())[:LONGEST_SEARCH], category=known)


def category_of(offering: Offering) -> str:
    return offering.icon if offering.icon in CATEGORIES else OTHER


def found(offerings: Iterable[Offering], search: Search) -> list[Offering]:
    """The offerings that have every word, in either language, the best first."""
    here = [one for one in offerings if search.category in {"", category_of(one)}]
    words = search.words.casefold().split()
    if not words:
        return here
    scored = [(_score(one, words), one) for one in here]
    return [one for score, one in sorted(scored, key=lambda pair: -pair[0]) if score]


def categories(offerings: Sequence[Offering], search: Search) -> list[Category]:
    """Those that hold something, in a fixed order; none when there is nothing to choose between."""
    counts: dict[str, int] = {}
    for offering in found(offerings, Search(words=search.words)):
        counts[category_of(offering)] = counts.get(category_of(offering), 0) + 1
    shown = [
        Category(id=id_, title=title, count=counts.get(id_, 0), chosen=id_ == search.category)
        for id_, title in {**CATEGORIES, OTHER: REST}.items()
        if counts.get(id_) or id_ == search.category
    ]
    return shown if len(shown) > 1 or search.category else []


def lowest_price(offering: Offering) -> int:
    """NOK a month: the smallest plan where it is cheapest."""
    return min(offering.price(plan, place) for plan in offering.plans for place in offering.places)


def _score(offering: Offering, words: Sequence[str]) -> int:
    """0 when a word stands nowhere. Inside of words too: Norwegian writes them together."""
    fields = [(weight, text.casefold()) for weight, text in _texts(offering)]
    total = 0
    for word in words:
        best = max((weight for weight, text in fields if word in text), default=0)
        if not best:
            return 0
        total += best
    return total


def _texts(offering: Offering) -> Iterator[tuple[int, str]]:
    yield _TITLE, offering.id
    for weight, text in (
        (_TITLE, offering.title),
        (_SUMMARY, offering.summary),
        (_REST, offering.help),
        *((_REST, plan.title) for plan in offering.plans.values()),
    ):
        if isinstance(text, Text):
            yield weight, text.nb
            yield weight, text.en
