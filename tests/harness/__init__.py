"""What end-to-end tests stand on: the real portal as processes, and a real SMTP server."""
