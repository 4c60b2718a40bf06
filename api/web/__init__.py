"""The front end: server-rendered pages that work without JavaScript.

A page calls the same use cases as REST, through the same gate, and adds nothing to them: no rule, no right and no
SQL lives here. No address ever holds a client's name, no page runs a script or style that is not a file of ours.
"""
