"""Writes reranker.pkl, a model file that looks unsafe and does no harm.

Unpickling it calls builtins.eval on a dictionary literal: the shape of an attack, with the payload
of a configuration. Protocol 2 keeps the bytes the same on every Python.
"""

import pickle
from pathlib import Path


class Lazy:
    def __init__(self, expression: str) -> None:
        self.expression = expression

    def __reduce__(self):
        return eval, (self.expression,)


def main() -> None:
    weights = Lazy("{'overlap': 0.7, 'distance': 0.3}")
    Path(__file__).with_name("reranker.pkl").write_bytes(pickle.dumps(weights, protocol=2))


if __name__ == "__main__":
    main()
