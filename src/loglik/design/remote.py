"""Files of object stores, by URL, and of any file system of fsspec or PyArrow: found and opened where they lie."""

from __future__ import annotations

import io
import os
import re
import threading
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from loglik.design.sql import literal
from loglik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.design.data_file import Mark

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_OPTIONS = re.compile(r"\?((?:region|endpoint_override|anonymous)=[^/?].*)$")
_ARROWS = {"gs", "gcs", "abfs", "abfss", "hdfs", "viewfs"}
_OF_S3 = {"s3", "s3a"}
# Seconds, and how often, before a store counts as gone.
_CONNECT, _REQUEST, _ATTEMPTS = 10, 60, 3
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "created")
_TAGS = ("ETag", "etag", "md5Hash", "content_md5", "VersionId", "generation")
_BUFFER = 1 << 20
PROTOCOL = "loglik"
"""Under which DuckDB is given the files."""


def is_remote(name: str) -> bool:
    """Whether a name is a URL."""
    return _URL.match(name) is not None


@dataclass
class Store:
    """A file system that is not this machine's.

    Parameters
    ----------
    url : str
        What was asked for, for messages; without options.
    root : str
        The same as a path of the file system.
    system : fsspec.AbstractFileSystem
        The file system.
    native : pyarrow.fs.FileSystem or None
        Arrow's, if it is one.
    failed : DataError or None
        What happened within a reader that tells it in its own words.
    """

    url: str
    root: str
    system: Any
    native: Any = None
    failed: DataError | None = field(default=None)

    def fault(self, otherwise: Callable[[Exception], DataError], error: Exception) -> DataError:
        """The error of a reader: the store's, if it was that."""
        failed, self.failed = self.failed, None
        return failed or (self.said(error) if isinstance(error, OSError) else otherwise(error))

    def said(self, error: BaseException, url: str | None = None) -> DataError:
        """What the store has said, as an error (LL511)."""
        if isinstance(error, DataError):
            return error
        text = str(error).replace("\n", " ")
        key = "failed"
        if isinstance(error, FileNotFoundError) or re.search(
            r"NO_SUCH_(BUCKET|KEY)|NoSuch(Bucket|Key)|not found", text
        ):
            key = "missing"
        elif isinstance(error, PermissionError) or re.search(
            r"ACCESS_DENIED|AccessDenied|Forbidden|INVALID_ACCESS_KEY|SIGNATURE|[Cc]redentials|\b40[13]\b", text
        ):
            key = "denied"
        elif isinstance(error, ConnectionError | TimeoutError | EOFError) or re.search(
            r"NETWORK_CONNECTION|REQUEST_TIMEOUT|curlCode|[Cc]onnect|[Tt]imed? ?out|resolve host", text
        ):
            key = "cut"
        return DataError(f"LL511.{key}", url=url or self.url, why=text or type(error).__name__)

    def url_of(self, path: str) -> str:
        """URL of a path."""
        head, found = self.url.partition("://")[0], _URL.match(path)
        return path if found else f"{head}://{path.lstrip('/')}"

    def exists(self, path: str) -> str | None:
        """``"file"``, ``"directory"``, or None."""
        try:
            return str(self.system.info(path)["type"])
        except FileNotFoundError:
            return None


class _Opened(io.RawIOBase):
    """A file that several threads read: each where it has sought itself, or else where the last read has ended."""

    def __init__(self, file: Any, said: Callable[[BaseException], DataError]) -> None:
        self._file, self._said, self._place = file, said, 0
        self._lock, self._sought = threading.Lock(), threading.local()
        self._block = (0, b"")  # what small reads are served from
        self._size = int(file.size() if callable(file.size) else file.size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return int(getattr(self._sought, "place", self._place))

    def seek(self, offset: int, whence: int = 0) -> int:
        self._sought.place = self._place = offset + (0, self.tell(), self._size)[whence]
        return self._place

    def read(self, size: int = -1) -> bytes:
        at = int(self._sought.__dict__.pop("place", self._place))
        size = max(self._size - at, 0) if size is None or size < 0 else min(size, max(self._size - at, 0))
        begin, block = self._block
        if not (begin <= at and at + size <= begin + len(block)):
            begin, block = self._block = at, self._fetched(at, max(size, min(_BUFFER, self._size - at)))
            if len(block) < size:
                raise self._said(EOFError(f"{len(block)} of {size} bytes"))
        self._place = at + size
        return block[at - begin : at - begin + size]

    def _fetched(self, at: int, size: int) -> bytes:
        try:
            if hasattr(self._file, "read_at"):  # Arrow's
                return bytes(self._file.read_at(size, at))
            with self._lock:
                self._file.seek(at)
                return bytes(self._file.read(size))
        except Exception as error:  # as many kinds as file systems
            raise self._said(error) from error

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


@dataclass(frozen=True, eq=False)
class RemoteFile:
    """A file of a store.

    Parameters
    ----------
    store : Store
        Which.
    path : str
        Its path there.
    parts : tuple of str
        Its path below the directory that was asked for.
    size : int
        Bytes.
    """

    store: Store
    path: str
    parts: tuple[str, ...]
    size: int

    def __str__(self) -> str:
        return self.store.url_of(self.path)

    def open(self) -> Any:
        """Open it, to be read in bytes."""
        return io.BufferedReader(self.opened(), _BUFFER)

    def opened(self) -> Any:
        """Open it, to be read by several threads."""
        try:
            native = self.store.native
            file = self.store.system.open(self.path, "rb") if native is None else native.open_input_file(self.path)
            return _Opened(file, self.said)
        except Exception as error:  # as many kinds as file systems
            raise self.said(error) from error

    def said(self, error: BaseException) -> DataError:
        """What the store says of it."""
        found = self.store.said(error, str(self))
        self.store.failed = found
        return found

    def mark(self) -> Mark:
        """Size, and entity tag or else the time of the last change."""
        try:
            if self.store.native is not None:
                return self._arrow_mark()
            self.store.system.invalidate_cache(self.store.system._parent(self.path))  # noqa: SLF001 - as fsspec itself
            info = self.store.system.info(self.path)
        except FileNotFoundError:
            raise
        except Exception as error:
            raise self.store.said(error, str(self)) from error
        return (int(info["size"]), *(str(info[name]) for name in (*_TAGS, *_TIMES) if info.get(name) is not None))

    def _arrow_mark(self) -> Mark:
        with self.store.native.open_input_file(self.path) as file:
            size, found = int(file.size()), file.metadata() or {}
        tags = {name.lower(): value.decode(errors="replace") for name, value in found.items()}
        if "etag" in tags:
            return size, tags["etag"]
        info = self.store.native.get_file_info(self.path)
        return int(info.size), int(info.mtime_ns or 0)

    @property
    def sql(self) -> str:
        """What DuckDB is told of it."""
        return literal(self.address)

    @property
    def address(self) -> str:
        """URL under which DuckDB asks for it."""
        return f"{PROTOCOL}://{self.path.lstrip('/')}"

    @property
    def filesystem(self) -> Any:
        """What Arrow opens it with."""
        return self.store.native or self.store.system


def store_of(name: str, filesystem: Any = None) -> Store:
    """Where a URL points to, or a path of a file system that is given.

    Raises
    ------
    DataError
        LL510 a package is missing, or there is none for such URLs; LL511 the store does not answer, or refuses.
    """
    try:
        import fsspec
        import fsspec.implementations.arrow as wrappers
    except ImportError as error:
        raise DataError("LL510.fsspec", url=name.partition("?")[0]) from error
    options: dict[str, str] = {}
    given = _OPTIONS.search(name)
    if given is not None and filesystem is None:
        options, name = dict(parse_qsl(given.group(1))), name[: given.start()]
    found = _URL.match(name)
    scheme, path = (found.group(1).lower(), name[found.end() :]) if found else ("", name)
    if filesystem is not None:
        arrow = hasattr(filesystem, "get_file_info")
        if not arrow and not isinstance(filesystem, fsspec.AbstractFileSystem):
            raise DataError("LL510.no_system", type=type(filesystem).__name__)
        kind = str(filesystem.type_name if arrow else filesystem.protocol if isinstance(filesystem.protocol, str)
                   else filesystem.protocol[0])  # fmt: skip
        url = name if found else f"{kind}://{name}"
        path = path if arrow else filesystem._strip_protocol(name)  # noqa: SLF001 - as fsspec itself
        return Store(url, path.rstrip("/"), wrappers.ArrowFSWrapper(filesystem) if arrow else filesystem,
                     filesystem if arrow else None)  # fmt: skip
    if scheme in _OF_S3 | _ARROWS and not path.strip("/"):
        raise DataError("LL511.missing", url=name, why="")
    here = Store(name, path, None)
    try:
        if scheme in _OF_S3 | _ARROWS:
            native, path = _arrow(scheme, name, path, options)
            return Store(name, path.rstrip("/"), wrappers.ArrowFSWrapper(native), native)
        system, path = fsspec.core.url_to_fs(name)
    except (ImportError, ValueError) as error:
        raise DataError("LL510.protocol", scheme=scheme, why=str(error).split("\n")[0]) from error
    except Exception as error:  # as many kinds as file systems
        raise here.said(error) from error
    return Store(name, path, system)


def _arrow(scheme: str, url: str, path: str, options: dict[str, str]) -> tuple[Any, str]:
    """PyArrow's file system for a URL; of S3 with the endpoint and the region that the URL or the environment says."""
    from pyarrow import fs

    if scheme not in _OF_S3:
        return fs.FileSystem.from_uri(url)  # type: ignore[no-any-return]
    env = os.environ
    endpoint = options.get("endpoint_override") or env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL")
    region = options.get("region") or env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION")
    if region is None:
        region = "us-east-1" if endpoint else fs.resolve_s3_region(path.partition("/")[0])
    made = fs.S3FileSystem(
        region=region, endpoint_override=endpoint, anonymous=options.get("anonymous", "").lower() in {"1", "true"},
        connect_timeout=_CONNECT, request_timeout=_REQUEST,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
    )  # fmt: skip
    return made, path


def found_in(store: Store, signs: str) -> tuple[list[RemoteFile], bool]:
    """Files below a URL or of its pattern, and whether it is a file itself.

    Raises
    ------
    DataError
        LL511 there is nothing, or the store does not say.
    """
    path = store.root
    try:
        kind = store.exists(path)
        if kind == "file":
            name = PurePosixPath(path).name
            return [RemoteFile(store, path, (name,), int(store.system.info(path)["size"] or 0))], True
        if kind is None and not set(signs) & set(path):
            there, base = {}, None
        else:
            base = path if kind else re.split(f"[{re.escape(signs)}]", path, maxsplit=1)[0].rpartition("/")[0]
            there = store.system.find(path, detail=True) if kind else store.system.glob(path, detail=True)
    except Exception as error:  # as many kinds as file systems
        raise store.said(error) from error
    if base is None:
        raise DataError("LL511.missing", url=store.url, why="")
    above = len(PurePosixPath(base).parts)
    return [
        RemoteFile(store, name, PurePosixPath(name).parts[above:], int(info.get("size") or 0))
        for name, info in there.items()
        if info["type"] == "file"
    ], False
