import http.server, importlib, json, signal, sys

def lazy(path):
    if path == "/json": return json.dumps({"ok": True})
    if path == "/plugin": return importlib.import_module("service.plugins." + "one").text()
    if path == "/sql":
        import sqlite3
        return "sql %d" % sqlite3.connect(":memory:").execute("select 40+2").fetchone()
    if path == "/yaml":
        import yaml
        return repr(yaml.safe_load("a: [1, 2]"))
    if path == "/sjis": return "%d sjis" % len("\u65e5\u672c".encode("shift_jis"))
    if path == "/zone":
        from datetime import datetime; from zoneinfo import ZoneInfo
        return datetime(2024, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo")).tzname()
    if path == "/tls":
        import ssl
        return "ca %s" % (len(ssl.create_default_context().get_ca_certs()) > 50)
    if path == "/xml":
        import xml.etree.ElementTree as e
        return "xml " + e.fromstring("<a>b</a>").text
    if path == "/pool":
        from concurrent.futures import ProcessPoolExecutor
        with ProcessPoolExecutor(1) as p: return "pool %d" % p.submit(abs, -3).result()
    if path == "/dec":
        import decimal, fractions, statistics
        return str(decimal.Decimal("0.1") + decimal.Decimal("0.2"))
    if path == "/sub":
        import subprocess
        return subprocess.run(["date", "+%Z"], capture_output=True, text=True).stdout
    if path == "/boom": raise RuntimeError("boom")
    return None

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try: body = "hello python %d" % sys.version_info[0] if self.path == "/" else lazy(self.path)
        except Exception as error: return self.send_error(500, "failed " + type(error).__name__)
        if body is None: return self.send_error(404)
        data = body.encode(); self.send_response(200); self.send_header("Content-Length", str(len(data))); self.end_headers(); self.wfile.write(data)
    def log_message(self, *arguments): pass

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
