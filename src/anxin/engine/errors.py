"""What the engine refuses."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError


@dataclass(eq=False)
class MalformedTable(AnxinError):
    """{path}, line {line}: {reason}."""

    path: str
    line: int
    reason: str
    code = "engine.malformed_table"


@dataclass(eq=False)
class TooFewData(AnxinError):
    """{what} has {found}, and {needed} are needed to hold something out and still learn."""

    what: str
    found: int
    needed: int
    code = "engine.too_few_data"


@dataclass(eq=False)
class PictureOfWrongShape(AnxinError):
    """A picture of shape {shape} has no colours or is smaller than its grid; height × width × 3 is expected."""

    shape: str
    code = "engine.picture_of_wrong_shape"


@dataclass(eq=False)
class ModelUnreadable(AnxinError):
    """The model {path} cannot be used."""

    path: str
    code = "engine.model_unreadable"


@dataclass(eq=False)
class ModelMissing(ModelUnreadable):
    """The model {path} cannot be used: there is none."""

    code = "engine.model_missing"


@dataclass(eq=False)
class ModelForeign(ModelUnreadable):
    """The model {path} cannot be used: it was made by another version or another recipe."""

    code = "engine.model_foreign"


@dataclass(eq=False)
class ModelDamaged(ModelUnreadable):
    """The model {path} cannot be used: it is damaged, or its writer died in the middle of a step."""

    code = "engine.model_damaged"


@dataclass(eq=False)
class ModelReadOnly(ModelUnreadable):
    """The model {path} is open for reading only."""

    code = "engine.model_read_only"


@dataclass(eq=False)
class ModelBehindLog(ModelUnreadable):
    """The model {path} cannot learn on: the log no longer holds its next record."""

    code = "engine.model_behind_log"


@dataclass(eq=False)
class LogUnreadable(AnxinError):
    """The learner's log {path} cannot be used: {reason}."""

    path: str
    reason: str
    code = "engine.log_unreadable"


@dataclass(eq=False)
class NoGoodSnapshot(AnxinError):
    """No snapshot in {folder} is whole."""

    folder: str
    code = "engine.no_good_snapshot"


@dataclass(eq=False)
class WrongShape(AnxinError):
    """{what} must be {expected}, not {found}."""

    what: str
    expected: str
    found: str
    code = "engine.wrong_shape"


@dataclass(eq=False)
class MalformedFormula(AnxinError):
    """The value formula cannot be used: {reason}."""

    reason: str
    code = "engine.malformed_formula"


@dataclass(eq=False)
class WrongPropensities(AnxinError):
    """The logged propensities cannot be right: {reason}."""

    reason: str
    code = "engine.wrong_propensities"
