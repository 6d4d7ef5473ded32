"""A line between a browser and a server on this machine that can be cut and mended."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType

AT = "127.0.0.2"
"""Another address of the loopback, so that the port can be the server's own."""
SERVER = "127.0.0.1"
PIECE = 1 << 16


class Line:
    """Passes bytes on from AT to SERVER, at the same port; leaving the context ends it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.whole = True
        self.ends: list[socket.socket] = []
        self.lock = threading.Lock()
        self.door = socket.create_server((AT, port))
        threading.Thread(target=self.letting_in, name="line", daemon=True).start()

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()

    def cut(self) -> None:
        """Whatever runs over the line breaks off, and nothing new gets through."""
        with self.lock:
            self.whole = False
            for end in self.ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self.ends.clear()

    def mend(self) -> None:
        """New connections get through again."""
        with self.lock:
            self.whole = True

    def letting_in(self) -> None:
        """One connection after the other, until the door is shut."""
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            with self.lock:
                if not self.whole:
                    near.close()
                    continue
                try:
                    far = socket.create_connection((SERVER, self.port))
                except OSError:
                    near.close()
                    continue
                self.ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=passing_on, args=(source, sink), daemon=True).start()


def passing_on(source: socket.socket, sink: socket.socket) -> None:
    """Until either side ends; then both do."""
    with suppress(OSError):
        while piece := source.recv(PIECE):
            sink.sendall(piece)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
