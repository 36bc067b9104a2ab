"""Ports for servers that must be told one."""

from __future__ import annotations

import socket

from free_ports import free_port, free_ports


def test_ports_are_several_and_free() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3
    for port in ports:
        socket.create_server(("127.0.0.1", port)).close()


def test_a_port_that_is_taken_is_not_given() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        assert free_port() != taken.getsockname()[1]
