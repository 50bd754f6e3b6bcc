"""An object store that speaks as much of S3 as our adapter needs, in this process; it can be told to fail."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Objects:
    """What lies in the store, and how it answers."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    failures: int = 0  # requests still to be answered with 503
    unsigned: int = 0
    sent: int = 0  # bytes of ranges


class _Store(ThreadingHTTPServer):
    objects: Objects


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Store
    content_range = ""

    def answer(self) -> None:
        """Do what was asked, unless the store is to fail."""
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        objects = self.server.objects
        objects.unsigned += not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256")
        status, body = 503, b""
        if objects.failures:
            objects.failures -= 1
        else:
            status, body = getattr(self, self.command.lower())(objects, sent)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 206:
            self.send_header("Content-Range", self.content_range)
        self.send_header("ETag", f'"{md5(body).hexdigest()}"')  # noqa: S324 - as the protocol has it
        self.send_header("Last-Modified", "Mon, 30 Nov 2026 00:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def put(self, objects: Objects, sent: bytes) -> tuple[int, bytes]:
        """Keep an object."""
        objects.bodies[self.path] = sent
        objects.headers[self.path] = {name.lower(): value for name, value in self.headers.items()}
        return 200, b""

    def get(self, objects: Objects, _sent: bytes) -> tuple[int, bytes]:
        """Return an object."""
        body = objects.bodies.get(self.path)
        if body is None:
            return 404, b""
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked is None:
            return 200, body
        start, end = int(asked[1]), min(int(asked[2]), len(body) - 1)
        self.content_range = f"bytes {start}-{end}/{len(body)}"
        objects.sent += end - start + 1
        return 206, body[start : end + 1]

    head = get

    def post(self, objects: Objects, sent: bytes) -> tuple[int, bytes]:
        """Remove the objects that the request lists."""
        bucket, keys = urlsplit(self.path).path, re.findall(r"<Key>(.*?)</Key>", sent.decode())
        for key in keys:
            objects.bodies.pop(f"{bucket}/{key}", None)
        gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return 200, f'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{gone}</DeleteResult>'.encode()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


for _method in ("PUT", "GET", "HEAD", "POST"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)


@contextmanager
def object_store() -> Iterator[tuple[str, Objects]]:
    """Run a store; yield its address and its contents."""
    server = _Store(("127.0.0.1", 0), _Handler)
    server.objects = Objects()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.objects
    finally:
        server.shutdown()
        server.server_close()
