"""What `make` runs to look after the house. Nothing here ships."""
