"""Memory of conversations that are over goes back to the system, where the C library is glibc."""

from __future__ import annotations

import sys
from typing import Any

M_ARENA_MAX = -8
"""The option's number in glibc's malloc.h."""
ARENAS = 2


def glibc() -> Any:
    """The C library of this process when it has what is asked of it here, else None."""
    if sys.platform != "linux":
        return None
    import ctypes

    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None


def few_arenas() -> None:
    """Let all threads share two arenas. By default each gets one of up to eight times the cores,
    and every one keeps its own freed memory."""
    library = glibc()
    if library is not None:
        library.mallopt(M_ARENA_MAX, ARENAS)


def return_memory() -> None:
    """Seen after a spoken interview: 470 MB resident, 320 MB afterwards. Takes some 10 ms."""
    library = glibc()
    if library is not None:
        library.malloc_trim(0)
