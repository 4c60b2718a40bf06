"""PDFs for people: the termination note, the pack of everything around it, and the client's closing letter.

Pure: what was said comes in, bytes go out. All text travels as data, so that nothing anybody wrote can be markup or open a file.
"""
