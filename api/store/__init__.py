"""Every SQL statement, and what keeps each inside its practice. No HTTP, no wire shapes, no rules of the clinic."""
