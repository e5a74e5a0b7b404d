"""A connection to a server on which the short things that it says come in pieces of a few bytes."""
import contextlib
import socket
import threading
import time

PIECE = 40  # bytes: less than any command with a secret
SHORT = 400  # bytes: more than a command with a secret; what is longer comes as it is, zeros among it
PAUSE = 0.001  # seconds, for the reader to take a piece by itself


class Relay:
    """Listens on 127.0.0.1 at .port for the server at a port, until end()."""

    def __init__(self, server_port):
        self.server_port = server_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = [self.listener]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server_port))
                self.open += [client, server]
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for source, target, cuts in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self.pass_on, args=(source, target, cuts), daemon=True).start()

    @staticmethod
    def pass_on(source, target, cuts):
        with contextlib.suppress(OSError):
            while True:
                content = source.recv(65536)
                if not content:
                    break
                piece = PIECE if cuts and len(content) < SHORT else len(content)
                for at in range(0, len(content), piece):
                    target.sendall(content[at:at + piece])
                    if cuts:
                        time.sleep(PAUSE)
            target.shutdown(socket.SHUT_WR)

    def end(self, _by=None):
        for one in self.open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
