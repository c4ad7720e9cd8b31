"""The outbox's verbs: queue a message, claim a batch, send it, put right what was interrupted.

The rows are the truth and the broker only a bell (docs/decisions/0003). `queue_mail` writes the row in the
transaction that causes it and rings after the commit; beat's sweep finds what nobody rang for. A worker claims rows by
conditional update, says "I hand this one over now" in a commit of its own, and marks it sent as its send returns:

    pending → claimed → sent         the server accepted it
                      → pending      certainly not sent: later again, waiting longer each time
                      → failed       refused for good (5xx), or given up after 48 hours
                      → unknown      handed over, and the answer was lost; resent once, same Message-ID
"""

from .again import send_again, send_anew
from .deliver import deliver_batch, deliver_due
from .marks import BATCH, claim_batch, recover_lapsed
from .queue import WRITTEN, queue_mail, ring_after_commit

__all__ = [
    "BATCH",
    "WRITTEN",
    "claim_batch",
    "deliver_batch",
    "deliver_due",
    "queue_mail",
    "recover_lapsed",
    "ring_after_commit",
    "send_again",
    "send_anew",
]
