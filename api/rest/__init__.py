"""JSON, version 1: the routes, who is calling, and every error as a problem document."""
