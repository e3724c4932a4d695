"""Checks that Sightline and huggingface_hub share one cache, against a hub on this machine; and writes the test fixture.

    python Tools/hub/shared_cache.py --sightline .build/release/sightline     # both directions
    python Tools/hub/shared_cache.py --fixture Tests/Fixtures/hub             # the cache that huggingface_hub makes

Pinned: huggingface_hub 2.4.0 (any later one should do). Nothing but loopback is asked.
"""

import argparse
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

REPOSITORY = "acme/tiny-model"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b'{"model_type": "test"}',
    "tokenizer.json": b"{}",
    "1_Pooling/config.json": b'{"pooling_mode_lasttoken": true}',
    "model.safetensors": bytes(range(256)) * 16,
}
LARGE = {"model.safetensors"}


def digest(path):
    content = FILES[path]
    if path in LARGE:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class HubServer(http.server.BaseHTTPRequestHandler):
    requests = []

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, with_body):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        HubServer.requests.append((self.command, path))
        if path in (f"/api/models/{REPOSITORY}/revision/{revision}" for revision in ("main", COMMIT)):
            siblings = [{"rfilename": name} for name in FILES]
            return self.send(json.dumps({"id": REPOSITORY, "sha": COMMIT, "siblings": siblings}).encode(), {}, with_body)
        if path in (f"/api/models/{REPOSITORY}/tree/{revision}" for revision in ("main", COMMIT)):
            entries = []
            for name, content in FILES.items():
                entry = {"type": "file", "path": name, "size": len(content), "oid": digest(name) if name not in LARGE else "0" * 40}
                if name in LARGE:
                    entry["lfs"] = {"oid": digest(name), "size": len(content), "pointerSize": 130}
                entries.append(entry)
            return self.send(json.dumps(entries).encode(), {}, with_body)
        for revision in ("main", COMMIT):
            prefix = f"/{REPOSITORY}/resolve/{revision}/"
            if path.startswith(prefix) and path[len(prefix):] in FILES:
                name = path[len(prefix):]
                return self.send(FILES[name], {"ETag": f'"{digest(name)}"', "X-Repo-Commit": COMMIT}, with_body)
        self.send_error(404)

    def send(self, body, headers, with_body):
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


def contents(folder):
    root = pathlib.Path(folder)
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def bodies():
    return [path for command, path in HubServer.requests if command == "GET" and "/resolve/" in path]


def both_directions(sightline, home, snapshot_download):
    ours, theirs = str(home / "ours"), str(home / "theirs")

    subprocess.run([sightline, "pull", REPOSITORY], check=True, env={**os.environ, "HF_HUB_CACHE": ours}, stdout=subprocess.DEVNULL)
    check(len(bodies()) == len(FILES), "sightline fetched every file")
    HubServer.requests.clear()
    folder = snapshot_download(REPOSITORY, cache_dir=ours)
    check(contents(folder) == FILES, "huggingface_hub reads the cache that sightline made")
    check(not bodies(), "and fetches none of its files again")
    folder = snapshot_download(REPOSITORY, cache_dir=ours, local_files_only=True)
    check(contents(folder) == FILES, "also offline")

    HubServer.requests.clear()
    folder = snapshot_download(REPOSITORY, cache_dir=theirs)
    HubServer.requests.clear()
    environment = {**os.environ, "HF_HUB_CACHE": theirs}
    printed = subprocess.run([sightline, "pull", REPOSITORY], check=True, env=environment, capture_output=True, text=True).stdout.strip()
    check(os.path.samefile(printed, folder), "sightline finds the snapshot that huggingface_hub made")
    check(not bodies(), "and fetches none of its files again")
    printed = subprocess.run(
        [sightline, "pull", REPOSITORY, "--offline"], check=True, env=environment, capture_output=True, text=True).stdout.strip()
    check(os.path.samefile(printed, folder), "also offline")

    from huggingface_hub import scan_cache_dir

    for cache in (ours, theirs):
        listed = json.loads(subprocess.run(
            [sightline, "models", "--json"], check=True, env={**os.environ, "HF_HUB_CACHE": cache, "XDG_CACHE_HOME": str(home)},
            capture_output=True, text=True).stdout)
        scanned = scan_cache_dir(cache)
        check(not scanned.warnings, f"huggingface_hub's scan of {os.path.basename(cache)} has no warnings")
        (repository,) = scanned.repos
        (revision,) = repository.revisions
        check(
            [(m["repository"], m["commit"], m["revisions"], m["bytes"]) for m in listed]
            == [(repository.repo_id, revision.commit_hash, sorted(revision.refs), revision.size_on_disk)],
            f"both list the same in {os.path.basename(cache)}")
    subprocess.run([sightline, "models", "remove", REPOSITORY], check=True, env={**os.environ, "HF_HUB_CACHE": ours}, stdout=subprocess.DEVNULL)
    check(not scan_cache_dir(ours).repos, "what sightline removed is gone for huggingface_hub")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sightline", help="the program; checks both directions")
    parser.add_argument("--fixture", help="folder to write huggingface_hub's cache to")
    arguments = parser.parse_args()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), HubServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        os.environ.update({
            "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        })
        for name in ("HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE"):
            os.environ.pop(name, None)
        from huggingface_hub import __version__, snapshot_download

        print(f"huggingface_hub {__version__}")
        if arguments.sightline:
            both_directions(os.path.abspath(arguments.sightline), home, snapshot_download)
        if arguments.fixture:
            target = pathlib.Path(arguments.fixture) / "cache"
            shutil.rmtree(target, ignore_errors=True)
            snapshot_download(REPOSITORY, cache_dir=home / "fixture")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(home / "fixture", target, symlinks=True, ignore=shutil.ignore_patterns(".locks", "CACHEDIR.TAG"))
            print(f"wrote {target}")


main()
