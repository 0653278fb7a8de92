"""Each service's own way to say no."""

from __future__ import annotations

from http import HTTPStatus

from emulators.loopback import Answer
from emulators.openstack.call import Refusal, answer

# Nova's and Cinder's names for what they refuse
NAMES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    429: "overLimit",
    501: "notImplemented",
    503: "serviceUnavailable",
}
OTHER = "computeFault"


def refused(refusal: Refusal, path: str) -> Answer:
    """`path` without the host."""
    status, message = refusal.status, str(refusal)
    if "/network" in path:
        kind = refusal.kind or "HTTPException"
        return answer({"NeutronError": {"type": kind, "message": message, "detail": ""}}, status)
    if path.startswith("/identity"):
        title = HTTPStatus(status).phrase
        return answer({"error": {"code": status, "message": message, "title": title}}, status)
    if "/object-store" in path or "/image" in path:
        return Answer(status, {"Content-Type": "text/html"}, f"<p>{message}</p>".encode())
    return answer({NAMES.get(status, OTHER): {"code": status, "message": message}}, status)
