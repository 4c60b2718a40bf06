"""How well noticing does on simulated practices, beside the rules of thumb, and where its weights come from."""
