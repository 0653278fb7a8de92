"""Reads every operation out of IBM's installed SDKs into emulators/ibm/operations.json.

IBM generates those packages from its own API descriptions. `--check` only says whether the file
is what the installed packages say.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import typing
from importlib import import_module
from pathlib import Path

FILE = Path(__file__).parents[1] / "emulators/ibm/operations.json"
# api -> module, class, what its paths start with in the SDK and not in the file
SOURCES = {
    "vpc": ("ibm_vpc.vpc_v1", "VpcV1", ""),
    "directlink": ("ibm_cloud_networking_services.direct_link_v1", "DirectLinkV1", ""),
    "carrier": (
        "ibm_cloud_networking_services.direct_link_provider_v2",
        "DirectLinkProviderV2",
        "",
    ),
    "tagging": ("ibm_platform_services.global_tagging_v1", "GlobalTaggingV1", "/v3"),
    "search": ("ibm_platform_services.global_search_v2", "GlobalSearchV2", "/v3"),
}
KEY = re.compile(r"_dict\[['\"]([\w.]+)['\"]\]")


def main() -> int:
    found = json.dumps(
        {api: _operations(*source) for api, source in SOURCES.items()}, separators=(",", ":")
    ).replace('},"', '},\n"')
    if "--check" in sys.argv:
        return 0 if FILE.read_text() == found + "\n" else 1
    FILE.write_text(found + "\n")
    return 0


def _operations(module: str, name: str, prefix: str) -> dict[str, dict[str, object]]:
    sdk = import_module(module)
    tree = ast.parse(inspect.getsource(sdk))
    (service,) = (n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    found = {}
    for function in service.body:
        if isinstance(function, ast.FunctionDef) and (path := _path(function)):
            told: dict[str, object] = {"path": f"{_verb(function)} {path.removeprefix(prefix)}"}
            told["query"] = sorted(_keys(function, "params"))
            body = _keys(function, "data") | _prototype(sdk, function)
            found[function.name] = told | ({"body": sorted(body)} if body else {})
    return found


def _path(function: ast.FunctionDef) -> str:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "url":
            return next(
                c.value
                for c in ast.walk(node.value)
                if isinstance(c, ast.Constant) and isinstance(c.value, str)
            )
    return ""


def _verb(function: ast.FunctionDef) -> str:
    return next(
        str(node.value.value)
        for node in ast.walk(function)
        if isinstance(node, ast.keyword)
        and node.arg == "method"
        and isinstance(node.value, ast.Constant)
    )


def _keys(function: ast.FunctionDef, variable: str) -> set[str]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == variable
            and isinstance(node.value, ast.Dict)
        ):
            return {str(k.value) for k in node.value.keys if isinstance(k, ast.Constant)}
    return set()


def _prototype(sdk: object, function: ast.FunctionDef) -> set[str]:
    """The fields of the one model that a call sends whole, of whichever variant."""
    names = [
        argument.arg
        for argument in function.args.args
        if argument.arg.endswith(("_prototype", "_patch", "_template"))
    ]
    hints = [a.annotation for a in function.args.args if a.arg in names and a.annotation]
    found: set[str] = set()
    for hint in hints:
        model = getattr(sdk, ast.unparse(hint).strip("'\""), None)
        for one in _family(model) if inspect.isclass(model) else ():
            if "to_dict" in vars(one):
                found |= set(KEY.findall(inspect.getsource(one.to_dict)))
    return found


def _family(model: type) -> typing.Iterator[type]:
    yield model
    for child in model.__subclasses__():
        yield from _family(child)


if __name__ == "__main__":
    sys.exit(main())
