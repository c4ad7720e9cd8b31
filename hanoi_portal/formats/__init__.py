"""How dates are written, where Django's own formats for a language are not ours (FORMAT_MODULE_PATH)."""
