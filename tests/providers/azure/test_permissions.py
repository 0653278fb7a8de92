"""The role in docs/permissions allows what the adapters call, all of it and no more."""

import ast
import re
from dataclasses import replace

import pytest

from fixtures.azure_emulator import REGION
from fixtures.azure_strangers import strangers
from fixtures.on_record import Lives, addresses, check, recorded, source, tagged
from providers import connect
from providers.azure.permissions import actions

GROUP = r"(compute|desktops|network|postgresql|resources|storage)\.\w+"
METHODS = {"get": "get", "look": "get", "put": "create_or_update", "remove": "delete"} | {
    "begin": "",
    "list": "",
}
PACKAGE = {"postgresqlflexibleservers": "postgresql", "desktopvirtualization": "desktops"}
CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@pytest.fixture
def lives(azure, azure_emulator, azure_sandbox, monkeypatch):
    """On a connection that has asked for nothing before: some things are asked once for all."""
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_REGIONS", f"{REGION},swedensouth")

    def called():
        titles = azure_emulator.emulator.calls.titles()
        azure_emulator.emulator.calls.clear()
        return [addresses().get(title, title) for title in titles]

    return Lives(
        connect("azure", azure_sandbox), azure_emulator.settle, called, azure_emulator.fault
    )


def test_the_role_is_made_from_what_the_adapters_call(lives, cases, azure_emulator, request):
    """A life of each kind, and what happens seldom: late failures, other hands, changes back."""
    for case in cases.values():
        lives.fault(match=case.create, kind="async-error")
        spec, changed = case.spec, replace(tagged(case.spec), parameters=case.changed)
        lives.live(spec, changed)
    asked = cases["object-storage"].spec
    for_ever = replace(asked, parameters={**asked.parameters, "expire_days": 0})
    lives.live(replace(asked, instance="a" * 32), replace(for_ever, instance="a" * 32))
    desktop = replace(cases["workspace"].spec, instance="b" * 32)
    lives.live(desktop, replace(desktop, name="Nytt navn"))
    for kind, made in strangers(azure_emulator).items():
        lives.adopt(replace(cases[kind].spec, instance="c" * 32), made)
    check("azure", lives.calls, record=request.config.getoption("--record"))


def test_every_call_in_the_adapters_source_is_on_record():
    calls = {call for several in recorded("azure").values() for call in several}
    on_record = {_sdk(title) for title, call in addresses().items() if call in calls}
    written = {call for file in source("azure") for call in _asked(file)}
    assert len(written) > len(on_record) / 2
    assert written - on_record == set()


def _asked(tree):
    """`compute.disks` and the verb, of every call whose both are written out."""
    named = dict(pair for one in tree.body if isinstance(one, ast.Assign) for pair in _named(one))
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        texts = [_text(one, named) for one in (call.func, *call.args)]
        verbs = [_text(one.value, named) for one in call.keywords if one.arg == "verb"]
        where = next((n for n, text in enumerate(texts) if re.fullmatch(GROUP, text)), None)
        method = next((text for text in texts if text in METHODS), None)
        if where is not None and method:
            listed = texts[where + 1] if method == "list" else METHODS[method]
            yield from [(texts[where], verb) for verb in (verbs or [listed]) if verb != "verb"]


def _named(assigned):
    """Names and their texts, one or several on a line."""
    several = [(assigned.targets[0], assigned.value)]
    if isinstance(assigned.targets[0], ast.Tuple) and isinstance(assigned.value, ast.Tuple):
        several = list(zip(assigned.targets[0].elts, assigned.value.elts, strict=True))
    for name, value in several:
        if isinstance(name, ast.Name) and isinstance(value, ast.Constant):
            yield name.id, str(value.value)


def _text(node, named):
    if isinstance(node, ast.Constant):
        return str(node.value)
    name = getattr(node, "attr", getattr(node, "id", ""))
    return named.get(name, name)


@pytest.mark.parametrize(
    ("call", "action"),
    [
        ("GET /subscriptions/{s}/resourcegroups", "subscriptions/resourcegroups/read"),
        ("GET /subscriptions/{s}/resourceGroups/{g}/resources", "resourceGroups/resources/read"),
        (
            "PATCH /{scope}/providers/Microsoft.Resources/tags/default",
            "Microsoft.Resources/tags/write",
        ),
        ("POST /subscriptions/{s}/providers/Microsoft.X/things/{t}/start", "things/start/action"),
        ("DELETE /x/providers/Microsoft.X/things/{t}/parts/{p}", "Microsoft.X/things/parts/delete"),
    ],
)
def test_azure_names_an_action_by_the_type_in_its_path(call, action):
    assert actions(call)[0].endswith(action)


def _sdk(title):
    """The names that the SDK has for an operation: `compute.disks`, and `create_or_update`."""
    package, _, operation = title.partition(".")
    group, _, verb = operation.partition("_")
    return f"{PACKAGE.get(package, package)}.{_snake(group)}", _snake(verb)


def _snake(name):
    return CAPITAL.sub("_", name).lower()
