"""One file per noun. A route says what comes in and goes out and calls one use case; it decides nothing."""
