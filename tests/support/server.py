"""A web application on a loopback port, for tests that need a real one."""

import contextlib
import threading
from collections.abc import Iterator
from wsgiref.types import WSGIApplication

from werkzeug.serving import make_server


@contextlib.contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """Serve `app` from a thread of this process; yields its base URL, without a slash at the end.

    The port is the system's choice and accepts connections before the URL is
    known, so there is nothing to wait for.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # Looks for the end more often than the default, which makes each test wait.
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
