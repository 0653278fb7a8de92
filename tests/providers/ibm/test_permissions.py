"""The policies in docs/permissions allow what the adapters call, and their record has all of it."""

from dataclasses import replace

import pytest

from fixtures.ibm_emulator import REGION, IbmEmulator
from fixtures.ibm_strangers import strangers
from fixtures.on_record import Lives, check, tagged


@pytest.fixture
def lives(ibm, ibm_emulator):
    def called():
        titles = ibm_emulator.emulator.calls.titles()
        ibm_emulator.emulator.calls.clear()
        return titles

    return Lives(ibm, ibm_emulator.settle, called, ibm_emulator.fault)


def test_the_policies_are_made_from_what_the_adapters_call(lives, cases, ibm_emulator, request):
    """A life of each kind, with a failed build, a line that the carrier asked for, and adopting."""
    for case in cases.values():
        if case.kind != "object-storage":  # which does all at once
            lives.fault(match=case.create, kind="async-error")
        lives.live(case.spec, replace(tagged(case.spec), parameters=case.changed))
    network = cases["network"].spec
    open_first = replace(network, parameters=cases["network"].changed)
    lives.live(open_first, tagged(network))
    line = replace(cases["private-connection"].spec, instance="a" * 32)
    _asked_by_the_carrier(ibm_emulator, f"gm-{line.instance}-1-{REGION}")
    lives.live(line)
    for kind, made in strangers(ibm_emulator).items():
        lives.adopt(replace(cases[kind].spec, instance="b" * 32), made)
    check("ibm", lives.calls, record=request.config.getoption("--record"))


def _asked_by_the_carrier(cloud: IbmEmulator, name: str) -> None:
    """By our name for it, as the order said."""
    port = cloud.direct_link().list_ports().get_result()["ports"][0]["id"]
    cloud.carrier().create_provider_gateway(
        bgp_asn=65010, customer_account_id="1", name=name, port={"id": port}, speed_mbps=500
    )
