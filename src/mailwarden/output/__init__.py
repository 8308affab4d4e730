"""What the command prints: text for people, JSON for programs."""
