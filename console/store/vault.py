"""The vault: where the key of the store comes from.

The key is random. It is kept in the operating system's keychain, under the profile's id; where
there is no keychain, it is kept in the profile, wrapped with what argon2id makes of a passphrase:
32 bytes cover the key (a one-time pad, for salt and key are both used once), 32 bytes sign it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.errors import NoKeychainError, StoreError
from console.store.profile import Profile
from console.wire.codec import DecodeError, decode, encode

if TYPE_CHECKING:
    from console.ports import Secrets

AskPassphrase = Callable[[str], str | None]
"""Asks the person for a passphrase, None if they will not give one.

The argument says why, as the key of a text in the i18n area ``keychain``: ``new_none``,
``new_locked``, ``new_no_bus``, ``new_failed`` (choose one, for there is no keychain), ``open``
(give the one that was chosen), ``wrong`` (that was not it), ``short`` (choose a longer one).
"""

KEY_BYTES = 32
LEAST_PASSPHRASE = 8
"""Characters of a new passphrase."""

_SALT_BYTES = 16
_MEMORY_KIB, _PASSES, _LANES = 64 * 1024, 3, 1


class KeyLostError(StoreError):
    """There is a store, and its key is nowhere."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The wrapped key as it stands in the profile; byte strings are in hexadecimal."""

    salt: str
    covered: str
    signature: str
    memory_kib: int = _MEMORY_KIB
    passes: int = _PASSES
    lanes: int = _LANES
    kdf: str = "argon2id"


def store_key(
    profile: Profile, secrets: Secrets, *, ask: AskPassphrase, entropy: Callable[[int], bytes]
) -> bytes:
    """The key of the profile's store, made where the store is new.

    `NoKeychainError` if there is neither a keychain nor a passphrase, `KeyLostError` if the key
    of an existing store is lost. The store itself is never touched.
    """
    if profile.wrapped_key.exists():
        return _opened(profile.wrapped_key, ask)
    name = secret_name(profile)
    try:
        kept = kept_key(profile, secrets)
        if kept is not None:
            return kept
        if profile.store.exists():
            raise KeyLostError(
                f"{profile.store}: its key is not in the keychain any more; restore the keychain "
                f"entry “{name}”, or move the file away to begin anew",
                key="ui.store_key_gone",
                path=profile.store,
                entry=name,
            )
        key = entropy(KEY_BYTES)
        secrets.set(name, key.hex())
        return key
    except NoKeychainError as error:
        if profile.store.exists():
            raise NoKeychainError(
                f"{profile.store}: its key is in the keychain, which cannot be read now: {error}",
                code=error.code,
            ) from error
        return _made(profile.wrapped_key, error, ask=ask, entropy=entropy)


def kept_key(profile: Profile, secrets: Secrets) -> bytes | None:
    """The profile's key in the keychain, None where it is not there.

    `NoKeychainError` where the keychain cannot be asked, `StoreError` if the entry is no key.
    """
    kept = secrets.get(secret_name(profile))
    return None if kept is None else _from_hex(kept)


def secret_name(profile: Profile, what: str = "store-key") -> str:
    """The name of a secret of this profile in the keychain."""
    return f"{what}/{profile.id}"


def wrap(key: bytes, passphrase: str, *, salt: bytes) -> WrappedKey:
    """``key`` under a passphrase."""
    plain = WrappedKey(salt=salt.hex(), covered="", signature="")
    pad, signing = _derived(plain, passphrase)
    covered = bytes(a ^ b for a, b in zip(key, pad, strict=True))
    return WrappedKey(
        salt=salt.hex(), covered=covered.hex(), signature=_signature(signing, salt, covered)
    )


def unwrap(wrapped: WrappedKey, passphrase: str) -> bytes | None:
    """The key, None if that is not the passphrase."""
    pad, signing = _derived(wrapped, passphrase)
    covered = bytes.fromhex(wrapped.covered)
    expected = _signature(signing, bytes.fromhex(wrapped.salt), covered)
    import hmac  # with a passphrase alone, whose derivation takes longer than an import

    if not hmac.compare_digest(expected, wrapped.signature):
        return None
    return bytes(a ^ b for a, b in zip(covered, pad, strict=True))


def _made(
    path: Path,
    reason: NoKeychainError,
    *,
    ask: AskPassphrase,
    entropy: Callable[[int], bytes],
) -> bytes:
    passphrase = ask(f"new_{reason.code}")
    while passphrase is not None and len(passphrase) < LEAST_PASSPHRASE:
        passphrase = ask("short")
    if passphrase is None:
        raise reason
    key = entropy(KEY_BYTES)
    wrapped = wrap(key, passphrase, salt=entropy(_SALT_BYTES))
    # Complete or not there at all: half a key file would lock its user out for ever.
    beside = path.with_suffix(".new")
    beside.write_bytes(encode(wrapped))
    beside.replace(path)
    return key


def _opened(path: Path, ask: AskPassphrase) -> bytes:
    try:
        wrapped = decode(path.read_bytes(), WrappedKey)
    except (DecodeError, OSError) as error:
        raise StoreError(
            f"{path}: the wrapped key cannot be read: {error}", key="ui.store_key_file", path=path
        ) from error
    reason = "open"
    while (passphrase := ask(reason)) is not None:
        key = unwrap(wrapped, passphrase)
        if key is not None:
            return key
        reason = "wrong"
    raise StoreError(
        f"{path}: without the passphrase the store stays closed; nothing was changed",
        key="ui.store_no_passphrase",
    )


def _derived(wrapped: WrappedKey, passphrase: str) -> tuple[bytes, bytes]:
    from argon2.low_level import Type, hash_secret_raw

    both = hash_secret_raw(
        passphrase.encode(),
        bytes.fromhex(wrapped.salt),
        time_cost=wrapped.passes,
        memory_cost=wrapped.memory_kib,
        parallelism=wrapped.lanes,
        hash_len=2 * KEY_BYTES,
        type=Type.ID,
    )
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _signature(signing: bytes, salt: bytes, covered: bytes) -> str:
    import hashlib
    import hmac

    return hmac.new(signing, salt + covered, hashlib.sha256).hexdigest()


def _from_hex(kept: str) -> bytes:
    try:
        key = bytes.fromhex(kept)
    except ValueError as error:
        raise StoreError(
            "the keychain's entry is not a key of Otklik's store", key="ui.store_bad_key"
        ) from error
    if len(key) != KEY_BYTES:
        raise StoreError(
            "the keychain's entry is not a key of Otklik's store: wrong length",
            key="ui.store_bad_key",
        )
    return key
