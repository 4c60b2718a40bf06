"""What a message says between the lines. `review` is the whole of it for callers; the rest are its parts."""

from api.domain.tone.reviewing import Finding, Review, review, review_by_phrases
from api.domain.tone.whole import Whole

__all__ = ["Finding", "Review", "Whole", "review", "review_by_phrases"]
