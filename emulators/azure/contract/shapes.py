"""The shape of a JSON body, read out of a package's models.

Two generations of models are installed: the newer declare each field as a `rest_field` under a
typed annotation, the older (desktopvirtualization) hold an `_attribute_map`. Both become the same.
"""

from __future__ import annotations

import collections.abc
import enum
import functools
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

READ_ONLY = ["read"]
OLD_SCALARS = {"int": int, "long": int, "float": float, "bool": bool, "object": object}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain value; `of` is str, int, float, bool, or object for anything."""

    of: type


@dataclass(frozen=True, slots=True)
class Choice:
    """A string out of some; Azure does not mind its case."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A list of one shape, or a table of it (string -> shape)."""

    of: Shape
    table: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A model: of this package, by this name."""

    package: str
    name: str


@dataclass(frozen=True, slots=True)
class Nested:
    """A record without a name of its own, as the older generation flattens them."""

    fields: Mapping[str, Field]


Shape = Scalar | Choice | Many | Record | Nested


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record. `kind`: this field's value says which sub-model the record is."""

    shape: Shape
    required: bool
    read_only: bool
    kind: bool = False


ANYTHING = Scalar(object)


@functools.cache
def fields(record: Record) -> Mapping[str, Field]:
    """The fields of a model, by their names in JSON."""
    model = getattr(_models(record.package), record.name)
    if hasattr(model, "_attribute_map"):
        return _old_fields(record.package, model)
    found = {}
    for cls in reversed(model.__mro__):
        for name, annotation in vars(cls).get("__annotations__", {}).items():
            declared = vars(cls).get(name)
            if not hasattr(declared, "_visibility"):
                continue
            hint = _hint(cls, record.package, annotation)
            read_only = declared._visibility == READ_ONLY  # noqa: SLF001 - the generator's own field
            found[declared._rest_name_input or name] = Field(  # noqa: SLF001 - as above
                shape=_shape(record.package, hint),
                required=not read_only and not _optional(hint),
                read_only=read_only,
                kind=declared._is_discriminator,  # noqa: SLF001 - as above
            )
    return found


def narrowed(record: Record, kind: str) -> Record | None:
    """The sub-model of `record` that `kind` names; None when nobody described it."""
    model = getattr(_models(record.package), record.name)
    known = getattr(model, "__mapping__", None) or {}
    sub = known.get(kind)
    return Record(record.package, sub.__name__) if sub else None


def _models(package: str) -> types.ModuleType:
    return import_module(f"azure.mgmt.{package}.models")


def _hint(cls: type, package: str, annotation: object) -> Any:  # noqa: ANN401 - any type there is
    holder = types.SimpleNamespace(__annotations__={"hint": annotation})
    module = vars(import_module(cls.__module__))
    return typing.get_type_hints(holder, module, _names(package))["hint"]


@functools.cache
def _names(package: str) -> dict[str, Any]:
    """What the generated annotations mean by their names."""
    models = _models(package)
    extra = {"_models": models, "datetime": import_module("datetime"), "JSON": dict}
    return {**vars(models), **extra}


def _optional(hint: object) -> bool:
    return type(None) in typing.get_args(hint)


def _shape(package: str, hint: Any) -> Shape:  # noqa: ANN401 - any type there is
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        several = [_shape(package, a) for a in arguments if a is not type(None)]
        return next((s for s in several if isinstance(s, Choice)), several[0])
    if origin in {list, collections.abc.Sequence}:
        return Many(_shape(package, arguments[0]))
    if origin in {dict, collections.abc.Mapping}:
        return Many(_shape(package, arguments[1]), table=True)
    if isinstance(hint, type):
        return _plain(package, hint)
    return ANYTHING


def _plain(package: str, cls: type) -> Shape:
    if issubclass(cls, enum.Enum):
        return Choice(tuple(str(member.value) for member in cls))
    if hasattr(cls, "_is_model") or hasattr(cls, "_attribute_map"):
        return Record(package, cls.__name__)
    if cls in {int, float, bool, object}:
        return Scalar(cls)
    return ANYTHING if cls is dict else Scalar(str)  # dates, durations and bytes are strings


def _old_fields(package: str, model: Any) -> Mapping[str, Field]:  # noqa: ANN401 - generated
    found: dict[str, Any] = {}
    for name, mapped in model._attribute_map.items():  # noqa: SLF001 - the generator's own field
        rules = model._validation.get(name, {})  # noqa: SLF001 - as above
        *outer, last = mapped["key"].replace("\\.", "\0").split(".")
        place = found
        for part in outer:
            inner: dict[str, Field] = {}
            nested = Field(Nested(inner), required=False, read_only=False)
            place = place.setdefault(part.replace("\0", "."), nested).shape.fields
        place[last.replace("\0", ".")] = Field(
            shape=_old_shape(package, mapped["type"]),
            required=bool(rules.get("required")),
            read_only=bool(rules.get("readonly")),
        )
    return found


def _old_shape(package: str, name: str) -> Shape:
    if name[0] in "[{":
        return Many(_old_shape(package, name[1:-1]), table=name[0] == "{")
    model = getattr(_models(package), name, None)
    if isinstance(model, type):
        return _plain(package, model)
    return Scalar(OLD_SCALARS.get(name, str))
