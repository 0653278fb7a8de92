"""The lead times of many deliveries told to people: charts, and tables that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from leadtime.deliveries import Book, Rows
from leadtime.figures import Figures, Piece, figures, grouped, histogram, ordered, pieces
from leadtime.survival import Flags
from orders.model import State
from portal import leadtime_words as words
from portal.house import House
from portal.leadtime_asked import Asked, name_of
from portal.leadtime_chart import Column, Scale, columns, strip
from portal.rightcloud_chart import ticks
from portal.rightcloud_words import SOURCES
from portal.speech import N_, Speech

GOAL = 0.9  # what is promised is to be kept nine times in ten
TOO_FEW = 5  # of which nothing is told to those who are not signed in
GROUP_TITLES = {
    "offering": N_("By product"),
    "provider": N_("By provider"),
    "agency": N_("By agency"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table. `name` is what it is called in an address, `at` of which it leads to."""

    name: str
    title: str
    figures: Figures
    kept: str
    half: str
    most: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    number: int
    title: str
    count: int
    picture: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stage with one side in the waterfall."""

    title: str
    side: str
    whose: str
    share: str
    half: str
    most: str
    picture: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is left out of the public version is empty."""

    whole: Line
    months: Sequence[Line]
    kept: Markup
    times: Markup
    unit: str
    bars: Sequence[Bar]
    parts: Sequence[Part]
    sides: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, str, Sequence[Line]]]


class Teller:
    """`least`: of fewer deliveries nothing is told."""

    def __init__(self, house: House, speech: Speech, asked: Asked, least: int = 1) -> None:
        self.house, self.speech, self.asked, self.least = house, speech, asked, least

    def tell(self, book: Book, shown: frozenset[str]) -> Told:
        chosen = self.asked.chosen(book)
        rows = book.rows[chosen]
        whole = self.line("", "", figures(book, rows, self.asked.clock))
        months = self.months(book, rows)
        told = whole.figures.promised >= self.least
        parts = self.parts(book, chosen) if told and "stages" in shown else []
        return Told(
            whole=whole,
            months=months if told else [],
            kept=self.kept(months),
            times=self.times(months),
            unit=self.unit(months).name,
            bars=self.bars(book, rows) if told and "times" in shown else [],
            parts=[part for part, _ in parts],
            sides=self.sides([piece for _, piece in parts]),
            groups=[
                (by, GROUP_TITLES[by], self.lines(book, rows, by))
                for by in GROUP_TITLES
                if told and f"{by}s".replace("agencys", "agencies") in shown
            ],
        )

    def line(self, name: str, title: str, found: Figures) -> Line:
        few = found.promised < self.least
        if few:
            found = Figures(promised=found.promised, kept=0, delivered=0, half=None, most=None)
        clock = self.asked.clock
        return Line(
            name=name,
            title=title,
            figures=found,
            kept=words.NOTHING if few else words.share_text(self.speech, found.share),
            half=words.length_text(self.speech, found.half, clock),
            most=words.length_text(self.speech, found.most, clock),
        )

    def months(self, book: Book, rows: Rows) -> list[Line]:
        """Every month, also those of which there is nothing."""
        found = dict(grouped(book, rows, "month", self.asked.clock))
        nothing = Figures(promised=0, kept=0, delivered=0, half=None, most=None)
        return [
            self.line(
                name_of(month),
                words.month_text(self.speech, month, whole=True),
                found.get(month, nothing),
            )
            for month in self.asked.numbers
        ]

    def lines(self, book: Book, rows: Rows, by: str) -> list[Line]:
        """The busiest first."""
        found = [
            self.line(book.words.word(number), self.title(by, book.words.word(number)), one)
            for number, one in grouped(book, rows, by, self.asked.clock)
            if one.promised >= max(self.least, 1)
        ]
        return sorted(found, key=lambda one: (-one.figures.promised, one.title))

    def title(self, by: str, name: str) -> str:
        offering = self.house.catalog.get(name) if by == "offering" else None
        if by == "provider" and name in SOURCES:
            return self.speech.gettext(SOURCES[name])
        return offering.title.get(self.speech.language) if offering else name

    # The pictures.

    def kept(self, months: Sequence[Line]) -> Markup:
        marks = [0.0, 0.25, 0.5, 0.75, 1.0]
        texts = [words.share_text(self.speech, one) for one in marks]
        shown = [
            Column(value=one.figures.share if one.kept != words.NOTHING else None, text=one.kept)
            for one in months
        ]
        scale = Scale(ticks=marks, texts=texts, line=GOAL)
        title = self.speech.gettext("Kept promises month by month. The table has the numbers.")
        return columns(self.labels(), [shown], scale, title)

    def times(self, months: Sequence[Line]) -> Markup:
        unit = self.unit(months)
        most, half = (
            [self.column(unit, length) for length in lengths]
            for lengths in ([m.figures.most for m in months], [m.figures.half for m in months])
        )
        marks = ticks([one.value or 0.0 for one in most])
        texts = [words.number_text(self.speech, one) for one in marks]
        title = self.speech.gettext("Lead time month by month. The table has the numbers.")
        return columns(self.labels(), [most, half], Scale(ticks=marks, texts=texts), title)

    def labels(self) -> list[str]:
        return [words.month_text(self.speech, month) for month in self.asked.numbers]

    def column(self, unit: words.Unit, length: timedelta | None) -> Column:
        if length is None:
            return Column(value=None, text="")
        value = unit.of(length)
        return Column(value=value, text=words.number_text(self.speech, value))

    def unit(self, months: Sequence[Line]) -> words.Unit:
        longest = max((one.figures.most or timedelta() for one in months), default=timedelta())
        return words.unit(self.speech, longest, self.asked.clock)

    def bars(self, book: Book, rows: Rows) -> list[Bar]:
        """From the first to the last that holds any."""
        counts = histogram(book, rows, self.asked.clock)
        filled = [number for number, count in enumerate(counts) if count]
        if not filled:
            return []
        most = max(counts)
        return [
            Bar(
                number=number,
                title=words.bar_text(self.speech, number, self.asked.clock),
                count=counts[number],
                picture=strip(0, counts[number] / most, "supplier" if counts[number] else "none"),
            )
            for number in range(filled[0], filled[-1] + 1)
        ]

    def parts(self, book: Book, chosen: Flags) -> list[tuple[Part, Piece]]:
        """Each begins where the one before it ended."""
        found = ordered(pieces(book, chosen, self.asked.clock), words.ORDER)
        told, begin = [], 0.0
        for piece in found:
            part = Part(
                title=self.step(piece.label),
                side=piece.side,
                whose=words.side_text(self.speech, piece.side),
                share=words.share_text(self.speech, piece.share),
                half=words.length_text(self.speech, piece.half, self.asked.clock),
                most=words.length_text(self.speech, piece.most, self.asked.clock),
                picture=strip(begin, piece.share, piece.side),
            )
            told.append((part, piece))
            begin += piece.share
        return told

    def step(self, label: str) -> str:
        """Whoever reads this need not be the one who was waited for."""
        if label == State.PENDING:
            return self.speech.gettext("Waiting for the customer")
        return words.label_text(self.speech, label)

    def sides(self, found: Sequence[Piece]) -> list[tuple[str, str]]:
        """Each side's share of all time, theirs and ours."""
        shares = {"supplier": 0.0, "customer": 0.0}
        for piece in found:
            shares[piece.side] = shares.get(piece.side, 0.0) + piece.share
        return [(side, words.share_text(self.speech, share)) for side, share in shares.items()]
