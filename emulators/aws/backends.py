"""moto's backends to bytes and back, each on its own.

A backend that refers to another one, as autoscaling does to EC2, refers to it after the return
as well, and not to a copy: every backend is pickled as its address, its contents apart.
"""

from __future__ import annotations

import copyreg
import io
import pickle
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import cloudpickle
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from moto.backends import get_backend
from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend

Key = tuple[str, str, str]  # service, account, region
_PRIVATE_KEYS = (RSAPrivateKey, EllipticCurvePrivateKey, Ed25519PrivateKey)
BY_MOTO = {"backend", "service_name", "_use_boto3_regions", "_additional_regions", "_id"}


class Thorough(cloudpickle.Pickler):  # type: ignore[misc]  # it ships no types
    """For what plain pickling cannot do: lambdas, and the private keys of key management."""

    def reducer_override(self, value: Any) -> Any:  # noqa: ANN401 - pickle's protocol
        if isinstance(value, _PRIVATE_KEYS):
            der = value.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            return _private_key, (der,)
        return super().reducer_override(value)


def everything() -> Iterator[tuple[Key, BaseBackend]]:
    """Every backend in use."""
    for service in _services():
        for account, region, backend in list(service.iter_backends()):
            yield (service.service_name, account, region), backend


def empty() -> None:
    """Nothing exists any more, in any account or region."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # moto's own clean-up is not ours to mend
        BackendDict.reset()


def dump(backend: BaseBackend) -> bytes:
    """The contents of one backend. Raises pickle.PicklingError, TypeError or AttributeError."""
    return _dumps(vars(backend))


def dump_shared() -> dict[str, bytes]:
    """What some services keep beside their backends, such as who owns which bucket name."""
    kept = {}
    for service in _services():
        own = {k: v for k, v in vars(service).items() if k not in BY_MOTO and not callable(v)}
        if own:
            kept[service.service_name] = _dumps(own)
    return kept


def restore(contents: dict[Key, bytes], shared: dict[str, bytes]) -> None:
    """Put back what `dump` and `dump_shared` gave, into a moto that has done nothing yet."""
    for key in contents:
        _at(*key)
    for key, content in contents.items():
        vars(_at(*key)).update(_loads(content))
    for name, content in shared.items():
        _service(name).__dict__.update(_loads(content))
    for (_, account, region), backend in everything():
        if not vars(backend):  # referred to, but its own contents could not be kept
            backend.__init__(region, account)  # type: ignore[misc]  # what reset() of moto does


def _services() -> list[Any]:
    return list(BackendDict._instances)  # type: ignore[misc]  # noqa: SLF001 - moto has no public list


def _at(service: str, account: str, region: str) -> BaseBackend:
    """The backend at this address, empty when it is not there yet."""
    backends = _account(service, account)
    if region not in dict.keys(backends):
        dict.__setitem__(backends, region, object.__new__(backends.backend))
    found: BaseBackend = dict.__getitem__(backends, region)
    return found


def _service(name: str) -> Any:  # noqa: ANN401 - moto's overloads know literal names only
    return get_backend(name)  # type: ignore[call-overload]  # the name is no literal


def _account(service: str, account: str) -> Any:  # noqa: ANN401 - as above
    return _service(service)[account]


def _dumps(value: object) -> bytes:
    addresses: dict[int, tuple[Callable[..., Any], tuple[str, ...]]] = {}
    table: dict[type, Callable[[Any], Any]] = {}
    for key, backend in everything():
        addresses[id(backend)] = (_at, key)
        table[type(backend)] = lambda found: addresses[id(found)]
    table[AccountSpecificBackend] = lambda found: (_account, (found.service_name, found.account_id))
    for service in _services():
        table[type(service)] = lambda found: (_service, (found.service_name,))
    try:
        return _pickled(pickle.Pickler, value, table)
    except (pickle.PicklingError, TypeError, AttributeError):
        return _pickled(Thorough, value, table)  # many times slower


def _pickled(
    pickler: Callable[..., Any], value: object, table: dict[type, Callable[[Any], Any]]
) -> bytes:
    out = io.BytesIO()
    writer = pickler(out, protocol=pickle.HIGHEST_PROTOCOL)
    writer.dispatch_table = {
        **copyreg.dispatch_table,
        **getattr(writer, "dispatch_table", {}),
        **table,
    }
    writer.dump(value)
    return out.getvalue()


def _private_key(der: bytes) -> Any:  # noqa: ANN401 - of whichever kind it was
    return serialization.load_der_private_key(der, None)


def _loads(content: bytes) -> Any:  # noqa: ANN401 - what was put in
    return pickle.loads(content)  # noqa: S301 - the caller has made sure that the file is ours
