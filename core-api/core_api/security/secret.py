"""The key that signs logins: from the settings, or made once in a private file."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from core_api.settings import GatewaySettings

MIN_BYTES = 32
_FILE = "jwt.secret"


class SecretError(RuntimeError):
    """The signing key can't be had; the message says what to set."""


def load_secret(settings: GatewaySettings) -> bytes:
    """The signing key.

    `CHITTI_JWT_SECRET` wins over `CHITTI_JWT_SECRET_FILE`. Without either, `dev` generates a
    key once into the data folder (mode 0600) and `prod` refuses to start.

    Raises
    ------
    SecretError
        No key where one is required, a key under 32 bytes, or a key file others may read.
    """
    if settings.chitti_jwt_secret is not None:
        return _checked(settings.chitti_jwt_secret.get_secret_value().encode(), "CHITTI_JWT_SECRET")
    if settings.chitti_jwt_secret_file is not None:
        return _read(settings.chitti_jwt_secret_file)
    if settings.chitti_env == "prod":
        raise SecretError("CHITTI_ENV=prod needs CHITTI_JWT_SECRET or CHITTI_JWT_SECRET_FILE")
    path = settings.chitti_data_dir / _FILE
    if not path.exists():
        _generate(path)
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read().strip()
    except OSError as error:
        raise SecretError(f"cannot read the signing key {path}: {error.strerror}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO) & ~stat.S_IRGRP:  # a mounted secret is often group-readable
        raise SecretError(f"the signing key {path} may be read by others (mode {stat.S_IMODE(mode):04o}): chmod 600 it")
    return _checked(key, str(path))


def _generate(path: Path) -> None:
    """Write a new key; of several processes starting at once, one wins and all read its key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_urlsafe(48).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # unlike rename, never replaces a key that another process just wrote
        except FileExistsError:
            return
    finally:
        fresh.unlink()


def _checked(key: bytes, source: str) -> bytes:
    if len(key) < MIN_BYTES:
        raise SecretError(f"{source} holds {len(key)} bytes, a signing key needs {MIN_BYTES} or more")
    return key
