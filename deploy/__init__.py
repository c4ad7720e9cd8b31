"""Running the portal on a machine: set-up, the process manager, services for the tests."""
