"""An office's pages, served on a port of their own while a test looks at them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from waitress import create_server

from webapp.app import create_app
from webapp.site import Site


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """Serve the pages of `site` as long as the block runs; their address."""
    server = create_server(create_app(site), host="127.0.0.1", port=0, threads=4)
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        running.join(5)
