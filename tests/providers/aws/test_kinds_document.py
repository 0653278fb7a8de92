"""docs/kinds.md says of AWS what is so."""

from fixtures.kinds_document import asked, documented
from providers.parameters import Reader


def test_the_tables_have_every_parameter_and_no_other(aws, cases, monkeypatch):
    found = {
        kind: asked(monkeypatch, Reader, lambda spec=case.spec: aws.preview(spec))
        for kind, case in cases.items()
    }
    assert found == documented("AWS")
    assert set(found) == aws.kinds
