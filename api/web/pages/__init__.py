"""One file per noun: which pages there are, what they show, what their forms do."""
