"""Names of the kinds of arrays, for annotations."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
"""Real numbers, of any shape."""
Vector: TypeAlias = Array
"""One index."""
Matrix: TypeAlias = Array
"""Two indices."""
Indices: TypeAlias = npt.NDArray[np.int64]
"""Places in another array."""
Labels: TypeAlias = npt.NDArray[np.int32]
"""A class, or a level, by its number, for each row."""
Mask: TypeAlias = npt.NDArray[np.bool_]
"""Which of them."""
