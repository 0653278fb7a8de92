"""docs/kinds.md says of the private cloud what is so."""

from fixtures.kinds_document import asked, documented
from providers.parameters import Reader


def test_the_tables_have_every_parameter_and_no_other(openstack, cases, monkeypatch):
    found = {
        kind: asked(monkeypatch, Reader, lambda spec=case.spec: openstack.preview(spec))
        for kind, case in cases.items()
    }
    assert found == documented("Private cloud")
    assert set(found) == openstack.kinds
