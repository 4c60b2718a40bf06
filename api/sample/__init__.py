"""A practice that does not exist, for looking around in: people, two years of appointments, ordinary lives.

Made from a seed and a day, the same for the same two. It goes in by the roads that real facts take: files through
the import, acts through the services.
"""
