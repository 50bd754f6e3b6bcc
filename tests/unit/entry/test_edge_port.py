"""Where the push server listens: beside the web server, or the next free place."""

import socket
from dataclasses import replace

from anxin.entry.up import edge_port
from anxin.infra.config import Config


def test_it_listens_beside_the_web_server_or_a_little_further_when_that_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = replace(Config(), host="127.0.0.1", port=port - 1)
        assert port < edge_port(settings) <= port + 20


def test_a_port_that_was_set_is_not_looked_for():
    assert edge_port(replace(Config(), edge_port=1, port=8000)) == 1
    assert Config(port=8000).edge_port_number == 8001
