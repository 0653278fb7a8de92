"""moto underneath: asked for one operation at a time, and honest about what it does not offer."""

from __future__ import annotations

import logging
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from emulators.aws.answers import Answer, AwsError
from emulators.aws.operation import Operation

NOT_OFFERED = "NotImplementedByEmulator"

log = logging.getLogger(__name__)


class Cloud:
    """moto's web application. Not thread-safe: the service calls it under its own lock."""

    def __init__(self) -> None:
        self._application = DomainDispatcherApplication(create_backend_app)
        self._offered: dict[str, bool] = {}

    def ask(self, operation: Operation, environ: dict[str, Any]) -> Answer:
        """Moto's answer; raises AwsError, with 501 for what is not implemented."""
        if not operation.name:
            raise AwsError("InvalidAction", "The action or operation requested is invalid.")
        if not self._offers(operation, environ):
            raise _not_offered(operation, "this service is not offered")
        got: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
            got.update(status=int(status.split(maxsplit=1)[0]), headers=tuple(headers))

        try:
            body = b"".join(self._application(environ, start))
        except NotImplementedError as missing:
            raise _not_offered(operation, str(missing)) from None
        except Exception as error:
            log.exception("moto failed at %s", operation.title)
            raise _not_offered(operation, f"moto failed: {error!r}") from error
        if body[:15].lower() == b"<!doctype html>":  # the web framework's page: nobody was asked
            raise _not_offered(operation, "this operation is not offered")
        return Answer(got["status"], got["headers"], body)

    def _offers(self, operation: Operation, environ: dict[str, Any]) -> bool:
        if operation.service not in self._offered:
            host = self._application.infer_service_region_host(environ, environ["PATH_INFO"])
            patterns = self._application.backend_url_patterns
            found = any(pattern.match(f"http://{host}") for _, pattern in patterns)
            self._offered[operation.service] = found
        return self._offered[operation.service]


def _not_offered(operation: Operation, why: str) -> AwsError:
    # 501, which no SDK repeats: asking again cannot help
    return AwsError(NOT_OFFERED, f"{operation.title}: {why}", 501)
