"""Ends with a message where something listens on the port already: ``python scripts/port_is_free.py 8000``."""

import socket
import sys

port = sys.argv[1]
if not port.isdecimal() or not 0 < int(port) < 65536:
    sys.exit(f"PORT={port} is no port. A good value: PORT=8000")
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(port)))
    except OSError:
        sys.exit(f"Port {port} is taken. Stop what runs there, or choose another: make run PORT={int(port) + 1}")
