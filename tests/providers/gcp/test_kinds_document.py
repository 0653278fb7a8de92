"""docs/kinds.md says of Google what is so."""

from fixtures.kinds_document import asked, documented
from providers.parameters import Reader


def test_the_tables_have_every_parameter_and_no_other(gcp, cases, monkeypatch):
    found = {
        kind: asked(monkeypatch, Reader, lambda spec=case.spec: gcp.preview(spec))
        for kind, case in cases.items()
    }
    assert found == documented("Google")
    assert set(found) == gcp.kinds
