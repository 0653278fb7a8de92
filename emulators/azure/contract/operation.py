"""One operation of Azure's control plane: what it takes and what it may answer."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from emulators.azure.contract.sources import Source

VERSION = re.compile(r"20\d\d-\d\d-\d\d[\w-]*")
MODEL = re.compile(r"_models\.(?:_models\.)?(\w+)")
STATUSES = re.compile(r"status_code not in \[([\d, ]+)\]")


@dataclass(frozen=True, slots=True)
class Part:
    """What is asked of a part of the path, or of a query parameter."""

    required: bool = True
    pattern: str = ""
    longest: int | None = None
    shortest: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """`body` and `response` are names of models of `package`, empty for none.

    `lists`: the answer is a page of `response`s.
    """

    title: str
    package: str
    method: str
    url: str
    version: str
    path: Mapping[str, Part]
    query: Mapping[str, Part]
    body: str
    response: str
    statuses: tuple[int, ...]
    long_running: bool
    lists: bool


def operation(source: Source, package: str) -> Operation:
    """Parse the source of one operation."""
    builder = _function(source.builder)
    returns = _function(source.public).returns
    result = ast.unparse(returns) if returns else ""
    statuses = STATUSES.search(source.sender)
    model = MODEL.search(result)
    return Operation(
        title=source.title,
        package=package,
        method=source.method,
        url=source.url,
        version=_version(builder),
        path=_path(builder),
        query=_query(builder),
        body=_body(_function(source.sender)),
        response=model[1] if model else "",
        statuses=tuple(int(s) for s in statuses[1].split(",")) if statuses else (200,),
        long_running=source.long_running,
        lists="LROPoller" not in result and ("ItemPaged" in result or "Iterable" in result),
    )


def _function(text: str) -> ast.FunctionDef:
    text = dedent(text)
    # the next method's decorator hangs at the end of this text
    text = re.sub(r"(\n@[\w.()\n =\"'{},:\[\]\\-]*)+$", "\n", text)
    found = ast.parse(text).body[0]
    if not isinstance(found, ast.FunctionDef):
        raise TypeError(f"no function where one was expected: {text[:60]!r}")
    return found


def _version(builder: ast.FunctionDef) -> str:
    for node in ast.walk(builder):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "kwargs.pop":
            name, *default = node.args
            if isinstance(name, ast.Constant) and name.value == "api_version" and default:
                found = VERSION.search(ast.unparse(default[0]))
                return found[0] if found else ""
    return ""


def _path(builder: ast.FunctionDef) -> dict[str, Part]:
    found = {}
    for node in ast.walk(builder):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Call):
                    found[str(key.value)] = _part(value, required=True)
    return found


def _query(builder: ast.FunctionDef) -> dict[str, Part]:
    found = {}
    optional = {
        arg.arg
        for arg, default in zip(builder.args.kwonlyargs, builder.args.kw_defaults, strict=True)
        if default is not None
    }
    for node in ast.walk(builder):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Subscript):
            continue
        target = node.targets[0]
        if ast.unparse(target.value) == "_params" and isinstance(node.value, ast.Call):
            variable = ast.unparse(node.value.args[1])
            name = ast.literal_eval(target.slice)
            found[str(name)] = _part(node.value, required=variable not in optional)
    return found


def _part(call: ast.Call, *, required: bool) -> Part:
    rules: dict[str, Any] = {
        keyword.arg: keyword.value.value
        for keyword in call.keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant)
    }
    return Part(
        required=required,
        pattern=rules.get("pattern", ""),
        longest=rules.get("max_length"),
        shortest=rules.get("min_length"),
    )


def _body(sender: ast.FunctionDef) -> str:
    for argument in (*sender.args.args, *sender.args.kwonlyargs):
        annotation = ast.unparse(argument.annotation) if argument.annotation else ""
        model = MODEL.search(annotation)
        if "IO[bytes]" in annotation and model:
            return model[1]
    return ""
