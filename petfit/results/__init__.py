"""From posterior draws to answers."""
