"""Django's PostgreSQL backend, which looks at a kept connection before it asks the server whether it is alive."""
