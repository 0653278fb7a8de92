"""AWS error codes, and what each means to us."""

from __future__ import annotations

from http import HTTPStatus

from botocore import exceptions as b

from providers import errors as e

CODES: dict[str, type[e.ProviderError]] = {
    "RequestLimitExceeded": e.Throttled,
    "Throttling": e.Throttled,
    "ThrottlingException": e.Throttled,
    "TooManyRequestsException": e.Throttled,
    "SlowDown": e.Throttled,
    "InternalError": e.Unavailable,
    "InternalFailure": e.Unavailable,
    "ServiceUnavailable": e.Unavailable,
    "Unavailable": e.Unavailable,
    "RequestTimeout": e.Unavailable,
    # it exists a moment from now, or a moment ago it was busy: EC2 is eventually consistent
    "IncorrectInstanceState": e.Unavailable,
    "InvalidInstanceID.NotFound": e.Unavailable,
    "IncorrectModificationState": e.Unavailable,
    "DirectConnectServerException": e.Unavailable,
    "InvalidVpcID.NotFound": e.Unavailable,
    "InvalidGroup.NotFound": e.Unavailable,
    "DependencyViolation": e.Unavailable,  # what used it is being removed, and takes its time
    "InsufficientInstanceCapacity": e.NoCapacity,
    "InsufficientHostCapacity": e.NoCapacity,
    "InsufficientReservedInstanceCapacity": e.NoCapacity,
    "InsufficientVolumeCapacity": e.NoCapacity,
    "InsufficientFreeAddressesInSubnet": e.NoCapacity,
    "InsufficientAddressCapacity": e.NoCapacity,
    "InsufficientCapacity": e.NoCapacity,
    "InsufficientDBInstanceCapacity": e.NoCapacity,
    "OperationAborted": e.Unavailable,  # S3: another one with this bucket is under way
    "ResourceUnavailableException": e.Unavailable,
    "InvalidResourceStateException": e.Unavailable,
    "OperationInProgressException": e.Unavailable,
    "InvalidDBInstanceState": e.Unavailable,
    "InvalidDBParameterGroupState": e.Unavailable,
    "InvalidDBSubnetGroupStateFault": e.Unavailable,
    "InstanceLimitExceeded": e.QuotaExceeded,
    "VcpuLimitExceeded": e.QuotaExceeded,
    "VolumeLimitExceeded": e.QuotaExceeded,
    "MaxIOPSLimitExceeded": e.QuotaExceeded,
    "VpcLimitExceeded": e.QuotaExceeded,
    "SubnetLimitExceeded": e.QuotaExceeded,
    "SecurityGroupLimitExceeded": e.QuotaExceeded,
    "RulesPerSecurityGroupLimitExceeded": e.QuotaExceeded,
    "VpnGatewayLimitExceeded": e.QuotaExceeded,
    "TooManyBuckets": e.QuotaExceeded,
    "InstanceQuotaExceeded": e.QuotaExceeded,
    "StorageQuotaExceeded": e.QuotaExceeded,
    "DBParameterGroupQuotaExceeded": e.QuotaExceeded,
    "DBSubnetGroupQuotaExceeded": e.QuotaExceeded,
    "LimitExceededException": e.QuotaExceeded,
    "ResourceLimitExceededException": e.QuotaExceeded,
    "TagLimitExceeded": e.InvalidSpec,
    "UnauthorizedOperation": e.NotAuthorised,
    "AuthFailure": e.NotAuthorised,
    "AccessDenied": e.NotAuthorised,
    "AccessDeniedException": e.NotAuthorised,
    "Blocked": e.NotAuthorised,
    "OptInRequired": e.NotAuthorised,
    "PendingVerification": e.NotAuthorised,
    "ExpiredToken": e.NotAuthorised,
    "ExpiredTokenException": e.NotAuthorised,
    "RequestExpired": e.NotAuthorised,
    "InvalidClientTokenId": e.NotAuthorised,
    "SignatureDoesNotMatch": e.NotAuthorised,
    "UnrecognizedClientException": e.NotAuthorised,
    "IdempotentParameterMismatch": e.Conflict,
    "IdempotentInstanceTerminated": e.Conflict,
    "OperationNotPermitted": e.Conflict,
}
# what the SDK raises by itself, before or instead of an answer; the first that fits counts
RAISED: tuple[tuple[type[b.BotoCoreError], type[e.ProviderError]], ...] = (
    (b.NoCredentialsError, e.NotAuthorised),
    (b.PartialCredentialsError, e.NotAuthorised),
    (b.CredentialRetrievalError, e.NotAuthorised),
    (b.ProfileNotFound, e.NotAuthorised),
    (b.SSOError, e.NotAuthorised),
    (b.TokenRetrievalError, e.NotAuthorised),
    (b.MetadataRetrievalError, e.NotAuthorised),
    (b.ConfigParseError, e.NotAuthorised),
    (b.ConfigNotFound, e.NotAuthorised),
    (b.ParamValidationError, e.InvalidSpec),
    (b.InvalidRegionError, e.InvalidSpec),
    (b.HTTPClientError, e.Unavailable),  # refused, reset, timed out, cut off
    (b.ConnectionError, e.Unavailable),
    (b.IncompleteReadError, e.Unavailable),
)


def translate(error: Exception) -> e.ProviderError | None:
    """What `error` of the SDK means; None when the table does not know it.

    An answer's code decides, and for a code not listed its HTTP status: AWS has thousands.
    """
    if isinstance(error, b.ClientError):
        return _answered(error)
    if type(error).__module__ == "botocore.parsers":  # half an answer: the work may be done
        # without the SDK's words, which repeat the answer: a password or a key may be in it
        return e.Unavailable("AWS gave an answer that cannot be read")
    for raised, meaning in RAISED:
        if isinstance(error, raised):
            return meaning(f"{type(error).__name__}: {error}")
    return None


def code(error: b.ClientError) -> str:
    """AWS's own word for what went wrong; empty when the answer has none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _answered(error: b.ClientError) -> e.ProviderError:
    told = error.response.get("Error", {})
    known = code(error)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    meaning = CODES.get(known) or _by_status(status)
    message = told.get("Message") or "no message"
    return meaning(f"{known or status} ({error.operation_name}): {message}")


def _by_status(status: int) -> type[e.ProviderError]:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return e.Throttled
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return e.NotAuthorised
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED:
        return e.Unavailable
    return e.InvalidSpec
