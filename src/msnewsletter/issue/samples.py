"""Tells the sample summaries that the program ships, by what they say was found. Pure.

So a sample is known in any home, whatever its file and key are called, and a summary that an editor
has written in a sample's place is none. A test compares the digests with the packaged samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.issue.same_study import Mark, marks_of

if TYPE_CHECKING:
    from msnewsletter.model import Summary

# The `found_digest` of each of them. Those that an earlier version shipped stay: homes have them.
SAMPLES: Final = frozenset(
    {
        # cmv-killer-t-cells.md
        "55d84f3a8642abb49483531775da68f6276bfe6798ed0529ecca682d3176b387",
        # epstein-barr-and-ms.md
        "1b7cacb79fa6f08e9098ac6df17f5339542c1cdce46a79879e54f1f07e9a08df",
        # exercise-page.txt
        "42c6fc46d342eaebfa10b6ed6c936bbd8da2b1342965e652e515b32fdcd45f4b",
        # fumarate-in-a-dish.md
        "6f461f0a737ba2c703410f1f21d136e8b6a49c132d4416899c40fa45233d9758",
        # held-until-2099.md
        "489a9379d1ac1455d06221cf4abc458795dd80b01d99f4c933d197ee92676102",
        # hsv-in-cells.md
        "9cf144b2ebda44fdef12c94b40e458c7fd3a7e668ca478c78be4375475a56805",
        # il6-mice.md
        "0588a2c90ec2a341df5466ad15a15d00e40a6b9acda0bd44a1c423d4c2123579",
        # optic-nerve-contrast.md
        "ec21989ad16eb19e659bd0ce39320e4df6aba55277d3c51b4c0cd9f6b1e59b53",
        # retroviruses-review.md
        "6a4f977a0d268b33a22a46e9731f85895a02056a7792cbe0d262cf3c35f7ab04",
    }
)


def is_sample(summary: Summary) -> bool:
    """Whether what it says was found is word for word that of a sample."""
    return marks_of(summary).get(Mark.FOUND) in SAMPLES
