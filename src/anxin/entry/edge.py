"""The push server's process: the edge, composed with the clock, the key and the bus of this data directory."""

import logging
import os
import sys

from anxin.edge.server import Settings, serve
from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.infra.push import listen, ticket_key


def run() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = config()
    with listen(settings.home_path) as bus:
        own = settings.home_path / "edge" / f"{os.getpid()}.sock"
        try:
            serve(Settings(settings.host, settings.edge_port_number, bus, ticket_key(), now))
        finally:
            own.unlink(missing_ok=True)


if __name__ == "__main__":
    logging.basicConfig(
        level=config().log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    run()
