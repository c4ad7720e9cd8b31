"""The verbs of campaigns, one function each: rule, transaction, conditional change, history, outbox."""
