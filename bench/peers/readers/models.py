"""The readers, as nuntius' documentation shows them."""

from nuntius.models import BaseSubscriber


class Reader(BaseSubscriber):
    """Somebody who reads the newsletter."""
