"""What of an offering is changed in a form: each field, and where in the file it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from portal.fields import Field, Option, Widget
from portal.speech import N_, Speech

Path = tuple[str, ...]
Sort = Literal["words", "number", "hours", "tick", "choices"]
Data = Mapping[str, Any]

LANGUAGES: Mapping[str, str] = {"nb": N_("Bokmål"), "en": N_("English")}
TYPES: Mapping[str, str] = {
    "string": N_("Text"),
    "choice": N_("One of several choices"),
    "boolean": N_("Yes or no"),
    "integer": N_("A whole number"),
    "date": N_("A date"),
}
GUIDE = N_("What does one do when it is there? One step on each line")
HELP = N_("More help, for those who ask for it")
ICONS: Mapping[str, str] = {
    "server": N_("Server"),
    "storage": N_("Storage"),
    "database": N_("Database"),
    "network": N_("Network"),
    "desktop": N_("Workplace"),
    "cloud": N_("Cloud"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One field. `label` and `hint` are message ids; `of` is what the label is about, as it is.

    `twin` is the path of the same words in the other language.
    """

    name: str
    path: Path
    label: str
    of: str = ""
    sort: Sort = "words"
    widget: Widget = "text"
    required: bool = True
    hint: str = ""
    twin: Path = ()
    options: Mapping[str, str] | None = None


def about(_data: Data, _language: str) -> list[Spot]:
    return [
        *_words("title", ("title",), N_("What is it called?")),
        *_words("summary", ("summary",), N_("What is it, in one sentence?")),
        *_words("help", ("help",), N_("When is it the right thing?"), "textarea", required=False),
        *_words("guide", ("guide",), GUIDE, "textarea", required=False),
        Spot(name="icon", path=("icon",), label=N_("Picture"), widget="radio", options=ICONS),
        Spot(
            name="lead_time",
            path=("lead_time",),
            label=N_("Delivered within how many hours?"),
            sort="hours",
            hint=N_("In opening hours: a working day is 8. What is measured is promised later on."),
        ),
    ]  # fmt: skip


def sizes(data: Data, language: str) -> list[Spot]:
    found: list[Spot] = []
    for plan, said in _mapping(data, "plans").items():
        here = ("plans", plan)
        of = str(at(said, ("title", language)) or plan).partition(":")[0]
        title, text = N_("What is the size called?"), N_("What is it for?")
        found += _words(f"{plan}.title", (*here, "title"), title, of=of)
        found += _words(f"{plan}.description", (*here, "description"), text, required=False, of=of)
        for path in _prices(here, said):
            place = at(data, ("places", *path[3:4], "title", language))
            found.append(
                Spot(
                    name=".".join((plan, "price", *path[3:4])),
                    path=path,
                    label=N_("Price a month, NOK"),
                    of=f"{of}, {place}" if place else of,
                    sort="number",
                )
            )
    return found


def question(data: Data, name: str) -> list[Spot]:
    """The fields of one question; of one that is not there yet too."""
    here = ("parameters", name)
    asked = _mapping(data, *here)
    kind = asked.get("type", "string")
    found = [
        *_words("title", (*here, "title"), N_("What do you ask?")),
        *_words("section", (*here, "section"), N_("Under which heading?")),
        *_words("hint", (*here, "hint"), N_("A few words of help under it"), required=False),
        *_words("help", (*here, "help"), HELP, "textarea", required=False),
    ]  # fmt: skip
    if kind == "choice":
        found.append(
            Spot(
                name="choices",
                path=(*here, "choices"),
                label=N_("The choices"),
                sort="choices",
                widget="textarea",
                hint=N_("One on each line: id | Bokmål | English. Ids: a to z, digits, hyphens."),
            )
        )
    if name != "name":
        required = N_("It must be answered")
        path = (*here, "required")
        found.append(
            Spot(name="required", path=path, label=required, sort="tick", widget="checkbox")
        )
    return found


def shown(speech: Speech, spot: Spot, data: Data, typed: Mapping[str, str] | None) -> Field:
    """The field with what stands in the file, or with what was `typed`."""
    value = written(spot, data) if typed is None else typed.get(spot.name, "")
    label = speech.gettext(spot.label)
    if spot.twin:
        label = f"{label} ({speech.gettext(LANGUAGES[spot.path[-1]])})"
    options = spot.options or {}
    return Field(
        name=spot.name,
        label=f"{spot.of}: {label}" if spot.of else label,
        section="",
        widget=spot.widget,
        required=spot.required,
        hint=speech.gettext(spot.hint) if spot.hint else "",
        value=value,
        numeric=spot.sort == "number",
        size=10 if spot.sort in {"number", "hours"} else None,
        options=tuple(
            Option(value=key, label=speech.gettext(word), chosen=key == value)
            for key, word in options.items()
        ),
    )


def with_error(field: Field, error: str) -> Field:
    return replace(field, error=error, listed=f"{field.label}: {error}") if error else field


def written(spot: Spot, data: Data) -> str:
    """What stands in the file, as one types it."""
    value = at(data, spot.path)
    if spot.sort == "tick":
        return "true" if value in {None, True} else ""
    if value is None:
        return ""
    if spot.sort == "hours":
        return _hours(str(value))
    if spot.sort == "choices":
        return "\n".join(
            f"{key} | {one['title']['nb']} | {one['title']['en']}" for key, one in value.items()
        )
    return str(value)


def at(data: Data, path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    value: Any = data
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _words(  # noqa: PLR0913 - a field has so many sides
    name: str,
    path: Path,
    label: str,
    widget: Widget = "text",
    *,
    required: bool = True,
    of: str = "",
) -> Iterator[Spot]:
    """The same words in both languages."""
    for language, twin in (("nb", "en"), ("en", "nb")):
        yield Spot(
            name=f"{name}.{language}",
            path=(*path, language),
            label=label,
            of=of,
            widget=widget,
            required=required,
            twin=(*path, twin),
        )


def _prices(here: Path, plan: Data) -> Iterator[Path]:
    if "monthly_price" in plan:
        yield (*here, "monthly_price")
    for place in _mapping(plan, "places"):
        yield (*here, "places", place, "monthly_price")


def _mapping(data: Data, *path: str) -> Data:
    found = at(data, path)
    return found if isinstance(found, Mapping) else {}


def _hours(text: str) -> str:
    """`PT1H30M` as `1,5`."""
    hours, _, minutes = text.removeprefix("PT").partition("H")
    if not hours.isdecimal():
        hours, minutes = "0", hours
    whole = int(hours) + int(minutes.removesuffix("M") or 0) / 60
    return f"{whole:g}".replace(".", ",")
