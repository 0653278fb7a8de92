"""Whether a JSON value has the shape that Azure describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emulators.azure.contract.shapes import (
    Choice,
    Field,
    Many,
    Nested,
    Record,
    Shape,
    fields,
    narrowed,
)

Mode = Literal["request", "patch", "answer"]
NUMBERS = {int: (int,), float: (int, float), str: (str,), bool: (bool,)}
# Azure describes these as enums, and lists examples only
OPEN = frozenset({"properties.hardwareProfile.vmSize"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and at which path of the body."""

    kind: Literal["unknown", "missing", "type", "enum"]
    path: str
    why: str


def check(package: str, model: str, value: object, mode: Mode = "request") -> list[Problem]:
    """Every problem of `value` as that model; none when it is sound.

    A patch need not hold what is required; an answer need neither.
    """
    return list(_value(Record(package, model), value, "", mode))


def without_read_only(package: str, model: str, value: dict[str, Any]) -> dict[str, Any]:
    """A request's body without the fields that only Azure sets, which Azure overlooks."""
    stripped: dict[str, Any] = _strip(Record(package, model), value)
    return stripped


def _value(shape: Shape, value: object, path: str, mode: Mode) -> Iterator[Problem]:
    if value is None:
        return
    if isinstance(shape, Record | Nested):
        yield from _record(shape, value, path, mode)
    elif isinstance(shape, Many):
        yield from (_table if shape.table else _list)(shape.of, value, path, mode)
    elif isinstance(shape, Choice):
        known = {v.lower() for v in shape.values}
        if path not in OPEN and str(value).lower() not in known:
            yield Problem("enum", path, f"{value!r} is none of {', '.join(shape.values)}")
    elif not _is(shape.of, value):
        yield Problem("type", path, f"{shape.of.__name__} expected, not {value!r}")


def _record(shape: Record | Nested, value: object, path: str, mode: Mode) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem("type", path, f"object expected, not {value!r}")
        return
    known, described = _fields(shape, value)
    for name, inner in value.items():
        place = f"{path}.{name}".lstrip(".")
        if name in known:
            yield from _value(known[name].shape, inner, place, mode)
        elif described:
            yield Problem("unknown", place, f"could not find member {name!r}")
    if mode == "request":
        for name, field in known.items():
            if field.required and value.get(name) is None:
                place = f"{path}.{name}".lstrip(".")
                yield Problem("missing", place, f"required member {name!r} is missing")


def _fields(shape: Record | Nested, value: Mapping[str, Any]) -> tuple[Mapping[str, Field], bool]:
    """The fields, and whether they are all there are: an unknown sub-model may have others."""
    if isinstance(shape, Nested):
        return shape.fields, True
    known = fields(shape)
    kinds = [name for name, field in known.items() if field.kind]
    if not kinds:
        return known, True
    sub = narrowed(shape, str(value.get(kinds[0])))
    return (fields(sub), True) if sub and sub != shape else (known, False)


def _list(of: Shape, value: object, path: str, mode: Mode) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem("type", path, f"array expected, not {value!r}")
        return
    for index, inner in enumerate(value):
        yield from _value(of, inner, f"{path}[{index}]", mode)


def _table(of: Shape, value: object, path: str, mode: Mode) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem("type", path, f"object expected, not {value!r}")
        return
    for name, inner in value.items():
        yield from _value(of, inner, f"{path}.{name}".lstrip("."), mode)


def _is(of: type, value: object) -> bool:
    if of is object:
        return True
    if isinstance(value, bool):
        return of is bool
    return isinstance(value, NUMBERS[of])


def _strip(shape: Shape, value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    if isinstance(shape, Record | Nested) and isinstance(value, Mapping):
        known, _ = _fields(shape, value)
        return {
            name: _strip(known[name].shape, inner) if name in known else inner
            for name, inner in value.items()
            if name not in known or not known[name].read_only
        }
    if isinstance(shape, Many) and not shape.table and isinstance(value, list):
        return [_strip(shape.of, inner) for inner in value]
    return value
