"""Shapes without behaviour: the shared vocabulary, the database tables and the public wire contract."""
