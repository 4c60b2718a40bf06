"""What a message says between the lines. `review` is the whole of it for callers; the rest are its parts."""

from api.domain.tone.reviewing import Finding, Review, review, review_by_phrases

__all__ = ["Finding", "Review", "review", "review_by_phrases"]
