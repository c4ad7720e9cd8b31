"""A fast SMTP server that accepts everything and keeps nothing: `python -m bench.sink PORT [GREETING_DELAY_MS]`.

It counts what it accepts and remembers the Message-IDs, so that a measurement can prove that everything arrived. Two
words of its own: XCOUNT answers `250 <messages> <different Message-IDs>`, XRESET begins anew. Standard library only.
"""

import asyncio
import re
import smtplib
import sys

MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
END = b"\r\n.\r\n"
ANSWERS = {
    b"EHLO": b"250-sink\r\n250-SIZE 50000000\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Sink:
    """What was accepted since the last XRESET."""

    def __init__(self) -> None:
        self.messages = 0
        self.ids: set[bytes] = set()

    def accept(self, content: bytes) -> None:
        """Count one message."""
        self.messages += 1
        found = MESSAGE_ID.search(content)
        if found:
            self.ids.add(found[1])


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, sink: Sink, delay: float) -> None:
        self.sink = sink
        self.delay = delay
        self.received = bytearray()
        self.is_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, after a while if so told."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        asyncio.get_running_loop().call_later(self.delay, transport.write, b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each command, and the end of each message."""
        self.received += data
        while True:
            if self.is_data:
                end = self.received.find(END)
                if end < 0:
                    return
                self.sink.accept(bytes(self.received[:end]))
                del self.received[: end + len(END)]
                self.is_data = False
                self.transport.write(b"250 taken\r\n")
            else:
                end = self.received.find(b"\r\n")
                if end < 0:
                    return
                command = bytes(self.received[:end])
                del self.received[: end + 2]
                self.answer(command)

    def answer(self, command: bytes) -> None:
        """Answer one command."""
        word = command[:4].upper()
        if command == b"XCOUNT":
            answer = b"250 %d %d\r\n" % (self.sink.messages, len(self.sink.ids))
        elif command == b"XRESET":
            self.sink.messages = 0
            self.sink.ids.clear()
            answer = b"250 anew\r\n"
        else:
            answer = ANSWERS.get(word, b"250 fine\r\n")
        self.is_data = word == b"DATA"
        self.transport.write(answer)
        if word == b"QUIT":
            self.transport.close()


class Counter:
    """Asks a sink what it has accepted, over a line of its own."""

    def __init__(self, port: int) -> None:
        self._line = smtplib.SMTP("127.0.0.1", port, timeout=10)

    def reset(self) -> None:
        """Begin anew."""
        self._line.docmd("XRESET")

    def count(self) -> tuple[int, int]:
        """Return how many messages came, under how many different Message-IDs."""
        messages, ids = self._line.docmd("XCOUNT")[1].split()
        return int(messages), int(ids)

    def close(self) -> None:
        """Hang up."""
        self._line.quit()


async def serve(port: int, delay: float) -> None:
    """Serve for ever."""
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(
        lambda: Line(sink, delay), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    milliseconds = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    asyncio.run(serve(int(sys.argv[1]), milliseconds / 1000))
