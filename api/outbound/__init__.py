"""Every byte that leaves: mail, messages, signed notices to other systems.

The only room that may import an HTTP or mail client; the contract `one-way-out` holds the others to that.
"""
