"""The commands of `leavetaking`, a file per noun. Each imports what it needs only when it runs: `--help` is instant."""
