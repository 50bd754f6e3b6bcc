"""What was shown and what came of it: an append-only file that a model can be learned from again, bit for bit.

A record is an impression (its keys, and the labels known when it was written), an outcome (a label of an earlier impression
changed), or a part of a silence (`ripening`). Records are checked one by one: a torn tail is cut off when the log is opened,
and nothing before it is lost.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anxin.engine.compiling import Bools, Keys, Longs, Signs, Table, compiled
from anxin.engine.errors import LogUnreadable, WrongShape
from anxin.engine.rank.features import mix
from anxin.engine.rank.heads import Recipe
from anxin.engine.rank.ripening import Part, Ripening

MAGIC = b"ANXLOG1\0"
HEADER = np.dtype([("magic", "S8"), ("width", "<i8"), ("heads", "<i8"), ("base", "<i8")])
UNKNOWN, NO, YES = -1, 0, 1
SHOWN = -1  # the `head` of a record that is an impression
SILENCE = 2  # the `sign` of a part of a silence; negative where it is taken back


class Log:
    """The log of one model. One writer; readers may map it at the same time."""

    def __init__(self, path: Path, recipe: Recipe) -> None:
        self.path = path
        self._record = _record(recipe)
        self._causes = np.array(recipe.causes(), np.int64)
        self._names = [head.name for head in recipe.heads]
        self._shape = (recipe.width, len(recipe.heads))
        if not path.exists():
            path.write_bytes(np.array((MAGIC, *self._shape, 0), HEADER).tobytes())
        self.base = _checked_base(path, self._shape)
        self.torn = self._cut_torn_tail()
        records = self.records()
        self._count = len(records)
        self._labels = np.array(records["labels"], np.int8)
        self._shown = np.array(records["head"] == SHOWN)
        changes = (records["subject"] - self.base, records["head"], records["sign"])
        _replay(*changes, self._causes, self._labels)
        self._ripening = Ripening.of(recipe)
        self._ripen_again(records)

    @property
    def end(self) -> int:
        """Return the number that the next record will have."""
        return self.base + self._count

    def show(self, keys: Keys, at: Longs, labels: Signs) -> Longs:
        """Append impressions and return their numbers.

        `keys` rows × width, `at` UNIX seconds, `labels` rows × heads (UNKNOWN, NO or YES). A head whose cause is not YES is
        UNKNOWN whatever was given; one whose cause is YES is NO until an outcome says otherwise.
        """
        block = np.zeros(len(keys), self._record)
        if keys.shape != block["keys"].shape or labels.shape != block["labels"].shape:
            raise WrongShape("keys and labels", str(block["keys"].shape), f"{keys.shape}, {labels.shape}")
        labels = np.array(labels, np.int8)
        for head, cause in enumerate(self._causes):
            if cause >= 0:
                caused = labels[:, cause] == YES
                labels[:, head] = np.where(caused, np.maximum(labels[:, head], NO), UNKNOWN)
        block["subject"] = self.end + np.arange(len(keys))
        block["head"], block["at"], block["keys"], block["labels"] = SHOWN, at, keys, labels
        self._append(block, labels)
        self._begin(block)
        return np.asarray(block["subject"])

    def outcome(self, subjects: Longs, head: str, at: Longs, *, happened: bool = True) -> Bools:
        """Append that `head` happened to these impressions (or was withdrawn) and return which were recorded.

        Not recorded, so that a retry is harmless: what changes nothing, what lacks its cause, a cause that others rest on,
        an impression that is not, or is no longer, in the log.
        """
        number = self._names.index(head)
        rows = np.asarray(subjects, np.int64) - self.base
        fresh = _changes(rows, (number, happened), self._causes, self._labels[: self._count], self._shown)
        block = np.zeros(int(fresh.sum()), self._record)
        block["subject"], block["at"] = rows[fresh] + self.base, np.broadcast_to(at, rows.shape)[fresh]
        block["head"], block["sign"] = number, 1 if happened else -1
        if not happened:
            back = self._ripening.end(number, block["subject"].tolist())
            self._silences([(int(block["at"].max()), *each[:2]) for each in back for _ in range(each[2])], -SILENCE)
        self._append(block, self._unknown(block))
        if happened:
            self._ripening.begin(number, block["subject"].tolist(), block["at"].tolist())
        return fresh

    def ripen(self, now: int) -> int:
        """Append the parts of silences that are over by UNIX second `now`; return how many. Again changes nothing."""
        return self._silences(self._ripening.due(now), SILENCE)

    def labels(self, subjects: Longs) -> Signs:
        """Return what is known of impressions by now, rows × heads."""
        return self._labels[np.asarray(subjects) - self.base]

    def records(self) -> Table:
        """Return all whole records, mapped read-only."""
        count = (self.path.stat().st_size - HEADER.itemsize) // self._record.itemsize
        if count == 0:
            return np.zeros(0, self._record)
        return np.memmap(self.path, self._record, "r", HEADER.itemsize, (count,))

    def forget(self, before: int) -> None:
        """Drop records numbered below `before` (retention). Their late outcomes are no longer recorded or learned."""
        cut = int(np.clip(before - self.base, 0, self._count))
        head = np.array((MAGIC, *self._shape, self.base + cut), HEADER)
        fresh = self.path.with_suffix(".forgetting")
        fresh.write_bytes(head.tobytes() + self.records()[cut:].tobytes())
        fresh.replace(self.path)
        self.base, self._count = self.base + cut, self._count - cut
        self._labels, self._shown = self._labels[cut:], self._shown[cut:]
        self._ripening.forget(self.base)

    def _append(self, block: Table, labels: Signs) -> None:
        block["check"] = _checks(_words(block))
        with self.path.open("ab") as file:
            file.write(block.tobytes())
        end = self._count + len(block)
        self._labels, self._shown = _room(self._labels, end), _room(self._shown, end)
        self._labels[self._count : end], self._shown[self._count : end] = labels, block["head"] == SHOWN
        self._count = end

    def _silences(self, parts: Sequence[Part], sign: int) -> int:
        block = np.zeros(len(parts), self._record)
        if len(block):
            block["at"], block["subject"], block["head"] = np.array(parts, np.int64).T
            block["sign"] = sign
            self._append(block, self._unknown(block))
        return len(block)

    def _unknown(self, block: Table) -> Signs:
        return np.full((len(block), len(self._names)), UNKNOWN, np.int8)

    def _begin(self, block: Table) -> None:
        for cause in {cause for cause, _ in self._ripening.heads.values()}:
            happened = block[block["labels"][:, cause] == YES]
            self._ripening.begin(cause, happened["subject"].tolist(), happened["at"].tolist())

    def _ripen_again(self, records: Table) -> None:
        """Find out from the records what is still waited for."""
        causes = {cause for cause, _ in self._ripening.heads.values()}
        told = np.isin(records["head"], list(causes)) | (np.abs(records["sign"]) == SILENCE)
        first = (records["head"] == SHOWN) & (records["labels"][:, sorted(causes)] == YES).any(axis=1)
        for at in np.flatnonzero((told | first) & (records["subject"] >= self.base)):
            row = records[at : at + 1]
            subject, head, sign = int(row["subject"][0]), int(row["head"][0]), int(row["sign"][0])
            if head == SHOWN:
                self._begin(row)
            elif abs(sign) == SILENCE:
                self._ripening.learned(subject, head, 1 if sign > 0 else -1)
            elif sign > 0:
                self._ripening.begin(head, [subject], row["at"].tolist())
            else:
                self._ripening.end(head, [subject])
        self._ripening.plan_anew()

    def _cut_torn_tail(self) -> int:
        records = self.records()
        wrong = np.flatnonzero(np.asarray(records["check"]) != _checks(_words(np.asarray(records))))
        whole = int(wrong[0]) if len(wrong) else len(records)
        size = HEADER.itemsize + whole * self._record.itemsize
        torn = self.path.stat().st_size - size
        if torn:
            with self.path.open("r+b") as file:
                file.truncate(size)
        return torn


def cut_to(path: Path, recipe: Recipe, end: int) -> None:
    """Cut off the records numbered from `end` on, before the log is opened: a writer takes back what it had not finished."""
    size = _record(recipe).itemsize
    base = _checked_base(path, (recipe.width, len(recipe.heads)))
    wanted = HEADER.itemsize + max(end - base, 0) * size
    if path.stat().st_size > wanted:
        with path.open("r+b") as file:
            file.truncate(wanted)


def _record(recipe: Recipe) -> np.dtype[np.void]:
    heads = len(recipe.heads)
    padding = -(heads + 2) % 8
    return np.dtype(
        [
            ("check", "<u8"),
            ("subject", "<i8"),
            ("at", "<i8"),
            ("keys", "<u8", (recipe.width,)),
            ("head", "i1"),
            ("sign", "i1"),
            ("labels", "i1", (heads,)),
            ("padding", "i1", (padding,)),
        ]
    )


def _checked_base(path: Path, shape: tuple[int, int]) -> int:
    with path.open("rb") as file:
        head = file.read(HEADER.itemsize)
    if len(head) < HEADER.itemsize or not head.startswith(MAGIC):
        raise LogUnreadable(str(path), "it is not a log")
    found = np.frombuffer(head, HEADER)[0]
    if (found["width"], found["heads"]) != shape:
        raise LogUnreadable(str(path), "its records have another shape")
    return int(found["base"])


def _words(block: Table) -> Keys:
    return block.view(np.uint64).reshape(len(block), block.itemsize // 8)


def _room(array: Table, rows: int) -> Table:
    """Return the array with room for `rows` rows, doubled when it has to grow."""
    if rows <= len(array):
        return array
    grown = np.zeros((max(rows, 2 * len(array)), *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown


@compiled
def _checks(words: Keys) -> Keys:
    checks = np.empty(len(words), np.uint64)
    for row in range(len(words)):
        check = np.uint64(1)
        for place in range(1, words.shape[1]):
            check = mix(check + words[row, place])
        checks[row] = check
    return checks


@compiled
def _set(row: int, head: int, happened: bool, causes: Longs, labels: Signs) -> None:
    """Change one label; the heads that rest on it open (NO) or close (UNKNOWN)."""
    labels[row, head] = 1 if happened else 0
    for other in range(len(causes)):
        if causes[other] == head:
            labels[row, other] = 0 if happened else -1


@compiled
def _replay(rows: Longs, heads: Signs, signs: Signs, causes: Longs, labels: Signs) -> None:
    for at in range(len(rows)):
        if heads[at] != SHOWN and rows[at] >= 0 and abs(signs[at]) != SILENCE:
            _set(rows[at], heads[at], signs[at] > 0, causes, labels)


@compiled
def _changes(rows: Longs, change: tuple[int, bool], causes: Longs, labels: Signs, shown: Bools) -> Bools:
    head, happened = change
    fresh = np.zeros(len(rows), np.bool_)
    wanted = 1 if happened else 0
    for at in range(len(rows)):
        row = rows[at]
        if row < 0 or row >= len(labels) or not shown[row] or labels[row, head] == wanted:
            continue
        if causes[head] >= 0 and labels[row, causes[head]] != 1:
            continue
        held = False
        for other in range(len(causes)):
            held = held or (causes[other] == head and labels[row, other] == 1)
        if held:
            continue
        _set(row, head, happened, causes, labels)
        fresh[at] = True
    return fresh
