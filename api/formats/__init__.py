"""Other people's formats, in and out: pure translation, no database, no clock and no network."""
