"""docs/kinds.md says of IBM what is so."""

from fixtures.kinds_document import asked, documented
from providers.parameters import Reader


def test_the_tables_have_every_parameter_and_no_other(ibm, cases, monkeypatch):
    found = {
        kind: asked(monkeypatch, Reader, lambda spec=case.spec: ibm.preview(spec))
        for kind, case in cases.items()
    }
    assert found == documented("IBM")
    assert set(found) == ibm.kinds
