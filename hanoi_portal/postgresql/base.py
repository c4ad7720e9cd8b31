"""The connection (`ENGINE`): Django's own but for how it is found alive, which Django asks before each request.

A server that ended, was started anew or cut the line has closed its side, and a closed line can be read at once: its
end. Where nothing is to be read, nobody has to be asked, which spares each request a round trip.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection; `is_usable` asks the server only when it has said something of its own accord."""

    def is_usable(self) -> bool:
        """Tell whether the connection still stands."""
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return not line.poll(0) or super().is_usable()
