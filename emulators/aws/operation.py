"""Which operation a signed request asks for, read with botocore's own service models."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.loaders import Loader
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, RequestDict
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from
from werkzeug.exceptions import HTTPException

SIGNATURE = re.compile(r"Credential=([^/,]+)/\d{8}/([\w-]+)/([\w.-]+)/aws4_request")
SIGNED_AS = {
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "email": "ses",
    "sso": "sso-admin",
    "servicequotas": "service-quotas",
    "states": "stepfunctions",
    "elasticfilesystem": "efs",
}
READING = re.compile(r"Describe|Get|List|Head|Search|Lookup|Select|BatchGet")
STREAMING = frozenset({"s3"})  # bodies may be large and streamed; those moto reads itself


class Unreadable(Exception):
    """A request for a known operation that does not say what its model asks for."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One request, understood. `model` is nameless when the service has no such operation."""

    service: str
    name: str
    account: str
    region: str
    params: Mapping[str, Any]
    protocol: str
    model: OperationModel
    service_model: ServiceModel

    @property
    def title(self) -> str:
        """`ec2.RunInstances`: what fault rules match and calls are counted by."""
        return f"{self.service}.{self.name or 'Unknown'}"

    @property
    def reads(self) -> bool:
        return bool(READING.match(self.name))

    @property
    def error_codes(self) -> frozenset[str]:
        """The refusals this service's model knows."""
        return frozenset(shape.name for shape in self.service_model.error_shapes)


def identify(environ: dict[str, Any]) -> Operation | None:
    """The operation behind a WSGI request; None when it is not signed for a known service.

    Raises Unreadable.
    """
    signature = SIGNATURE.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = _service(signature[3].lower()) if signature else None
    if signature is None or service is None:
        return None
    request = _request(environ, b"" if service in STREAMING else _body(environ))
    service_model = get_service_model(service)
    found = _route(service, request)
    streamed = found is None or found[0].has_streaming_input
    if service in STREAMING and not streamed:
        request = _request(environ, _body(environ))
    model, url_params = found or (OperationModel({}, service_model), {})
    protocol = _protocol(service_model, request)
    unread = found is None or (service in STREAMING and streamed)
    params = {} if unread else _params(service, model, request, (protocol, url_params))
    return Operation(
        service=service,
        name=str(model.name) if found else "",
        account=get_account_id_from(signature[1]),
        region=signature[2],
        params=params,
        protocol=protocol,
        model=model,
        service_model=service_model,
    )


def length(environ: dict[str, Any]) -> int:
    """The length of the body, 0 for what is no number."""
    told = str(environ.get("CONTENT_LENGTH") or "")
    return int(told) if told.isascii() and told.isdigit() else 0


def exists(service: str, name: str) -> bool:
    """Whether botocore's models hold this operation."""
    return service in _services() and name in get_service_model(service).operation_names


@cache
def _services() -> frozenset[str]:
    return frozenset(Loader().list_available_services("service-2"))


def _service(signed_as: str) -> str | None:
    name = SIGNED_AS.get(signed_as, signed_as)
    return name if name in _services() else None


def _body(environ: dict[str, Any]) -> bytes:
    body: bytes = environ["wsgi.input"].read(length(environ))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _request(environ: dict[str, Any], body: bytes) -> Request:
    """A copy to read from: parsing must not touch what moto will parse again."""
    return Request({**environ, "wsgi.input": io.BytesIO(body)})


def _route(service: str, request: Request) -> tuple[OperationModel, Mapping[str, Any]] | None:
    try:
        model, url_params = get_service_router(service).match(request)
    except (HTTPException, LookupError, NotImplementedError):
        return None
    return model, url_params


def _protocol(service_model: ServiceModel, request: Request) -> str:
    try:
        return determine_request_protocol(service_model, request.content_type)
    except NotImplementedError:  # a protocol nobody offers: answer in the service's own
        return str(service_model.protocol)


def _params(
    service: str, model: OperationModel, request: Request, how: tuple[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    protocol, url_params = how
    told: RequestDict = {
        "method": request.method,
        "values": request.values,
        "headers": request.headers,
        "body": request.data,
        "url_path": request.path,
        "url_params": dict(url_params),
    }
    try:
        parsed: Mapping[str, Any] = PROTOCOL_PARSERS[protocol](model).parse(told)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Unreadable(f"{service}.{model.name}: this is no request of its: {error}") from None
    return parsed
