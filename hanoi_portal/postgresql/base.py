"""The connection (`ENGINE`): Django's own but for how it is found alive, and that it can have statements planned once.

Alive: Django asks before each request. A server that ended, was started anew or cut the line has closed its side, and a
closed line can be read at once: its end. Where nothing is to be read, nobody has to be asked, which spares each
request a round trip.

Planned: what an article's page asks takes the server longer to plan than to answer.
"""

import itertools
import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection; `is_usable` asks the server only when it has said something of its own accord."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; nothing is planned there yet."""
        self._planned: dict[str, str] = {}
        self._numbers = itertools.count()
        return super().get_new_connection(conn_params)

    def plan(self, sql: str) -> str:
        """Return the name under which this connection EXECUTEs the SQL, whose values are $1, $2 and so on.

        The server plans it once (PREPARE), and anew when tables or their statistics have changed.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        name = self._planned.get(sql)
        if name is None:
            name = f"planned_{next(self._numbers)}"
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {name} AS {sql}")
            self._planned[sql] = name
        return name

    def is_usable(self) -> bool:
        """Tell whether the connection still stands."""
        if self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return not line.poll(0) or super().is_usable()
