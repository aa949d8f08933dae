"""Data of the books' shapes, and noise in them, where what hands them out is missing.

There are fewer samples than in the books: what a script does with them is to be seen,
and not to be learned.
"""

from typing import Any, Callable, Dict, Tuple

import numpy as np

TRAIN, TEST = 1000, 200
"""Samples to train with and to test by."""
CORPUS, VOCABULARY = 20000, 10000
"""Words of a text, and how many there are of them: the latter is the book's."""
ASKED = ("<eos>", "<unk>", "N", "you", "year", "car", "toyota", "king", "man", "woman")
"""Words that the second volume's scripts look up."""


def load_mnist(
    normalize: bool = True, flatten: bool = True, one_hot_label: bool = False
) -> Any:
    """Images of noise, by the book's options: ((x, t), (x, t)) to train and test."""
    noise = np.random.RandomState(0)

    def images(count: int) -> Any:
        x = noise.randint(0, 256, (count, 1, 28, 28)).astype(np.uint8)
        t = noise.randint(0, 10, count).astype(np.uint8)
        if normalize:
            x = x.astype(np.float32) / np.float32(255)
        if flatten:
            x = x.reshape(count, 784)
        return x, np.eye(10, dtype=np.uint8)[t] if one_hot_label else t

    return images(TRAIN), images(TEST)


def load_data(seed: int = 1984) -> Any:
    """Points of three spirals' shapes: x, and t in one-hot form."""
    noise = np.random.RandomState(0)
    return noise.uniform(-1, 1, (300, 2)), np.eye(3, dtype=int)[np.arange(300) // 100]


SEQUENCES = {"date.txt": (29, 11, 59)}
"""Of other files than the sums: how long questions and answers are, and of how many
characters they are made."""
SUMS = (7, 5, 13)

_last_file = ["addition.txt"]


def load_sequences(file_name: str = "addition.txt", seed: int = 1984) -> Any:
    """Questions and answers as numbers of characters: ((x, t), (x, t))."""
    _last_file[0] = file_name
    noise, (asked, answered, size) = np.random.RandomState(0), _of_file()

    def pairs(count: int) -> Any:
        x = noise.randint(0, size, (count, asked))
        return x, noise.randint(0, size, (count, answered))

    return pairs(TRAIN), pairs(TEST)


def _of_file() -> Tuple[int, int, int]:
    return SEQUENCES.get(_last_file[0], SUMS)


def get_vocab() -> Any:
    """The characters' numbers, and the numbers' characters."""
    size = _of_file()[2]
    known = "0123456789+ _"
    others = (chr(c) for c in range(ord("!"), ord("~") + 1) if chr(c) not in known)
    characters = [*known, *others][:size]
    return _both_ways(characters)


def _both_ways(words: Any) -> Any:
    return {word: n for n, word in enumerate(words)}, dict(enumerate(words))


def load_vocab() -> Any:
    """The words' numbers, and the numbers' words."""
    others = ("word{}".format(n) for n in range(len(ASKED), VOCABULARY))
    return _both_ways([*ASKED, *others])


def load_corpus(data_type: str = "train") -> Any:
    """A text as numbers of words, each there; and the words' numbers, both ways."""
    noise = np.random.RandomState(0)
    corpus = noise.permutation(np.arange(CORPUS) % VOCABULARY)
    return (corpus, *load_vocab())


def _pictures(*shape: int, labels: Tuple[int, ...] = ()) -> Callable[..., Any]:
    """Whole numbers to 255, and classes of ten: ((x, t), (x, t))."""

    def load(*_: Any, **__: Any) -> Any:
        noise = np.random.RandomState(0)

        def images(count: int) -> Any:
            x = noise.randint(0, 256, (count, *shape)).astype(np.uint8)
            return x, noise.randint(0, 10, (count, *labels)).astype(np.uint8)

        return images(TRAIN), images(TEST)

    return load


class Bunch(Dict[str, Any]):
    """What scikit-learn gives: names with values, which are attributes as well."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _table(rows: int, columns: int, classes: int) -> Callable[..., Any]:
    """Rows of numbers, and the class of each."""

    def load(*_: Any, return_X_y: bool = False, **__: Any) -> Any:
        noise = np.random.RandomState(0)
        data, target = noise.uniform(0, 8, (rows, columns)), np.arange(rows) % classes
        if return_X_y:
            return data, target
        names = ["class{}".format(n) for n in range(classes)]
        features = ["feature{}".format(n) for n in range(columns)]
        return Bunch(
            data=data,
            target=target,
            target_names=np.array(names),
            feature_names=features,
        )

    return load


DATA: Dict[Tuple[str, str], Callable[..., Any]] = {
    ("mnist", "load_mnist"): load_mnist,
    ("spiral", "load_data"): load_data,
    ("sequence", "load_data"): load_sequences,
    ("sequence", "get_vocab"): get_vocab,
    ("ptb", "load_data"): load_corpus,
    ("ptb", "load_vocab"): load_vocab,
    ("mnist", "load_data"): _pictures(28, 28),
    ("fashion_mnist", "load_data"): _pictures(28, 28),
    ("cifar10", "load_data"): _pictures(32, 32, 3, labels=(1,)),
    ("datasets", "load_iris"): _table(150, 4, 3),
    ("datasets", "load_wine"): _table(178, 13, 3),
    ("datasets", "load_breast_cancer"): _table(569, 30, 2),
    ("datasets", "load_digits"): _table(1797, 64, 10),
}
"""What hands out data, by the names of its module and its own: the books', those of
Keras and of scikit-learn."""
