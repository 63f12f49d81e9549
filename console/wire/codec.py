"""The codec: domain dataclasses to JSON bytes and back, through msgspec, strictly typed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from console.errors import OtklikError

if TYPE_CHECKING:  # a page of the queue is decoded before anything else is imported
    from console.domain.mutations import Envelope, Mutation
    from console.wire.schema import WireEnvelope

T = TypeVar("T")


class DecodeError(OtklikError):
    """Bytes that are not what the schema says; the message names the path to the culprit."""


_encoder = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """``value`` (a dataclass, or containers of them) as JSON in UTF-8."""
    return _encoder.encode(value)


def _decoder_for(type_: type[T]) -> msgspec.json.Decoder[T]:
    decoder: msgspec.json.Decoder[T] = _decoder(cast(Hashable, type_))
    return decoder


@lru_cache(maxsize=64)
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)


def decode(data: bytes | str, type_: type[T]) -> T:
    """JSON as an instance of ``type_``; `DecodeError` says where it does not fit."""
    try:
        return _decoder_for(type_).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a valid {type_.__name__}: {error}") from error


def to_plain(value: object) -> Any:
    """``value`` as dictionaries, lists, strings and numbers."""
    return msgspec.to_builtins(value)


def from_plain(value: object, type_: type[T]) -> T:
    """The reverse of `to_plain`; `DecodeError` says where it does not fit."""
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        raise DecodeError(f"not a valid {type_.__name__}: {error}") from error


def mutation_from(kind: str, body: object) -> Mutation:
    """The mutation named ``kind``; `DecodeError` for an unknown kind or a wrong body."""
    from console.domain.mutations import BY_KIND

    cls = BY_KIND.get(kind)
    if cls is None:
        raise DecodeError(f"unknown mutation “{kind}”; this side may be older than the other")
    return from_plain(body, cls)


def to_wire(envelope: Envelope) -> WireEnvelope:
    """An envelope ready to cross the network."""
    from console.wire.schema import WireEnvelope

    return WireEnvelope(
        id=envelope.id,
        target=envelope.target,
        author=envelope.author,
        at=envelope.at,
        kind=envelope.mutation.kind,
        body=to_plain(envelope.mutation),
        seen=envelope.seen,
    )


def from_wire(wire: WireEnvelope) -> Envelope:
    """The reverse of `to_wire`; `DecodeError` for an unknown kind or a wrong body.

    An instant without its distance from UTC is wrong too: it would be another instant elsewhere.
    """
    from console.domain.mutations import Envelope

    envelope = Envelope(
        id=wire.id,
        target=wire.target,
        author=wire.author,
        at=wire.at,
        mutation=mutation_from(wire.kind, wire.body),
        seen=wire.seen,
    )
    if has_naive(envelope):
        raise DecodeError("not a valid Envelope: an instant has no distance from UTC")
    return envelope


def has_naive(value: object) -> bool:
    """Whether an instant somewhere in ``value`` has no distance from UTC."""
    if isinstance(value, datetime):
        return value.tzinfo is None
    if isinstance(value, tuple):
        return any(map(has_naive, value))
    if is_dataclass(value):
        return any(has_naive(getattr(value, field.name)) for field in fields(value))
    return False
