"""Wald tests of hypotheses about a model's coefficients: what is tested, and the page that tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loglik.errors import DataError
from loglik.inference.contrasts import WaldTest, hypotheses, wald_test
from loglik.model.arguments import checked_numbers
from loglik.model.vcov import vcov_of

if TYPE_CHECKING:
    from loglik.array_types import Array
    from loglik.inference.kinds import Vcov, VcovKind
    from loglik.model.classifier import Classifier

SCHEMA = "loglik.test/1"
FIELDS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")


@dataclass(frozen=True)
class HypothesisTest(WaldTest):
    """A Wald test, with the covariance that it stands on.

    Parameters
    ----------
    vcov : Vcov
        Which covariance.
    conf_level : float
        Coverage of the intervals.
    target : str
        Target column of the model.
    """

    vcov: Vcov
    conf_level: float
    target: str

    def as_json(self) -> dict[str, Any]:
        """Return the ``loglik.test/1`` document."""
        columns = [getattr(self, name).tolist() for name in FIELDS]
        rows = zip(self.hypotheses, *columns, strict=True)
        return {
            "schema": SCHEMA,
            "target": self.target,
            "vcov": self.vcov.as_json(),
            "level": self.conf_level,
            "hypotheses": [dict(zip(("hypothesis", *FIELDS), row, strict=True)) for row in rows],
            "joint": {"statistic": self.chi2, "df": self.df, "p_value": self.chi2_p_value},
        }

    def summary(self) -> str:
        """The test as text, as the command-line tool prints it."""
        from loglik.model.inference_pages import hypothesis_page, page_text  # Rich takes a while to import

        return page_text(hypothesis_page(self.as_json()))

    def __str__(self) -> str:
        return self.summary()


def hypothesis_test(
    model: Classifier, text: Any, vcov: VcovKind | None, cluster: Any, data: Any, table: str | None, offset: Any,
    conf_level: float | None,
) -> HypothesisTest:  # fmt: skip
    """Test hypotheses; parameters and errors are those of `FittedClassifier.test`."""
    if not isinstance(text, str):
        raise DataError("LL118.no_text", name="hypotheses", value=text)
    level = checked_numbers(conf_level=model.report.conf_level if conf_level is None else conf_level)["conf_level"]
    of, v = vcov_of(model, vcov, cluster, data, table, offset)
    tested = hypotheses(text, [(t.class_, t.term) for t in model.report.terms])
    found = wald_test(tested, _estimates(model), v, level)
    return HypothesisTest(**vars(found), vcov=of, conf_level=level, target=model.report.target)


def _estimates(model: Classifier) -> Array:
    import numpy as np

    return np.array([t.estimate for t in model.report.terms])
