"""A headless Chromium, told what to do through a pipe (its DevTools
protocol): no port, no driver, nothing but Python's own library."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
         "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--mute-audio",
         "--hide-scrollbars", "--remote-debugging-pipe")
PATIENCE = 60		# seconds for one answer


class Browser:
    """Events that were not waited for are in .events."""

    def __enter__(self):
        program = next(filter(None, map(shutil.which, PROGRAMS)))
        self.home = tempfile.mkdtemp(prefix="tcptrav-browser.")
        ours, theirs = os.pipe(), os.pipe()
        self.write, self.read = ours[1], theirs[0]
        # The browser reads its descriptor 3 and writes to 4.
        self.process = subprocess.Popen(
            ["sh", "-c", 'exec 3<&%d 4>&%d; exec "$@"' % (ours[0], theirs[1]),
             "sh", program, *FLAGS, "--user-data-dir=" + self.home,
             "about:blank"],
            env=dict(os.environ, TMPDIR=self.home),  # its sockets, too
            pass_fds=(ours[0], theirs[1]), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ours[0])
        os.close(theirs[1])
        self.buffer, self.number, self.events = b"", 0, []
        self.session = None
        target = self.ask("Target.createTarget", url="about:blank")
        self.session = self.ask("Target.attachToTarget", flatten=True,
                                targetId=target["targetId"])["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")
        return self

    def __exit__(self, *exception):
        os.close(self.write)
        os.close(self.read)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def message(self, deadline):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.read], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            more = os.read(self.read, 1 << 20)
            if not more:
                raise EOFError("the browser has ended")
            self.buffer += more
        one, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(one)

    def ask(self, method, **params):
        self.number += 1
        text = {"id": self.number, "method": method, "params": params}
        if self.session:
            text["sessionId"] = self.session
        os.write(self.write, json.dumps(text).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            m = self.message(deadline)
            if m.get("id") != self.number:
                self.events.append(m)
            elif "error" in m:
                raise RuntimeError("%s: %s" % (method, m["error"]["message"]))
            else:
                return m["result"]

    def wait(self, method):
        deadline = time.monotonic() + PATIENCE
        while not any(e.get("method") == method for e in self.events):
            self.events.append(self.message(deadline))

    def open(self, url, width=360, height=740, dark=False, paper=False):
        """Load it, as a telephone does if it is narrow."""
        self.events = []
        self.ask("Emulation.setDeviceMetricsOverride", width=width,
                 height=height, deviceScaleFactor=2 if width < 600 else 1,
                 mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia",
                 media="print" if paper else "screen",
                 features=[{"name": "prefers-color-scheme",
                            "value": "dark" if dark else "light"}])
        self.ask("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def run(self, script):
        r = self.ask("Runtime.evaluate", expression=script,
                     returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in r:
            raise RuntimeError(r["exceptionDetails"]["text"])
        return r["result"].get("value")

    def shot(self, path, whole=True):
        clip = {}
        if whole:
            size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"captureBeyondViewport": True, "clip": {
                "x": 0, "y": 0, "scale": 1, "width": size["width"],
                "height": min(size["height"], 16000)}}
        data = self.ask("Page.captureScreenshot", **clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
