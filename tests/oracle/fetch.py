"""Fetches from a loopback mirror, whole and with every fault a mirror can have.

usage: fetch.py PROGRAM [TEST...]
"""
import concurrent.futures
import email.utils
import hashlib
import io
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from mirror_server import MirrorServer

PROGRAM = sys.argv[1]
PREVIOUS = b"the copy at hand"
OLD = 1_000_000_000  # a file time long past, so that it is a strong validator
SETTINGS = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "curl_ca_bundle", "ssl_cert_file", "ssl_cert_dir")


def clean_environment():
    return {k: v for k, v in os.environ.items() if k.lower() not in SETTINGS}


class Result:
    def __init__(self, text):
        values = dict(line.split("=", 1) for line in text.split("\n")[:-1])
        self.code, self.error = values["code"], values["error"]
        self.unchanged = values["unchanged"] == "1"
        self.etag, self.last_modified = values["etag"], values["last_modified"]
        self.bytes, self.received, self.attempts = (int(values[k]) for k in ("bytes", "received", "attempts"))


class FetchTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="vd-fetch-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.root = os.path.join(self.folder, "mirror")
        self.path = os.path.join(self.folder, "copy")
        os.mkdir(self.root)
        self.body = random.Random(1).randbytes(5000)
        self.offer(self.body, OLD)
        self.write(self.path, PREVIOUS)

    # ---- vocabulary ----

    def write(self, path, content):
        with open(path, "wb") as f:
            f.write(content)

    def read(self, path=None):
        with open(path or self.path, "rb") as f:
            return f.read()

    def offer(self, content, when):
        self.write(os.path.join(self.root, "feed"), content)
        os.utime(os.path.join(self.root, "feed"), (when, when))

    def files(self):
        return sorted(os.listdir(self.folder))

    def serve(self, *faults, **options):
        server = MirrorServer(self.root, faults, **options)
        return self.enterContext(server)

    def fetch(self, where, environment=None, **arguments):
        """where is a server or an address."""
        url = where if isinstance(where, str) else where.url + "/feed"
        arguments = {"url": url, "path": self.path, "attempts": 1, "backoff_ms": 2, "patience_s": 20} | arguments
        run = subprocess.run([PROGRAM] + [f"{k}={v}" for k, v in arguments.items()], capture_output=True,
                             encoding="utf-8", check=False, timeout=60, env=clean_environment() | (environment or {}))
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return Result(run.stdout)

    def expect_whole(self, result, body=None):
        body = self.body if body is None else body
        self.assertEqual((result.code, result.error, result.unchanged), ("ok", "", False))
        self.assertEqual(self.read(), body)
        self.assertEqual(result.bytes, len(body))
        self.assertEqual(self.files(), ["copy", "mirror"])

    def expect_refused(self, result, code, message, kept=False):
        """The previous file is as it was, and only what can be resumed is kept."""
        self.assertEqual(result.code, code, result.error)
        self.assertIn(message, result.error)
        self.assertEqual(self.read(), PREVIOUS)
        self.assertEqual(result.bytes + result.received + result.attempts, 0, "the result is untouched")
        self.assertEqual(self.files(), ["copy", "copy.part", "copy.part.meta", "mirror"] if kept else ["copy", "mirror"])

    def refuse(self, fault, code, message, kept=False, **arguments):
        server = self.serve(*([fault] if isinstance(fault, str) else fault))
        result = self.fetch(server, **arguments)
        self.expect_refused(result, code, message, kept)
        self.assertIn(f"{server.url}/feed: ", result.error)
        return server, result


class Whole(FetchTest):
    def test_a_file_arrives_with_its_validators(self):
        server = self.serve()
        result = self.fetch(server)
        self.expect_whole(result)
        self.assertEqual((result.received, result.attempts), (5000, 1))
        self.assertEqual(result.last_modified, email.utils.formatdate(OLD, usegmt=True))
        fields = server.requests[0][1]
        self.assertRegex(fields["User-Agent"], r"^vedette/\d+\.\d+\.\d+$")
        self.assertEqual(fields["Accept-Encoding"], "identity")
        self.assertFalse({"Range", "If-Range", "If-None-Match", "If-Modified-Since"} & fields.keys())

    def test_the_mode_of_the_file_stays(self):
        os.chmod(self.path, 0o600)
        self.expect_whole(self.fetch(self.serve()))
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)

    def test_a_first_fetch(self):
        os.unlink(self.path)
        self.expect_whole(self.fetch(self.serve()))

    def test_an_empty_file(self):
        self.offer(b"", OLD)
        self.expect_whole(self.fetch(self.serve()), b"")

    def test_a_body_in_chunks_and_one_without_a_length(self):
        self.expect_whole(self.fetch(self.serve("chunked")))
        self.expect_whole(self.fetch(self.serve("unsized")))

    def test_a_compressed_body_stays_compressed(self):
        self.expect_whole(self.fetch(self.serve("encoded")))

    def test_what_did_not_change_is_not_fetched(self):
        server = self.serve()
        first = self.fetch(server)
        before = os.stat(self.path)
        for validators in ({"etag": first.etag}, {"last_modified": first.last_modified},
                           {"etag": first.etag, "last_modified": first.last_modified}):
            again = self.fetch(server, **validators)
            self.assertEqual((again.code, again.unchanged, again.received), ("ok", True, 0))
        self.assertEqual(os.stat(self.path), before)
        self.assertEqual((again.etag, again.last_modified), (first.etag, first.last_modified))
        self.offer(b"news", OLD + 1)
        self.expect_whole(self.fetch(server, etag=first.etag, last_modified=first.last_modified), b"news")

    def test_weak_tags_serve_for_the_question_whether_it_changed(self):
        server = self.serve("weak")
        first = self.fetch(server)
        self.assertTrue(first.etag.startswith('W/"'))
        self.assertTrue(self.fetch(server, etag=first.etag).unchanged)

    def test_validators_that_would_break_a_request_are_not_sent(self):
        server = self.serve("etag=\"a\"\"b\"")
        result = self.fetch(server, etag='"x"\r\nX-Evil: 1', last_modified="now\r\nX-Evil: 1")
        self.expect_whole(result)
        self.assertEqual(result.etag, "")
        fields = server.requests[0][1]
        self.assertFalse({"X-Evil", "If-None-Match", "If-Modified-Since"} & fields.keys())


class Checksum(FetchTest):
    def test_a_right_one(self):
        right = hashlib.sha256(self.body).hexdigest()
        self.expect_whole(self.fetch(self.serve(digest=True), sha256=right))
        self.expect_whole(self.fetch(self.serve("digest=md5=:AA==:, sha-256 = :x:"), sha256=right.upper()))

    def test_the_one_offered_with_a_rest_is_that_of_the_whole(self):
        self.expect_whole(self.fetch(self.serve("drop=2000*1", digest=True), attempts=2))
        self.write(self.path, PREVIOUS)
        self.refuse(["drop=2000*1", "digest=wrong"], "malformed input", "sha-256", attempts=2)

    def test_a_wrong_one(self):
        found = hashlib.sha256(self.body).hexdigest()[:16]
        self.refuse([], "malformed input", f"begins with {found}, not with 00000000", sha256="0" * 64)
        _, result = self.refuse("digest=wrong", "malformed input", f"begins with {found}", attempts=3)
        self.assertNotIn("try", result.error, "it would be wrong again")

    def test_one_that_is_none(self):
        self.expect_refused(self.fetch(self.serve(), sha256="0" * 63), "wrong usage", "64 hexadecimal digits")


class Size(FetchTest):
    def test_up_to_the_limit(self):
        self.expect_whole(self.fetch(self.serve(), max=5000))

    def test_a_stated_length_beyond_the_limit(self):
        server, result = self.refuse("drop=0", "a limit was exceeded", "has 5000 bytes, the limit is 4999", max=4999,
                                     attempts=3)
        self.assertEqual(len(server.requests), 1)
        self.assertEqual(result.received, 0)

    def test_a_stated_length_beyond_all_numbers(self):
        self.refuse("length=99999999999999999999", "a limit was exceeded", "more than 999 bytes, which is the limit", max=999)

    def test_a_body_beyond_the_limit(self):
        self.refuse("chunked", "a limit was exceeded", "more than 4999 bytes, which is the limit", max=4999)
        self.refuse("unsized", "a limit was exceeded", "more than 4999 bytes", max=4999)

    def test_what_is_too_large_is_not_kept(self):
        server, _ = self.refuse("drop=2000*1", "input/output error", "broken off", kept=True)
        self.expect_refused(self.fetch(server, max=4999), "a limit was exceeded", "has 5000 bytes, the limit is 4999")

    def test_a_body_without_end(self):
        self.refuse("endless=200", "a limit was exceeded", "more than 1048576 bytes", attempts=3)

    def test_a_header_without_end(self):
        self.refuse("header=300", "a limit was exceeded", "header is larger than")


class Broken(FetchTest):
    """What breaks off is tried again from where it broke."""

    def test_the_rest_is_fetched(self):
        server, _ = self.refuse("drop=2000*1", "input/output error", "broken off after 2000 bytes", kept=True)
        result = self.fetch(server)
        self.expect_whole(result)
        self.assertEqual(result.received, 3000)
        fields = server.requests[1][1]
        self.assertEqual((fields["Range"], fields["If-Range"]), ("bytes=2000-", result.etag))

    def test_the_rest_is_fetched_at_once_and_in_parts(self):
        server = self.serve("drop=2000*2")
        result = self.fetch(server, attempts=3)
        self.expect_whole(result)
        self.assertEqual((result.received, result.attempts), (5000, 3))
        self.assertEqual([r[1].get("Range") for r in server.requests], [None, "bytes=2000-", "bytes=4000-"])

    def test_the_rest_by_date(self):
        server, _ = self.refuse(["dated", "drop=2000*1"], "input/output error", "broken off", kept=True)
        result = self.fetch(server)
        self.expect_whole(result)
        self.assertEqual((result.received, result.last_modified), (3000, email.utils.formatdate(OLD, usegmt=True)))

    def test_no_rest_by_a_date_of_this_very_second(self):
        self.offer(self.body, time.time() + 5)
        self.refuse(["dated", "drop=2000"], "input/output error", "broken off")

    def test_no_rest_without_a_strong_validator(self):
        self.refuse(["weak", "drop=2000"], "input/output error", "broken off")
        self.refuse(["no-validators", "drop=2000"], "input/output error", "broken off")

    def test_a_short_body_is_never_taken(self):
        _, result = self.refuse("length=+7", "input/output error", "broken off after 5000 bytes", kept=True, attempts=2)
        self.assertIn("(try 2)", result.error)

    def test_a_body_longer_than_stated_is_cut_and_fails_its_checksum(self):
        self.refuse("length=-7", "malformed input", "sha-256", sha256=hashlib.sha256(self.body).hexdigest())

    def test_a_chunked_body_cut_off(self):
        server, _ = self.refuse(["chunked*1", "drop=2000*1"], "input/output error", "broken off after 2000 bytes", kept=True)
        result = self.fetch(server)
        self.expect_whole(result)
        self.assertEqual(result.received, 3000)

    def test_the_file_changes_between_the_halves(self):
        server, _ = self.refuse("drop=2000*1", "input/output error", "broken off", kept=True)
        self.offer(b"another" * 1000, OLD + 5)
        result = self.fetch(server)
        self.expect_whole(result, b"another" * 1000)
        self.assertEqual(result.received, 7000)

    def test_a_shorter_part_of_the_changed_file_takes_the_place_of_a_longer_one(self):
        server, _ = self.refuse(["drop=4000*1", "drop=1000*1"], "input/output error", "broken off after 4000", kept=True)
        self.offer(b"another" * 1000, OLD + 5)
        self.expect_refused(self.fetch(server), "input/output error", "broken off after 1000", kept=True)
        result = self.fetch(server)
        self.expect_whole(result, b"another" * 1000)
        self.assertEqual(result.received, 6000)

    def test_the_file_changes_back_to_the_copy_at_hand(self):
        server = self.serve("drop=2000@feed*1")
        self.fetch(server)
        self.assertEqual(len(self.files()), 4)
        self.offer(PREVIOUS, OLD + 9)
        tag = self.fetch(server, path=os.path.join(self.folder, "other")).etag
        os.unlink(os.path.join(self.folder, "other"))
        self.assertTrue(self.fetch(server, etag=tag).unchanged)
        self.assertEqual((self.read(), self.files()), (PREVIOUS, ["copy", "mirror"]))

    def test_a_mirror_that_ignores_range(self):
        server = self.serve("drop=2000*1", "no-range")
        result = self.fetch(server, attempts=2)
        self.expect_whole(result)
        self.assertEqual(result.received, 7000)

    def test_a_mirror_that_refuses_range(self):
        result = self.fetch(self.serve("drop=2000*1", "unsatisfiable"), attempts=2)
        self.expect_whole(result)
        self.assertEqual((result.received, result.attempts), (7000, 2))

    def test_a_416_nobody_asked_for(self):
        self.refuse("status=416", "input/output error", "HTTP status 416")

    def test_a_wrong_range(self):
        for shift, more in (("1", ()), ("-1", ()), ("1", ["chunked"]), ("0:-1", ["chunked"]), ("0:1", ["chunked"]),
                            ("-1:-1", ())):
            server, _ = self.refuse(["drop=2000*1", f"range={shift}", *more], "input/output error", "broken off", kept=True)
            result = self.fetch(server)
            self.expect_refused(result, "malformed input", "206 with the wrong range: asked for 2000-, got bytes")
            self.expect_whole(self.fetch(server))
            self.write(self.path, PREVIOUS)

    def test_a_wrong_range_is_made_good_by_the_whole(self):
        result = self.fetch(self.serve("drop=2000*1", "range=1"), attempts=3)
        self.expect_whole(result)
        self.assertEqual((result.received, result.attempts), (7000, 3))

    def test_a_rest_shorter_than_its_range(self):
        server, _ = self.refuse(["drop=2000*1", "chunked", "short=9999*1", "short=1000*1"], "input/output error", "broken off",
                                kept=True)
        self.expect_refused(self.fetch(server), "input/output error", "has 3000 bytes, 5000 were announced", kept=True)
        result = self.fetch(server)
        self.expect_whole(result)
        self.assertEqual(result.received, 2000)

    def test_a_rest_longer_than_its_range(self):
        server, _ = self.refuse(["drop=2000*1", "chunked", "long=5"], "input/output error", "broken off", kept=True)
        self.expect_refused(self.fetch(server), "malformed input", "more than the 5000 bytes announced")

    def test_a_part_nobody_asked_for(self):
        self.refuse("partial", "malformed input", "206 with the wrong range")

    def test_a_part_of_another_file(self):
        other = bytes(reversed(self.body))
        for faults, content, when in ((["no-if-range"], other, OLD + 0.5), (["no-if-range", "dated"], other, OLD + 5),
                                      (["no-identity"], other + b"!", OLD)):
            self.offer(self.body, OLD)
            server, _ = self.refuse(["drop=2000*1", *faults], "input/output error", "broken off", kept=True)
            self.offer(content, when)
            self.expect_refused(self.fetch(server), "malformed input", "206 with a part of another file")

    def test_a_part_of_another_file_that_shows_only_in_the_checksum(self):
        new = bytes(reversed(self.body))
        server, _ = self.refuse(["drop=2000*2", "no-identity"], "input/output error", "broken off", kept=True)
        self.offer(new, OLD + 5)
        result = self.fetch(server, attempts=4, sha256=hashlib.sha256(new).hexdigest())
        self.expect_whole(result, new)
        self.assertEqual(result.received, 3000 + 5000)

    def test_the_part_of_another_address_is_not_taken_up(self):
        server, _ = self.refuse("drop=2000*1", "input/output error", "broken off", kept=True)
        result = self.fetch(server.url + "/feed?another")
        self.expect_whole(result)
        self.assertEqual(result.received, 5000)

    def test_a_damaged_meta_file(self):
        meta = self.path + ".part.meta"
        for damage in (lambda m: b"", lambda m: m[:-1], lambda m: m.replace(b'validator "', b'validator W/"'),
                       lambda m: b"x" * 100_000, lambda m: m.replace(b"length 5000", b"length -1")):
            server, _ = self.refuse("drop=2000*1", "input/output error", "broken off", kept=True)
            self.write(meta, damage(self.read(meta)))
            result = self.fetch(server)
            self.expect_whole(result)
            self.assertEqual(result.received, 5000)
            self.write(self.path, PREVIOUS)

    def test_a_whole_part_is_checked_with_its_last_byte(self):
        server, _ = self.refuse("drop=2000*1", "input/output error", "broken off", kept=True)
        self.write(self.path + ".part", self.body)
        result = self.fetch(server)
        self.expect_whole(result)
        self.assertEqual(result.received, 1)


class Retry(FetchTest):
    def test_statuses_that_pass(self):
        for status in (408, 425, 429, 500, 502, 503, 504):
            server = self.serve(f"status={status}*2")
            result = self.fetch(server, attempts=3)
            self.expect_whole(result)
            self.assertEqual((result.attempts, len(server.requests)), (3, 3))

    def test_statuses_that_stay(self):
        for status in (204, 400, 401, 403, 405, 451):
            server, result = self.refuse(f"status={status}", "input/output error", f"HTTP status {status}", attempts=3)
            self.assertEqual(len(server.requests), 1)
        for status in (404, 410):
            server, _ = self.refuse(f"status={status}", "not found", f"HTTP status {status}", attempts=3)
            self.assertEqual(len(server.requests), 1)

    def test_until_the_tries_are_used_up(self):
        server, _ = self.refuse("status=500", "input/output error", "HTTP status 500 (try 3)", attempts=3)
        self.assertEqual(len(server.requests), 3)

    def test_waits_double(self):
        start = time.monotonic()
        self.refuse("status=500", "input/output error", "(try 4)", attempts=4, backoff_ms=100)
        self.assertGreater(time.monotonic() - start, (50 + 100 + 200) / 1000)

    def test_retry_after_in_seconds(self):
        start = time.monotonic()
        self.expect_whole(self.fetch(self.serve("status=429:1*1"), attempts=2))
        self.assertGreater(time.monotonic() - start, 1)

    def test_retry_after_a_date(self):
        start = time.time()
        when = email.utils.formatdate(start + 2, usegmt=True)
        self.expect_whole(self.fetch(self.serve(f"status=503:{when}*1"), attempts=2))
        self.assertGreater(time.time() - start, 0.9)

    def test_retry_after_too_long(self):
        server, _ = self.refuse("status=429:3600", "input/output error",
                                "HTTP status 429, to be tried again in 3600 seconds", attempts=3)
        self.assertEqual(len(server.requests), 1)

    def test_no_answer(self):
        server, _ = self.refuse("close", "input/output error", "without an answer", attempts=2)
        self.assertEqual(len(server.requests), 2)

    def test_nobody_there(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{s.getsockname()[1]}/feed"
        result = self.fetch(url, attempts=2)
        self.expect_refused(result, "input/output error", f"{url}: Failed to connect")
        self.assertIn("(try 2)", result.error)

    def test_a_304_nobody_asked_for(self):
        self.refuse("unchanged", "malformed input", "HTTP status 304, but no copy was named")

    def test_an_answer_that_is_not_http(self):
        server, _ = self.refuse("garbage", "malformed input", "the answer is not HTTP", attempts=3)
        self.assertEqual(len(server.requests), 1)


class Stalled(FetchTest):
    def test_in_the_body(self):
        self.refuse("stall=200", "input/output error", "broken off after 200 bytes: Operation too slow", kept=True,
                    patience_s=1)

    def test_drop_by_drop(self):
        self.refuse("trickle", "input/output error", "Operation too slow", kept=True, patience_s=1)

    def test_before_the_answer(self):
        self.refuse("silent", "input/output error", "Operation too slow", patience_s=1)

    def test_while_connecting(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            crowd = [socket.socket() for _ in range(4)]  # fills the queue, so that the next waits for ever
            for s in crowd:
                s.setblocking(False)
                s.connect_ex(listener.getsockname())
            result = self.fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/feed", patience_s=1)
            for s in crowd:
                s.close()
        self.expect_refused(result, "input/output error", "imeout")

    def test_a_stall_is_tried_again(self):
        result = self.fetch(self.serve("stall=200*1"), patience_s=1, attempts=2)
        self.expect_whole(result)
        self.assertEqual(result.received, 5000)


class Redirect(FetchTest):
    def test_is_followed(self):
        server = self.serve("redirect=feed@start")
        self.expect_whole(self.fetch(server.url + "/start"))
        other = self.serve(f"redirect={server.url}/feed")
        self.expect_whole(self.fetch(other))

    def test_without_end(self):
        server, _ = self.refuse("redirect=self", "malformed input", "more than 8 redirects", attempts=3)
        self.assertEqual(len(server.requests), 9)

    def test_to_what_is_not_the_web(self):
        secret = os.path.join(self.folder, "mirror", "feed")
        for target, scheme in ((f"file://{secret}", "file"), ("ftp://127.0.0.1/feed", "ftp"), ("gopher://127.0.0.1/", "gopher"),
                               ("javascript:1", "javascript")):
            server, result = self.refuse(f"redirect={target}", "malformed input", "a redirect that is not followed", attempts=3)
            if scheme != "javascript":  # which has no host
                self.assertIn(f"only http and https are fetched, not {scheme}", result.error)

    def test_to_nowhere(self):
        self.refuse("redirect=", "malformed input", "without an address")
        self.refuse("redirect=http://", "malformed input", "a redirect that is not followed")

    def test_a_status_without_an_address(self):
        self.refuse("status=302", "malformed input", "HTTP status 302 without an address")

    def test_the_last_address_is_named(self):
        second = self.serve("status=403")
        first = self.serve(f"redirect={second.url}/elsewhere?token=SECRET")
        result = self.fetch(first)
        self.expect_refused(result, "input/output error", f"{second.url}/elsewhere?...: HTTP status 403")
        self.assertNotIn("SECRET", result.error)

    def test_does_not_carry_credentials_along(self):
        second = self.serve()
        first = self.serve(f"redirect={second.url}/feed")
        self.expect_whole(self.fetch(first.url.replace("//", "//user:SECRET@") + "/feed"))
        self.assertIn("Authorization", first.requests[0][1])
        self.assertNotIn("Authorization", second.requests[0][1])


class Address(FetchTest):
    def test_credentials_are_sent_and_not_shown(self):
        server = self.serve("status=401")
        result = self.fetch(server.url.replace("//", "//user:SECRET@") + "/feed?key=SECRET#SECRET")
        self.expect_refused(result, "input/output error", f"{server.url}/feed?...: HTTP status 401")
        self.assertNotIn("SECRET", result.error)
        self.assertEqual(server.requests[0][1]["Authorization"], "Basic dXNlcjpTRUNSRVQ=")

    def test_no_address(self):
        for url in ("", "feed", "//127.0.0.1/x", "http://", "http://a b:SECRET@127.0.0.1:99999/", "http://127.0.0.1/\x01",
                    "http://127.0.0.1/" + "x" * 9000):
            result = self.fetch(url)
            self.expect_refused(result, "wrong usage", "the address")
            self.assertNotIn("SECRET", result.error)

    def test_other_schemes(self):
        for url in ("file:///etc/passwd", "ftp://127.0.0.1/feed", "dict://127.0.0.1/x"):
            self.expect_refused(self.fetch(url), "wrong usage", "only http and https are fetched, not ")

    def test_a_long_one_is_cut(self):
        server = self.serve()
        result = self.fetch(server.url + "/" + "x" * 3000)
        self.expect_refused(result, "not found", "xxx...: HTTP status 404")

    def test_a_proxy_is_asked(self):
        proxy = self.serve()
        self.expect_whole(self.fetch("http://feeds.invalid/feed", {"http_proxy": proxy.url}))
        self.assertEqual(proxy.requests[0][0], "http://feeds.invalid/feed")

    def test_no_proxy_is_asked_where_none_is_wanted(self):
        nobody = {"http_proxy": "http://127.0.0.1:1"}
        server = self.serve()
        self.expect_refused(self.fetch(server, nobody), "input/output error", "Failed to connect to 127.0.0.1 port 1 ")
        self.expect_whole(self.fetch(server, nobody | {"no_proxy": "127.0.0.1"}))

    def test_a_proxy_that_refuses_a_tunnel(self):
        proxy = self.serve()  # it knows no CONNECT
        result = self.fetch("https://feeds.invalid/feed", {"https_proxy": proxy.url}, attempts=2)
        self.expect_refused(result, "input/output error", "https://feeds.invalid/feed: the proxy refuses: HTTP status 501")

    def test_a_proxy_setting_is_not_shown(self):
        for proxy in ("odd://user:SECRET@127.0.0.1", "http://user:SECRET@127.0.0.1:99999", "http://user:SECRET@[x"):
            result = self.fetch(self.serve(), {"http_proxy": proxy})
            self.expect_refused(result, "input/output error", "/feed: ")
            self.assertNotIn("SECRET", result.error)


class Files(FetchTest):
    def test_a_link_is_not_replaced(self):
        os.rename(self.path, self.path + ".real")
        os.symlink(self.path + ".real", self.path)
        result = self.fetch(self.serve())
        self.assertEqual((result.code, self.read()), ("not supported", PREVIOUS))
        self.assertTrue(os.path.islink(self.path))

    def test_a_link_in_place_of_the_part_is_not_followed(self):
        victim = os.path.join(self.folder, "victim")
        os.symlink(victim, self.path + ".part")
        self.assertEqual(self.fetch(self.serve()).code, "input/output error")
        self.assertFalse(os.path.exists(victim))
        self.write(victim, b"mine")
        self.assertEqual(self.fetch(self.serve()).code, "input/output error")
        self.assertEqual((self.read(victim), self.read()), (b"mine", PREVIOUS))

    def test_no_folder(self):
        result = self.fetch(self.serve(), path=os.path.join(self.folder, "none", "copy"))
        self.expect_refused(result, "input/output error", "cannot create")

    def test_a_full_disk(self):
        url = self.serve().url + "/feed"
        run = subprocess.run(["bash", "-c", 'ulimit -f 2; trap "" XFSZ; "$0" "$@"', PROGRAM, f"url={url}", f"path={self.path}"],
                             capture_output=True, encoding="utf-8", check=True, env=clean_environment())
        self.expect_refused(Result(run.stdout), "input/output error", "File too large", kept=True)

    def stalled_child(self, server):
        """A fetch that has 2000 bytes and waits for more."""
        child = subprocess.Popen([PROGRAM, f"url={server.url}/feed", f"path={self.path}"], env=clean_environment(),
                                 stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not (os.path.exists(self.path + ".part") and os.path.getsize(self.path + ".part") == 2000):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        return child

    def test_killed_in_the_middle(self):
        server = self.serve("stall=2000*1")
        child = self.stalled_child(server)
        child.kill()
        child.wait()
        self.assertEqual(self.read(), PREVIOUS)
        result = self.fetch(server)
        self.expect_whole(result)
        self.assertEqual(result.received, 3000)

    def test_two_at_once_do_not_mix(self):
        server = self.serve("stall=2000*1")
        child = self.stalled_child(server)
        result = self.fetch(server)
        child.kill()
        child.wait()
        self.expect_refused(result, "input/output error", "in use by another fetch", kept=True)
        self.assertEqual(len(server.requests), 1)

    def test_cancelled(self):
        server, _ = self.refuse("stall=2000", "input/output error", "cancelled", kept=True, cancel_after=0, attempts=3)
        self.assertEqual(len(server.requests), 1)

    def test_cancelled_while_waiting(self):
        start = time.monotonic()
        server, _ = self.refuse("drop=2000", "input/output error", "cancelled", kept=True, cancel_after=1999, attempts=3,
                                backoff_ms=30_000)
        self.assertLess(time.monotonic() - start, 10)
        self.assertEqual(len(server.requests), 1)

    def test_each_allocation_may_fail(self):
        server = self.serve("drop=2000")
        self.fetch(server)  # so that there is something to take up
        server.faults.clear()
        for n in range(1, 100):
            result = self.fetch(server, fail_at=n)
            if result.code == "ok":
                break
            self.assertEqual((result.code, self.read()), ("out of memory", PREVIOUS), n)
        self.expect_whole(result)
        self.assertGreater(n, 5)


class Tls(FetchTest):
    """With a throw-away certificate that nobody knows."""

    @classmethod
    def setUpClass(cls):
        if shutil.which("openssl") is None:
            raise unittest.SkipTest("no openssl program")
        cls.keys = tempfile.mkdtemp(prefix="vd-fetch-tls-")
        cls.addClassCleanup(shutil.rmtree, cls.keys)
        cls.ours = cls.certificate("ours", "IP:127.0.0.1")
        cls.foreign = cls.certificate("foreign", "DNS:feeds.invalid")

    @classmethod
    def certificate(cls, name, subject):
        cert, key = (os.path.join(cls.keys, f"{name}.{kind}") for kind in ("crt", "key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={subject}", "-keyout", key,
                        "-out", cert], check=True, capture_output=True)
        return cert, key

    def test_an_unknown_authority(self):
        server = self.serve(tls=self.ours)
        result = self.fetch(server, attempts=3)
        self.expect_refused(result, "input/output error", f"{server.url}/feed: SSL certificate problem: self")
        self.assertEqual(server.requests, [])

    def test_an_authority_the_environment_names(self):
        server = self.serve(tls=self.ours)
        folder = os.path.join(self.keys, "folder")
        os.makedirs(folder, exist_ok=True)
        shutil.copy(self.ours[0], os.path.join(folder, "ours.pem"))
        subprocess.run(["openssl", "rehash", folder], check=True, capture_output=True)
        for setting in ({"CURL_CA_BUNDLE": self.ours[0]}, {"SSL_CERT_FILE": self.ours[0]}, {"SSL_CERT_DIR": folder},
                        {"CURL_CA_BUNDLE": self.ours[0], "SSL_CERT_FILE": "/nowhere"}):
            self.expect_whole(self.fetch(server, setting))
        self.write(self.path, PREVIOUS)
        self.expect_refused(self.fetch(server, {"CURL_CA_BUNDLE": "/nowhere"}), "input/output error", "/nowhere")

    def test_the_certificate_of_another_host(self):
        server = self.serve(tls=self.foreign)
        result = self.fetch(server, {"CURL_CA_BUNDLE": self.foreign[0]})
        self.expect_refused(result, "input/output error", "matches target host name '127.0.0.1'")

    def test_https_is_not_left(self):
        plain = self.serve()
        server = self.serve(f"redirect={plain.url}/feed", tls=self.ours)
        result = self.fetch(server, {"CURL_CA_BUNDLE": self.ours[0]})
        self.expect_refused(result, "malformed input", "https is not left for http")
        self.assertEqual(plain.requests, [])

    def test_http_is_left_for_https(self):
        server = self.serve(tls=self.ours)
        first = self.serve(f"redirect={server.url}/feed")
        self.expect_whole(self.fetch(first, {"CURL_CA_BUNDLE": self.ours[0]}))

    def test_the_rest_over_tls(self):
        server = self.serve("drop=2000*1", tls=self.ours)
        result = self.fetch(server, {"CURL_CA_BUNDLE": self.ours[0]}, attempts=2)
        self.expect_whole(result)
        self.assertEqual(result.received, 5000)


def run(case):
    stream = io.StringIO()
    result = unittest.TextTestRunner(stream).run(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    return result.wasSuccessful(), f"{case.__name__}: {stream.getvalue()}"


def main():
    """All cases side by side, since most of the time is waiting; or the named tests."""
    if len(sys.argv) > 2:
        unittest.main(argv=sys.argv[1:])
    with concurrent.futures.ThreadPoolExecutor() as pool:
        results = list(pool.map(run, FetchTest.__subclasses__()))
    print("".join(text for _, text in results))
    return 0 if all(good for good, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
