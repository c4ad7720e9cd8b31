"""People's accounts: invited by mail, own password, second factor, switched off when they leave."""
