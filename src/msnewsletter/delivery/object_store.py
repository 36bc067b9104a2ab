"""An object store as a place for files: S3 and what speaks like it, Google's, Azure's, a folder.

Knows names and bytes, not what they say. Credentials come from the environment as obstore reads
them; what obstore says of a failure may hold parts of them, so it is never shown. Each request
ends within seconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from msnewsletter.errors import PushError, SettingsError
from msnewsletter.home import SETTINGS_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from obstore import PutMode
    from obstore.store import ObjectStore as Store

# Of one request, and of one request with what is tried again.
_CONNECT, _ANSWER, _ALL = timedelta(seconds=5), timedelta(seconds=15), timedelta(seconds=30)
_RETRIES = 2
_PROBE: Final = ".msnewsletter-probe"
# How S3 and Azure name a failure: a word, which holds no credential.
_CODE = re.compile(r"<Code>([A-Za-z]{3,60})</Code>")
# Their names for unencrypted endpoints, which tests and private networks have.
_IN_CLEAR = ("AWS_ALLOW_HTTP", "AZURE_ALLOW_HTTP", "GOOGLE_ALLOW_HTTP")


class _Endpoint(NamedTuple):
    """The variables that say where a kind of store is, and that it may be asked in clear."""

    endpoints: tuple[str, ...]
    allow: str


_ENDPOINTS: Final = {
    "s3": _Endpoint(("AWS_ENDPOINT", "AWS_ENDPOINT_URL"), "AWS_ALLOW_HTTP"),
    "az": _Endpoint(("AZURE_ENDPOINT", "AZURE_STORAGE_ENDPOINT"), "AZURE_ALLOW_HTTP"),
}
# What no store, or not every one, takes as a name: LocalStore's own temporary files end so.
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]|#\d+$|(?:^|/)\.{0,2}(?:/|$)")
_LONGEST: Final = 900  # bytes: S3 takes 1024 with the folder
_REMEDY: Final = "check site.push and the credentials in the environment"
_MISSING: Final = ("there is no such bucket or folder", _REMEDY)
_PASSING: Final = (
    "it is busy or has a fault of its own",
    "nothing needs to be changed: what was not pushed goes with the next push",
)
# The words of S3 (API reference, Error Responses) and of Azure (Blob service error codes).
_BY_CODE: Final = {
    "NoSuchBucket": _MISSING,
    "ContainerNotFound": _MISSING,
    "RequestTimeTooSkewed": (
        "its clock and this machine's are more than 15 minutes apart",
        "set this one's clock",
    ),
    **dict.fromkeys(
        ("InternalError", "RequestTimeout", "ServerBusy", "ServiceUnavailable", "SlowDown"),
        _PASSING,
    ),
}


class ChangedThereError(PushError):
    """An object was to be replaced that is not the one that was read: another one was quicker."""


class ObjectVersion(NamedTuple):
    """What names one version of an object: its ETag, and Google's number of its generation."""

    tag: str
    generation: str | None = None


# One that no object has.
_NO_VERSION: Final = ObjectVersion('"0000000000000000000000000000000f"', "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object: its bytes, and which version of it they are."""

    data: bytes
    version: ObjectVersion


def fits(name: str) -> bool:
    """Whether every store takes this name, as it is."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return False
    return size <= _LONGEST and not _UNFIT.search(name)


def open_store(url: str) -> ObjectStore:
    """The store at an address of `site.push`; asks nothing yet.

    Raises SettingsError without obstore, PushError where the address or the environment is wrong.
    """
    try:
        from obstore.exceptions import BaseError  # noqa: PLC0415  (an extra, and large)
        from obstore.store import from_url  # noqa: PLC0415
    except ModuleNotFoundError:
        raise SettingsError(
            SETTINGS_NAME,
            f'push = "{url}" needs obstore, which is not installed',
            "run pip install 'msnewsletter[s3]'",
        ) from None
    in_clear = any(os.environ.get(name, "").lower() in {"1", "true"} for name in _IN_CLEAR)
    _refuse_clear_endpoint(url, in_clear=in_clear)
    with _failures(url, of=BaseError):
        if urlsplit(url).scheme == "file":
            _refuse_missing_folder(url)
            return ObjectStore(url, from_url(url))
        store = from_url(
            url,
            client_options={
                "connect_timeout": _CONNECT,
                "timeout": _ANSWER,
                "allow_http": in_clear,
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": _ALL},
        )
        return ObjectStore(url, store)


def _refuse_missing_folder(url: str) -> None:
    """Raise PushError where obstore would say that some store does not answer."""
    if not Path(unquote(urlsplit(url).path)).is_dir():
        raise PushError(url, "there is no such folder here", "mount it, or make it")


def _refuse_clear_endpoint(url: str, *, in_clear: bool) -> None:
    """Raise PushError where obstore would refuse the endpoint in words that we may not show."""
    kind = _ENDPOINTS.get(urlsplit(url).scheme)
    endpoints = [os.environ.get(name, "") for name in kind.endpoints] if kind else []
    if kind and not in_clear and any(one.lower().startswith("http:") for one in endpoints):
        raise PushError(
            url,
            f"{kind.endpoints[0]} is not encrypted (http:), so nothing is sent there",
            f"use https:, or set {kind.allow}=true for a store in a network of your own",
        )


class ObjectStore:
    """A place for files.

    Args:
        url: its address, for messages; `file:` is a folder, which has no conditions and no types.
        store: obstore's own.
    """

    def __init__(self, url: str, store: Store) -> None:
        from obstore.exceptions import BaseError  # noqa: PLC0415  (see above)

        self.url = url
        self._store = store
        self._error = BaseError
        parts = urlsplit(url)
        self._folder = unquote(parts.path) if parts.scheme == "file" else None

    def read(self, name: str) -> StoredObject | None:
        """An object; None: there is none. Raises PushError."""
        import obstore  # noqa: PLC0415  (see above)

        with _failures(self.url, of=self._error):
            try:
                found = obstore.get(self._store, name)
                data = bytes(found.bytes())
            except FileNotFoundError:
                return None
            meta = found.meta
            version = _version(meta["e_tag"], meta["version"])
            return StoredObject(data=data, version=_digest(data) if self._folder else version)

    def holds_any(self, names: Iterable[str]) -> str | None:
        """The first object that has one of these names, whoever put it there; None: none has.

        Raises PushError, also where there is no such place.
        """
        import obstore  # noqa: PLC0415  (see above)

        wanted = frozenset(names)
        with _failures(self.url, of=self._error):
            for page in obstore.list(self._store):
                for one in page:
                    if one["path"] in wanted:
                        return one["path"]
        return None

    def write(self, name: str, data: bytes, *, kind: str, cached: str) -> None:
        """Put an object in its place, whole or not at all; raises PushError.

        `kind`, `cached`: its Content-Type and Cache-Control; a folder has none.
        """
        self._put(name, data, kind=kind, cached=cached)

    def replace(
        self, name: str, data: bytes, *, kind: str, version: ObjectVersion | None
    ) -> ObjectVersion:
        """Put an object in the place of this version of it; returns the new version.

        `version`: None: there must be none. Raises ChangedThereError, PushError.
        """
        if self._folder is not None:
            with self._held_folder(self._folder):
                before = self.read(name)
                if (before and before.version) != version:
                    raise self._changed(name)
                self._put(name, data)
            return _digest(data)
        mode: PutMode = "create" if version is None else _if_still(version)
        return self._put(name, data, kind=kind, cached="no-store", mode=mode)

    def remove(self, name: str) -> None:
        """Remove an object, if there is one; raises PushError."""
        import obstore  # noqa: PLC0415  (see above)

        with _failures(self.url, of=self._error):
            try:
                obstore.delete(self._store, name)
            except FileNotFoundError:
                return

    def prove_conditions(self) -> None:
        """Prove that of two who replace one object the second is refused; raises PushError.

        A folder is locked instead.
        """
        if self._folder is not None:
            return
        with suppress(ChangedThereError):  # one that a kill left
            self._put(_PROBE, b"1", mode="create")
        modes: tuple[PutMode, ...] = ("create", _if_still(_NO_VERSION))
        for mode in modes:
            try:
                self._put(_PROBE, b"2", mode=mode)
            except ChangedThereError:
                continue
            raise PushError(
                self.url,
                "it has no conditional writes (If-None-Match and If-Match), so two machines could "
                "overwrite each other",
                "use a store that has them: S3, R2, Google's, Azure's or a recent MinIO",
            )
        self.remove(_PROBE)

    def _put(
        self,
        name: str,
        data: bytes,
        *,
        kind: str = "application/octet-stream",
        cached: str = "no-store",
        mode: PutMode = "overwrite",
    ) -> ObjectVersion:
        import obstore  # noqa: PLC0415  (see above)
        from obstore.exceptions import AlreadyExistsError, PreconditionError  # noqa: PLC0415

        headers = {"Content-Type": kind, "Cache-Control": cached}
        with _failures(self.url, of=self._error):
            try:
                done = obstore.put(
                    self._store,
                    name,
                    data,
                    attributes=None if self._folder is not None else headers,
                    mode=mode,
                    use_multipart=False,
                )
            except (AlreadyExistsError, PreconditionError):
                raise self._changed(name) from None
            return _version(done["e_tag"], done["version"])

    def _changed(self, name: str) -> ChangedThereError:
        return ChangedThereError(self.url, f"{name} was replaced there meanwhile", "push again")

    @contextmanager
    def _held_folder(self, folder: str) -> Iterator[None]:
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise PushError(self.url, str(error.strerror), _REMEDY) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


@contextmanager
def _failures(url: str, *, of: type[Exception]) -> Iterator[None]:
    """Turn what obstore raises into one line that holds nothing of what it says."""
    try:
        yield
    except PushError:
        raise
    except (of, OSError, RuntimeError, ValueError) as error:
        found = _CODE.search(str(error))
        problem, remedy = _words(error, found[1] if found else "")
        code = f" ({found[1]})" if found else ""
        raise PushError(url, problem + code, remedy) from None


def _words(error: Exception, code: str) -> tuple[str, str]:
    """The problem and its remedy: by the store's own word for it, or else by obstore's kind."""
    from obstore.exceptions import PermissionDeniedError, UnauthenticatedError  # noqa: PLC0415

    if code in _BY_CODE:
        return _BY_CODE[code]
    match error:
        case PermissionDeniedError() | UnauthenticatedError() | PermissionError():
            return (
                "it refuses us: the credentials in the environment may not do this",
                "give them the right to list, read, write and delete objects there",
            )
        case FileNotFoundError():
            return _MISSING
        case ValueError():
            return "this address or the environment cannot be used", _REMEDY
        case _:
            return (
                "it does not answer, or not as an object store does",
                f"{_REMEDY}; what was not pushed stays to be pushed",
            )


def _version(tag: str | None, generation: str | None) -> ObjectVersion:
    return ObjectVersion(tag or "", generation)


def _if_still(version: ObjectVersion) -> PutMode:
    if version.generation is None:
        return {"e_tag": version.tag}
    return {"e_tag": version.tag, "version": version.generation}


def _digest(data: bytes) -> ObjectVersion:
    return ObjectVersion(hashlib.sha256(data).hexdigest())
