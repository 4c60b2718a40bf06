"""Where the weights of the learned reading of wording come from, and how well they do on a hand they have not read."""
