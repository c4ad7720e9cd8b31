"""Pages of the campaigns app: the officers' desk and the public plans."""
