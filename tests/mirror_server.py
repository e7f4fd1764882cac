#!/usr/bin/python3
"""Serves a folder over HTTP on 127.0.0.1 as a feed mirror does, with faults on demand.

usage: mirror_server.py --root DIR [--port N] [--fault FAULT]... [--digest] [--tls CERT KEY]

Prints its port on the first line and serves until it is killed. Entity tags, dates, conditional
requests and single ranges work as RFC 9110 says. FAULT is NAME[=ARGUMENT][@GLOB][*TIMES]: "drop=1000"
breaks every body off after 1000 bytes, "status=503@*.gz*2" fails the first two requests for .gz files.
Different ones work together; of one name, the first that is not used up. The names:

{faults}
"""
import argparse
import base64
import email.utils
import fnmatch
import hashlib
import http.server
import os
import re
import ssl
import sys
import threading
import time
import urllib.parse

FAULTS = {
    "close": "closes the connection without an answer",
    "silent": "never answers",
    "garbage": "answers with something that is not HTTP",
    "header": "adds ARGUMENT kilobytes of header fields",
    "status": "answers with the status ARGUMENT, or CODE:RETRY-AFTER",
    "redirect": "redirects to ARGUMENT (\"self\": to the same address)",
    "drop": "closes the connection after ARGUMENT bytes of the body",
    "stall": "stops sending after ARGUMENT bytes of the body, without closing",
    "trickle": "sends one byte of the body each tenth of a second",
    "length": "states a Content-Length that is ARGUMENT bytes off (+N or -N)",
    "short": "ends the body after ARGUMENT bytes, as if that were all",
    "long": "adds ARGUMENT zeros to the body",
    "unsized": "states no length; the end of the connection is the end of the body",
    "chunked": "sends the body in chunks, without a length",
    "endless": "sends zeros without a length, up to ARGUMENT megabytes",
    "range": "states a Content-Range off by ARGUMENT, FIRST or FIRST:LAST, bytes",
    "no-range": "ignores Range",
    "no-if-range": "ignores If-Range, and gives parts of what the file is now",
    "no-identity": "ignores If-Range and states neither ETag nor date with a part",
    "unsatisfiable": "answers 416 to every Range",
    "partial": "answers 206 without having been asked for a range",
    "unchanged": "answers 304, whatever was asked",
    "no-validators": "states neither ETag nor Last-Modified",
    "weak": "states a weak ETag and no Last-Modified",
    "dated": "states Last-Modified only",
    "etag": "states ARGUMENT as ETag",
    "encoded": "states a Content-Encoding of gzip, whatever the body is",
    "digest": "states ARGUMENT as Repr-Digest (\"wrong\": that of other bytes)",
}
PIECE = 64 << 10
PATIENCE = 30  # seconds that a stalled connection is held for a client that does not leave


class Fault:
    def __init__(self, spec):
        m = re.fullmatch(r"([a-z-]+)(?:=([^@]*?))?(?:@(.+?))?(?:\*(\d+))?", spec)
        if m is None or m[1] not in FAULTS:
            raise ValueError(f"no such fault: {spec}")
        self.name, self.argument, self.glob = m[1], m[2] or "", m[3] or "*"
        self.left = int(m[4]) if m[4] else -1

    def applies(self, path):
        if self.left == 0 or not fnmatch.fnmatchcase(path, self.glob):
            return False
        self.left -= 1
        return True


class Document:
    """A file as it is now: size and validators from one look at it."""

    def __init__(self, path):
        self.file = open(path, "rb")
        status = os.fstat(self.file.fileno())
        self.size = status.st_size
        self.etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        self.modified = int(status.st_mtime)
        self.date = email.utils.formatdate(self.modified, usegmt=True)

    def digest(self):
        whole = hashlib.sha256()
        while piece := self.file.read(PIECE):
            whole.update(piece)
        return digest_field(whole.digest())


def digest_field(digest):
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.close_connection = True
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)  # a proxy gets whole addresses
        self.faults = self.server.faults_of(path)
        self.server.requests.append((self.path, dict(self.headers)))
        try:
            if not self.refuse():
                self.serve(path)
        except OSError:
            pass  # the client has left

    # ---- answers without a document ----

    def refuse(self):
        if "close" in self.faults:
            return True
        if "silent" in self.faults:
            return self.hang()
        if "garbage" in self.faults:
            self.wfile.write(b"\x00\x01 220 this is another protocol\r\n\r\nand its data\n")
            return True
        for name, answer in (("status", self.answer_status), ("redirect", self.answer_redirect)):
            if name in self.faults:
                answer(self.faults[name])
                return True
        return False

    def hang(self):
        self.connection.settimeout(PATIENCE)
        try:
            self.connection.recv(1)
        except OSError:
            pass
        return True

    def answer(self, status, *fields):
        body = f"{status}\n".encode()
        self.head(status, ("Content-Length", len(body)), *fields)
        self.wfile.write(body)

    def answer_status(self, argument):
        status, _, wait = argument.partition(":")
        self.answer(int(status), *([("Retry-After", wait)] if wait else []))

    def answer_redirect(self, target):
        self.answer(302, ("Location", self.path if target == "self" else target))

    def head(self, status, *fields):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, str(value))
        for i in range(int(self.faults.get("header", 0))):
            self.send_header(f"X-Filler-{i}", "x" * 1000)
        self.send_header("Connection", "close")
        self.end_headers()

    # ---- documents ----

    def serve(self, path):
        file = self.server.find(path)
        if file is None:
            self.answer(404)
            return
        document = Document(file)
        with document.file:
            if self.is_unchanged(document):
                self.head(304, *self.validators(document))
                return
            self.serve_document(document)

    def is_unchanged(self, document):
        if "unchanged" in self.faults:
            return True
        tags = self.headers["If-None-Match"]
        if tags is not None:
            return document.etag in [t.strip().removeprefix("W/") for t in tags.split(",")]
        date = email.utils.parsedate_to_datetime(self.headers["If-Modified-Since"] or "Thu, 01 Jan 1970 00:00:00 GMT")
        return document.modified <= date.timestamp()

    def validators(self, document):
        tag, date = ("ETag", document.etag), ("Last-Modified", document.date)
        if "no-validators" in self.faults:
            return []
        if "weak" in self.faults:
            return [("ETag", "W/" + document.etag)]
        if "dated" in self.faults:
            return [date]
        if "etag" in self.faults:
            return [("ETag", self.faults["etag"]), date]
        return [tag, date]

    def wanted_range(self, document):
        """(first, last), None for the whole, or () when there is no such part."""
        if "partial" in self.faults:
            return 0, document.size - 1
        m = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers["Range"] or "")
        if m is None or m[0] == "bytes=-" or "no-range" in self.faults:
            return None
        ignored = {"no-if-range", "no-identity"} & self.faults.keys()
        if not ignored and self.headers["If-Range"] not in (None, document.etag, document.date):
            return None
        first = int(m[1]) if m[1] else max(0, document.size - int(m[2]))
        last = min(int(m[2]), document.size - 1) if m[1] and m[2] else document.size - 1
        return (first, last) if first <= last and "unsatisfiable" not in self.faults else ()

    def serve_document(self, document):
        fields = self.validators(document) + [("Accept-Ranges", "bytes")]
        if "digest" in self.faults:
            lie = digest_field(hashlib.sha256(b"other bytes").digest())
            fields.append(("Repr-Digest", lie if self.faults["digest"] == "wrong" else self.faults["digest"]))
        elif self.server.digest and "sha-256" in self.headers.get("Want-Repr-Digest", ""):
            fields.append(("Repr-Digest", document.digest()))
        if "encoded" in self.faults:
            fields.append(("Content-Encoding", "gzip"))
        part = self.wanted_range(document)
        if part == ():
            self.answer(416, ("Content-Range", f"bytes */{document.size}"))
        elif part is None:
            self.send(200, fields, document, 0, document.size - 1)
        else:
            if "no-identity" in self.faults:
                fields = []
            shift = [int(n) for n in (self.faults.get("range", "") + ":0:0").split(":") if n]
            stated = f"bytes {part[0] + shift[0]}-{part[1] + shift[1]}/{document.size}"
            self.send(206, fields + [("Content-Range", stated)], document, *part)

    def send(self, status, fields, document, first, last):
        chunked = bool({"chunked", "endless"} & self.faults.keys())
        if chunked:
            fields.append(("Transfer-Encoding", "chunked"))
        elif "unsized" not in self.faults:
            fields.append(("Content-Length", last - first + 1 + int(self.faults.get("length", 0))))
        self.head(status, *fields)
        for piece in self.limited(self.pieces(document, first, last)):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked and "drop" not in self.faults:
            self.wfile.write(b"0\r\n\r\n")

    def pieces(self, document, first, last):
        if "endless" in self.faults:
            for _ in range(int(self.faults["endless"]) * (1 << 20) // PIECE):
                yield bytes(PIECE)
            return
        document.file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := document.file.read(min(left, PIECE))):
            left -= len(piece)
            yield piece
        yield bytes(int(self.faults.get("long", 0)))

    def limited(self, pieces):
        """The pieces as far as the faults let them through."""
        stop = min(int(self.faults.get(name, 1 << 60)) for name in ("drop", "stall", "short"))
        for piece in pieces:
            piece = piece[:stop]
            stop -= len(piece)
            if "trickle" in self.faults:
                for i in range(min(len(piece), PATIENCE * 10)):
                    yield piece[i:i + 1]
                    time.sleep(0.1)
                return
            if piece:
                yield piece
            if stop == 0:
                if "stall" in self.faults:
                    self.hang()
                return


class MirrorServer(http.server.ThreadingHTTPServer):
    """Serves `root` in a thread while used as a context; `requests` holds (path, fields) of each."""

    daemon_threads = True

    def __init__(self, root, faults=(), port=0, digest=False, tls=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.root, self.digest = os.path.realpath(root), digest
        self.faults = [Fault(f) for f in faults]
        self.lock = threading.Lock()
        self.requests = []
        self.scheme = "http"
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            self.scheme = "https"

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass  # a client that does not like our certificate

    def faults_of(self, path):
        active = {}
        with self.lock:
            for fault in self.faults:
                if fault.name not in active and fault.applies(path.lstrip("/")):
                    active[fault.name] = fault.argument
        return active

    def find(self, path):
        file = os.path.realpath(os.path.join(self.root, path.lstrip("/")))
        inside = os.path.commonpath([self.root, file]) == self.root
        return file if inside and os.path.isfile(file) else None


def main():
    faults = "\n".join(f"  {name:14} {text}" for name, text in FAULTS.items())
    parser = argparse.ArgumentParser(description=__doc__.format(faults=faults),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--digest", action="store_true", help="states a Repr-Digest to those who want one")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    o = parser.parse_args()
    server = MirrorServer(o.root, o.fault, o.port, o.digest, o.tls)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
