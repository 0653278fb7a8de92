"""Checks values against the schemas of a discovery document, in requests and in our own answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulators.google.contract import Method
from emulators.google.refusal import Malformed, Refusal, invalid

WHOLE = re.compile(r"-?\d+")
RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
# Private Service Connect wants this field empty, which its own list of values leaves out
EMPTY_MEANS_SOMETHING = frozenset({"loadBalancingScheme"})


class Broken(Exception):
    """An answer of ours that its own description does not allow: a bug here."""


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks one body of `method`; `answering` tells ours from theirs."""

    method: Method
    answering: bool = False

    def body(self, value: object) -> Any:  # noqa: ANN401 - JSON
        """`value` without what Google ignores. Raises Refusal, or Broken when answering."""
        name = self.method.response if self.answering else self.method.request
        return self._value({"$ref": name}, value, "resource")

    def _value(self, schema: Mapping[str, Any], value: Any, where: str) -> Any:  # noqa: ANN401 - JSON
        if "$ref" in schema:
            schema = self.method.api.schemas[schema["$ref"]]
        if value is None:
            return None
        kind = schema.get("type", "any")
        if kind == "object":
            return self._object(schema, value, where)
        if kind == "array":
            if not isinstance(value, list):
                raise self._wrong(where, value, "a list is expected")
            return [
                self._value(schema["items"], one, f"{where}[{i}]") for i, one in enumerate(value)
            ]
        if kind != "any":
            try:
                return scalar(schema, value)
            except Unfit as error:
                raise self._wrong(where, value, str(error)) from None
        return value

    def _object(self, schema: Mapping[str, Any], value: object, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(where, value, "an object is expected")
        known, free = schema.get("properties", {}), schema.get("additionalProperties")
        out: dict[str, Any] = {}
        for name, one in value.items():
            inner = known.get(name, free)
            if inner is None:
                raise self._unknown(name, where)
            if inner.get("readOnly") and not self.answering:
                continue  # output only: Google ignores it in a request
            if one == "" and name in EMPTY_MEANS_SOMETHING:
                out[name] = one
                continue
            out[name] = self._value(inner, one, f"{where}.{name}")
        if not self.answering:
            self._check_required(known, out, where)
        return out

    def _check_required(
        self, known: Mapping[str, Any], given: Mapping[str, Any], where: str
    ) -> None:
        for name, schema in known.items():
            asking = schema.get("annotations", {}).get("required", ())
            if self.method.id in asking and given.get(name) is None and self.method.verb != "patch":
                raise Refusal(400, "required", f"Required field '{where}.{name}' not specified")

    def _unknown(self, name: str, where: str) -> Exception:
        if self.answering:
            return Broken(f"{self.method.id}: {where} has no field {name!r}")
        return Malformed(
            f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': "
            "Cannot find field.",
            where,
        )

    def _wrong(self, where: str, value: object, why: str) -> Exception:
        if self.answering:
            return Broken(f"{self.method.id}: {where} is {value!r}: {why}")
        return invalid(where, value, why)


def query(method: Method, given: Mapping[str, str]) -> None:
    """Check the query of a request. Raises Refusal."""
    known = {**method.api.standard, **method.parameters}
    for name, value in given.items():
        if name not in known or known[name].get("location") == "path":
            raise Malformed(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query '
                f"parameter. Field '{name}' could not be found in request message."
            )
        if name in method.parameters:
            _parameter(name, known[name], value)
    for name, schema in method.parameters.items():
        if schema.get("required") and schema["location"] == "query" and name not in given:
            raise Refusal(400, "required", f"Required parameter: {name}")


def variables(method: Method, given: Mapping[str, str]) -> None:
    """Check the variables of a path. Raises Refusal."""
    for name, value in given.items():
        _parameter(name, method.parameters.get(name, {}), value)


def _parameter(name: str, schema: Mapping[str, Any], value: str) -> None:
    told: Any = value
    if schema.get("type") == "integer" and WHOLE.fullmatch(value):
        told = int(value)
    if schema.get("type") == "boolean" and value.lower() in {"true", "false"}:
        told = value.lower() == "true"  # Google's own SDK for storage writes it large
    try:
        scalar({"type": "string", **schema}, told)
    except Unfit as error:
        raise Refusal(
            400, "invalidParameter", f"Invalid value for field '{name}': '{value}'. {error}"
        ) from None


class Unfit(Exception):
    """A value is not what its schema wants; the message says why."""


def scalar(schema: Mapping[str, Any], value: object) -> object:
    """A text, number or truth value. Raises Unfit."""
    kind, form = schema.get("type"), schema.get("format", "")
    if kind == "boolean":
        if not isinstance(value, bool):
            raise Unfit("true or false is expected")
        return value
    if kind in {"integer", "number"} or form in RANGES:
        number = _number(schema, value)
        return str(number) if kind == "string" else number
    if not isinstance(value, str):
        raise Unfit("text is expected")
    if "enum" in schema and value not in schema["enum"]:
        raise Unfit(f"It is none of {', '.join(schema['enum'][:12])}")
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        raise Unfit(f"Must be a match of regex '{schema['pattern']}'")
    return value


def _number(schema: Mapping[str, Any], value: object) -> float:
    kind = schema.get("type")
    if isinstance(value, str) and WHOLE.fullmatch(value) and kind == "string":
        value = int(value)  # JSON has no 64 bits: these travel as text
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("a number is expected")
    if kind == "number":
        return value
    if value != int(value):
        raise Unfit("a whole number is expected")
    least, most = _limits(schema)
    if not least <= value <= most:
        raise Unfit(f"must be from {least} to {most}")
    return int(value)


def _limits(schema: Mapping[str, Any]) -> tuple[int, int]:
    least, most = RANGES.get(schema.get("format", ""), RANGES["int64"])
    return int(schema.get("minimum", least)), int(schema.get("maximum", most))
