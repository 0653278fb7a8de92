"""What is said and how: messages, dates, prices and durations in the reader's language.

The catalogues are read from their .po files when the portal starts; nothing is compiled ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from babel.units import format_unit

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"nb": Locale("nb", "NO"), "en": Locale("en", "GB")}
DEFAULT = "nb"
OSLO = ZoneInfo("Europe/Oslo")
NO_BREAK = "\N{NO-BREAK SPACE}"
WORKING_DAY = timedelta(hours=8)
MANY_DAYS = 3  # from here on nobody counts in hours
MEGABYTE = 1_000_000

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for extraction; it is translated where it is shown."""
    return message


class Speech:
    """One language. Times are shown in Oslo's zone."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self.locale = LANGUAGES[language]
        self.translations = translations

    def gettext(self, message: str, **values: object) -> str:
        text = str(self.translations.gettext(message))
        return text % values if values else text

    def ngettext(self, one: str, many: str, num: int) -> str:
        return str(self.translations.ngettext(one, many, num)) % {"num": self.number(num)}

    def number(self, value: int) -> str:
        return format_decimal(value, locale=self.locale)

    def decimal(self, value: float) -> str:
        return format_decimal(value, format="0.0", locale=self.locale)

    def price(self, kroner: int) -> str:
        return (
            f"{self.number(kroner)} kr" if self.language == "nb" else f"NOK {self.number(kroner)}"
        )

    def monthly(self, kroner: int | None) -> str:
        """What something costs; 0 is the price of what is paid for as it is used."""
        if kroner is None:
            return self.gettext("The price is not known")
        if kroner == 0:
            return self.gettext("No fixed price a month")
        return self.gettext("%(price)s a month", price=self.price(kroner))

    def altogether(self, prices: Iterable[int | None]) -> str:
        """What several things cost, and that some of them have no price, or none that is known."""
        found = list(prices)
        known = [price for price in found if price]
        if not known:
            return self.monthly(None if None in found else 0)
        said = self.monthly(sum(known))
        if 0 in found:
            said = self.gettext("%(price)s, and some without a fixed price", price=said)
        if None in found:
            said = self.gettext("%(price)s, and some without a known price", price=said)
        return said

    def size(self, count: int) -> str:
        """Bytes as people read them: `34 kB`, `2,5 MB`."""
        if count < MEGABYTE:
            return f"{self.number(max(1, round(count / 1000)))} kB"
        return f"{format_decimal(round(count / MEGABYTE, 1), locale=self.locale)} MB"

    def date(self, day: date) -> str:
        """`tirsdag 1. desember 2026`, as in the middle of a sentence."""
        return format_date(day, "full", locale=self.locale)

    def day(self, moment: datetime) -> str:
        """The date of a moment, standing alone: `Tirsdag 1. desember 2026`."""
        text = self.date_of(moment)
        return text[:1].upper() + text[1:]

    def date_of(self, moment: datetime) -> str:
        """The date of a moment, in the middle of a sentence."""
        return self.date(oslo_date(moment))

    def short(self, moment: datetime) -> str:
        """`1. des. 2026`."""
        pattern = "d. MMM yyyy" if self.language == "nb" else "d MMM yyyy"
        said = format_date(oslo_date(moment), pattern, locale=self.locale)
        return said.replace(" ", NO_BREAK)

    def clock(self, moment: datetime) -> str:
        """`kl. 14.05`, to stand after a date; never broken in two."""
        pattern = "'kl.' HH.mm" if self.language == "nb" else "'at' HH:mm"
        said = format_time(moment.astimezone(OSLO), pattern, locale=self.locale)
        return said.replace(" ", NO_BREAK)

    def moment(self, moment: datetime) -> str:
        """`23. nov. kl. 21.13`; may be broken only between the date and the time."""
        pattern = "d. MMM" if self.language == "nb" else "d MMM"
        day = format_datetime(moment.astimezone(OSLO), pattern, locale=self.locale)
        return f"{day.replace(' ', NO_BREAK)} {self.clock(moment)}"

    def duration(self, length: timedelta) -> str:
        """The two largest units: `2 timer og 5 minutter`. Wall time."""
        seconds = max(0, round(length.total_seconds()))
        if not seconds:
            return self.gettext("less than a second")
        parts: list[str] = []
        for unit, size in _UNITS:
            count, seconds = divmod(seconds, size)
            if count:
                parts.append(format_unit(count, f"duration-{unit}", "long", locale=self.locale))
            elif parts:
                break
        return self.gettext(" and ").join(parts[:2])

    def business(self, length: timedelta) -> str:
        """Business time: whole working days as days, everything else in hours and minutes."""
        days, rest = divmod(length, WORKING_DAY)
        if days and (not rest or days >= MANY_DAYS):
            said = self.ngettext("%(num)s working day", "%(num)s working days", days)
            return self.gettext(" and ").join([said, self.business(rest)] if rest else [said])
        minutes = round(length.total_seconds() / 60)
        parts = [
            format_unit(count, f"duration-{unit}", "long", locale=self.locale)
            for unit, count in zip(("hour", "minute"), divmod(minutes, 60), strict=True)
            if count
        ]
        said = self.gettext(" and ").join(parts)
        return said or format_unit(0, "duration-minute", "long", locale=self.locale)


@cache
def speeches(folder: Path = LOCALE) -> Mapping[str, Speech]:
    """Every language by its code. English is what the source says."""
    return {
        "nb": Speech("nb", _translations(folder / "nb.po")),
        "en": Speech("en", NullTranslations()),
    }


def _translations(path: Path) -> Translations:
    with path.open("rb") as file:
        catalog = read_po(file, locale="nb")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(fp=compiled)


def oslo_date(moment: datetime) -> date:
    return moment.astimezone(OSLO).date()


def end_of_day(day: date) -> datetime:
    """When opening hours end on `day`: what "needed by that day" means."""
    return datetime(day.year, day.month, day.day, 16, tzinfo=OSLO).astimezone(UTC)
