"""Where the pictures of an import come from: our own store, a folder by file name, or the web when it can be reached."""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import httpx
from django.conf import settings

from anxin.infra.media import KEY, has_picture, store_picture
from anxin.kernel.errors import AnxinError

MAX_PICTURE_BYTES = 20 * 1024 * 1024
CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
MAX_REDIRECTS = 3
HOST_FAILURES = 3  # a host that did not answer so often is left alone for the rest of the import
WORKERS = 4
TRIAL_KEY = "would be stored"
PORTS = frozenset({None, 80, 443})
_OWN = re.compile(r"pictures/([0-9a-f]{2})/([0-9a-f]{38})-\d+\.jpg$")

Resolve = Callable[[str], Sequence[str]]


class NotFetched(Exception):
    """A picture cannot be had from the web."""


def addresses_of(host: str) -> Sequence[str]:
    """Ask the system's resolver for the addresses of a host."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise NotFetched(str(error)) from error


def _client() -> httpx.Client:
    return httpx.Client(timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS), trust_env=False)


@dataclass
class WebPictures:
    """Fetches pictures from public addresses only: the address is resolved once, checked, and the very one connected to."""

    client: httpx.Client = field(default_factory=_client)
    resolve: Resolve = addresses_of
    failures: dict[str, int] = field(default_factory=dict)

    def read(self, source: str) -> bytes | None:
        """Return the bytes behind an address, None where it cannot be had."""
        host = _split(source).hostname or ""
        if self.failures.get(host, 0) >= HOST_FAILURES:
            return None
        try:
            return self._fetch(source)
        except (NotFetched, httpx.HTTPError, httpx.InvalidURL, ValueError):
            self.failures[host] = self.failures.get(host, 0) + 1
            return None

    def _fetch(self, source: str) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            with self._opened(source) as response:
                if response.is_redirect:
                    source = urljoin(source, response.headers.get("location", ""))
                    continue
                if not response.is_success:
                    raise NotFetched(str(response.status_code))
                return _limited(response.iter_bytes())
        raise NotFetched("too many redirects")

    def _opened(self, source: str) -> AbstractContextManager[httpx.Response]:
        parts = urlsplit(source)
        if parts.scheme not in ("http", "https") or not parts.hostname or _port(parts.netloc) not in PORTS:
            raise NotFetched(source)
        address = self._public_address(parts.hostname)
        url = httpx.URL(source).copy_with(host=address)
        # The name is still what the certificate is checked against and what the server is asked for.
        headers = {"Host": parts.netloc.rpartition("@")[2]}
        return self.client.stream("GET", url, headers=headers, extensions={"sni_hostname": parts.hostname})

    def _public_address(self, host: str) -> str:
        found = self.resolve(host)
        if not found or not all(is_public(address) for address in found):
            raise NotFetched(f"{host} is not a public address")
        return found[0]


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public internet, and not to this machine or its networks."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return is_public(str(mapped)) if mapped else parsed.is_global and not parsed.is_multicast


@dataclass(frozen=True)
class FolderPictures:
    """A folder whose files are named as the last part of the addresses in the file."""

    files: Mapping[str, Path]

    @classmethod
    def of(cls, folder: Path) -> "FolderPictures":
        """List a folder once, by file name; names in the file can then not climb out of it."""
        return cls({path.name: path for path in sorted(folder.iterdir()) if path.is_file()})

    def read(self, source: str) -> bytes | None:
        """Return the bytes of the file that a source names, None where there is none or it is too large."""
        path = self.files.get(file_name(source))
        if path is None or path.stat().st_size > MAX_PICTURE_BYTES:
            return None
        return path.read_bytes()


@dataclass
class PictureStore:
    """Puts pictures into the media store, each once, several at a time."""

    folder: FolderPictures | None = None
    web: WebPictures | None = None
    is_trial: bool = False
    stored: int = 0
    missing: int = 0

    def keys(self, sources: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
        """Return the key of every source that could be had; `known` sources are not read again."""
        wanted = [source for source in dict.fromkeys(sources) if source]
        found = {source: known[source] for source in wanted if source in known}
        found |= {source: key for source in wanted if source not in found and (key := own_key(source))}
        unknown = [source for source in wanted if source not in found]
        if not unknown:
            return found
        with ThreadPoolExecutor(WORKERS) as workers:
            fresh = {source: key for source, key in zip(unknown, workers.map(self._store, unknown), strict=True) if key}
        self.stored += len(fresh)
        self.missing += len(unknown) - len(fresh)
        return found if self.is_trial else found | fresh

    def _store(self, source: str) -> str:
        data = self._read(source)
        if data is None:
            return ""
        if self.is_trial:
            return TRIAL_KEY
        try:
            return store_picture(data)
        except AnxinError:
            return ""

    def _read(self, source: str) -> bytes | None:
        data = self.folder.read(source) if self.folder else None
        return data if data is not None or self.web is None else self.web.read(source)


def file_name(source: str) -> str:
    """Return the file name in an address or path, without its query."""
    return unquote(_split(source).path).rsplit("/", 1)[-1]


def own_key(source: str) -> str:
    """Return the key of a picture that lies in our own media store, empty for any other."""
    match = _OWN.search(_split(source).path) if settings.MEDIA_URL in source else None
    key = match[1] + match[2] if match else ""
    return key if KEY.match(key) and has_picture(key) else ""


def _split(source: str) -> SplitResult:
    """Take an address apart; one that is malformed has no parts."""
    try:
        return urlsplit(source)
    except ValueError:
        return urlsplit("")


def _port(netloc: str) -> int | None:
    try:
        return urlsplit(f"//{netloc}").port
    except ValueError:
        return 0


def _limited(chunks: Iterable[bytes]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_PICTURE_BYTES:
            raise NotFetched("too large")
        parts.append(chunk)
    return b"".join(parts)
