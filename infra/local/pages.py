"""Serves web/dist as CloudFront would: with the headers of infra/pages/template.yaml, compressed, and a config.json of this stack."""

import gzip
import json
import mimetypes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from samtranslator.yaml_helper import yaml_parse

from settings import API_URL, PAGES_PORT, ROOT

DIST = ROOT / "web/dist"
COMPRESSED = {".html", ".js", ".css", ".svg", ".json"}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


def headers(api=API_URL, template=None):
    """The headers of the distribution's policy, with the API's address in the place of its parameter."""
    template = template or yaml_parse((ROOT / "infra/pages/template.yaml").read_text())
    policy = template["Resources"]["Headers"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    content = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    return {
        "Content-Security-Policy": content.strip().replace("${ApiOrigin}", api),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        **{item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]},
    }


def find(path, root=DIST):
    """The file of a path and how long it may be kept, or nothing. Never a file outside of the folder."""
    name = unquote(path).lstrip("/") or "index.html"
    file = (root / name).resolve()
    if not file.is_relative_to(root.resolve()) or not file.is_file():
        return None
    return file, FOR_EVER if name.startswith("assets/") else ASK_FIRST


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shared = {}

    def do_GET(self):
        path = urlsplit(self.path).path
        if path == "/config.json":
            return self.answer(200, json.dumps({"api": API_URL}).encode(), "application/json", ASK_FIRST)
        found = find(path)
        if not found:
            return self.answer(404, b"There is no such page.\n", "text/plain", ASK_FIRST)
        file, kept = found
        content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.answer(200, file.read_bytes(), content_type, kept, file.suffix in COMPRESSED)

    do_HEAD = do_GET

    def answer(self, status, body, content_type, kept, compress=False):
        self.send_response(status)
        if compress and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        text = content_type.startswith("text/") or content_type.endswith(("javascript", "json"))
        self.send_header("Content-Type", f"{content_type}; charset=utf-8" if text else content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", kept)
        for name, value in self.shared.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    Pages.shared = headers()
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer(("127.0.0.1", PAGES_PORT), Pages).serve_forever()


if __name__ == "__main__":
    main()
