"""Comments: what readers write, the human check, and moderation."""
