"""What looking back over a practice came to, as one document and as a page made from it alone."""
