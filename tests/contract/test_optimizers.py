"""Every clause of an optimizer has a mutant that breaks it, and right ones keep all."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from gradproof.contract.optimizers import CLAUSES
from gradproof.contract.verdicts import Verdict
from gradproof.defects.updates import BY_CLAUSE, NOT_FINITE
from gradproof.examination.layers import OptimizerExamination, examine_layers
from gradproof.ports.layer_doors import Layers
from gradproof.ports.trials import Moment
from gradproof.report.messages import CATALOGUES

Array = Any


class Sgd:
    def __init__(self, lr: float = 0.01) -> None:
        self.lr = lr

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= self.lr * grads[key]


class ListedSgd(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for param, grad in zip(params, grads, strict=True):
            param -= self.lr * grad


class ListedLosing(ListedSgd):
    def update(self, params: Any, grads: Any) -> None:
        super().update(params, grads)
        params.pop()


class ListedEmptying(ListedSgd):
    def update(self, params: Any, grads: Any) -> None:
        super().update(params, grads)
        grads.clear()


class Momentum:
    def __init__(self, lr: float = 0.01, momentum: float = 0.9) -> None:
        self.lr, self.momentum = lr, momentum
        self.v: Any = {}

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            v = self.velocity(key, grads[key])
            self.v[key] = v
            params[key] += v

    def velocity(self, key: str, grad: Array) -> Array:
        return self.momentum * self.v.get(key, 0) - self.lr * grad


class SharedByShape(Momentum):
    """Keeps a velocity for every shape and not for every parameter."""

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            shape = str(params[key].shape)
            self.v[shape] = self.velocity(shape, grads[key])
            params[key] += self.v[shape]


class AdaGrad:
    def __init__(self, lr: float = 0.01) -> None:
        self.lr = lr
        self.h: Any = {}

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            self.h[key] = self.h.get(key, 0) + grads[key] ** 2
            params[key] -= self.lr * grads[key] / self.root(self.h[key])

    def root(self, h: Array) -> Array:
        return np.sqrt(h) + 1e-7


class Raising(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        self.lr *= 0.999
        raise ValueError(f"{len(params)} {len(grads)}")


class Flat(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] = (params[key] - self.lr * grads[key]).ravel()


class Uphill(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] += self.lr * grads[key]


class Steady(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= 0.01 * grads[key]


class Together(Momentum):
    """One velocity for all parameters, of which each takes the mean."""

    def velocity(self, key: str, grad: Array) -> Array:
        before = np.mean(self.v.get("all", 0))
        self.v["all"] = self.momentum * before - self.lr * grad
        return self.v["all"]


class Rebinding(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] = params[key] - self.lr * grads[key]


class ListedRebinding(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for i, grad in enumerate(grads):
            params[i] = params[i] - self.lr * grad


class Scaling(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            grads[key] *= self.lr
            params[key] -= grads[key]


class Shared(Momentum):
    kept: ClassVar[Any] = {}

    def __init__(self, lr: float = 0.01, momentum: float = 0.9) -> None:
        super().__init__(lr, momentum)
        self.v = self.kept


class Stubborn(Momentum):
    def velocity(self, key: str, grad: Array) -> Array:
        return 0.9 * self.v.get(key, 0) - self.lr * grad


class Unguarded(AdaGrad):
    def root(self, h: Array) -> Array:
        return np.sqrt(h)


class Huge(AdaGrad):
    def root(self, h: Array) -> Array:
        return np.sqrt(h) + 1e7


class Zeroth:
    def __init__(self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999):
        self.lr, self.b1, self.b2, self.t = lr, beta1, beta2, 0
        self.m: Any = {}

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            m, v = self.m.get(key, (0, 0))
            m = self.b1 * m + (1 - self.b1) * grads[key]
            v = self.b2 * v + (1 - self.b2) * grads[key] ** 2
            self.m[key] = m, v
            m_hat = m / np.float64(1 - self.b1**self.t)
            v_hat = v / np.float64(1 - self.b2**self.t)
            params[key] -= self.lr * m_hat / (np.sqrt(v_hat) + 1e-8)
        self.t += 1


class Decaying(Sgd):
    """SGD with weight decay inside the gradient; others have it elsewhere."""

    def __init__(self, lr: float = 0.01, weight_decay: float = 0.01) -> None:
        self.lr, self.wd = lr, weight_decay

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= self.lr * (grads[key] + self.wd * params[key])


class Growing(Decaying):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= self.lr * (grads[key] - self.wd * params[key])


class Forgetting(Decaying):
    update = Sgd.update


class Apart(Decaying):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= self.lr * self.wd * params[key]
            params[key] -= self.lr * grads[key]


class Strange(Decaying):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= self.lr * (grads[key] + self.wd * np.sign(params[key]))


class Unmoved(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            param = params[key]
            param = param - self.lr * grads[key]


class Cutting(Sgd):
    """SGD by gradients that are cut, all of them together."""

    def __init__(self, lr: float = 0.01, max_norm: float = 5.0) -> None:
        self.lr, self.max_norm = lr, max_norm

    def update(self, params: Any, grads: Any) -> None:
        norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
        for key in params:
            params[key] -= self.lr * grads[key] * self.ratio(norm)

    def ratio(self, norm: Any) -> Any:
        return min(1.0, self.max_norm / (norm + 1e-6))


class Turned(Cutting):
    def ratio(self, norm: Any) -> Any:
        return max(1.0, norm / self.max_norm)


class TurnedBelow(Cutting):
    def ratio(self, norm: Any) -> Any:
        return min(1.0, norm / self.max_norm)


class Levelling(Cutting):
    def ratio(self, norm: Any) -> Any:
        return self.max_norm / (norm + 1e-6)


class Enlarging(Cutting):
    def ratio(self, norm: Any) -> Any:
        return max(1.0, self.max_norm / norm)


class Uncut(Cutting):
    def ratio(self, norm: Any) -> Any:
        return 1.0


class CutByWhatIsWritten(Sgd):
    """The limit stands in the code, and is larger than the usual gradients."""

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            norm = np.linalg.norm(grads[key])
            rate = 5.0 / norm if norm > 5.0 else 1.0
            params[key] -= self.lr * grads[key] * rate


class TurnedAsWritten(Sgd):
    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            norm = np.linalg.norm(grads[key])
            rate = norm / 5.0 if norm > 5.0 else 1.0
            params[key] -= self.lr * grads[key] * rate


class CutEntries(Momentum):
    def __init__(self, lr: float = 0.01, momentum: float = 0.9, clip: Any = None):
        super().__init__(lr, momentum)
        self.clip = clip

    def velocity(self, key: str, grad: Array) -> Array:
        cut = grad if self.clip is None else grad.clip(-self.clip, self.clip)
        return super().velocity(key, cut)


MUTANTS: dict[str, tuple[str, Any, dict[str, Verdict], str]] = {
    "raises": ("SGD", Raising, {"O1": "error"}, ""),
    "another shape": ("SGD", Flat, {"O1": "fail"}, ""),
    "a parameter lost": ("SGD", ListedLosing, {"O1": "fail"}, ""),
    "uphill": ("SGD", Uphill, {"O2": "fail"}, "update-uphill"),
    "rate ignored": ("SGD", Steady, {"O2": "fail", "O3": "fail"}, "rate-ignored"),
    "together": (
        "Momentum",
        Together,
        {"O2": "fail", "O4": "fail"},
        "",
    ),
    "together with its like": ("Momentum", SharedByShape, {"O4": "fail"}, ""),
    "lists rebound": ("SGD", ListedRebinding, {"O5": "fail"}, "parameters-rebound"),
    "rebound": ("SGD", Rebinding, {"O6": "fail"}, "parameters-rebound"),
    "gradients lost": ("SGD", ListedEmptying, {"O7": "fail"}, "gradients-changed"),
    "gradients": ("SGD", Scaling, {"O7": "fail"}, "gradients-changed"),
    "shared": ("Momentum", Shared, {"O2": "fail", "O8": "fail"}, "state-shared"),
    "stubborn": ("Momentum", Stubborn, {"O9": "fail"}, "setting-ignored"),
    "no epsilon": ("AdaGrad", Unguarded, {"O10": "fail"}, "epsilon-missing"),
    "growing": ("SGD", Growing, {"O12": "fail"}, ""),
    "decay forgotten": ("SGD", Forgetting, {"O12": "fail"}, ""),
    "unmoved": ("SGD", Unmoved, {"O2": "fail"}, ""),
    "unmoved, of no name": ("Mine", Unmoved, {"O2": "fail"}, ""),
    "uphill, of no name": ("Mine", Uphill, {"O2": "fail"}, "update-uphill"),
    "1e7": ("AdaGrad", Huge, {"O2": "fail"}, "epsilon-too-large"),
    "ratio turned": ("Mine", Turned, {"O13": "fail"}, "clip-ratio-turned"),
    "ratio turned below": ("Mine", TurnedBelow, {"O13": "fail"}, "clip-ratio-turned"),
    "in the code": ("SGD", TurnedAsWritten, {"O13": "fail"}, "clip-ratio-turned"),
    "always": ("Mine", Levelling, {"O13": "fail"}, "clip-always"),
    "always, of a name": ("SGD", Levelling, {"O2": "fail"}, "clip-always"),
    "what is small": ("Mine", Enlarging, {"O13": "fail"}, "clip-comparison-turned"),
    "uncut": ("SGD", Uncut, {"O13": "fail"}, ""),
    "step 0": ("Adam", Zeroth, {"O2": "fail", "O11": "fail"}, NOT_FINITE),
}
"""A name of the class, the class, clauses that it breaks, and the defect named."""


def examined(name: str, cls: Any) -> OptimizerExamination:
    cls = type(name, (cls,), {})
    (found,) = examine_layers(Layers({name: cls}), "").layers
    assert isinstance(found, OptimizerExamination)
    return found


def broken(found: OptimizerExamination) -> dict[str, Verdict]:
    return {
        f.clause.id: f.judgement.verdict
        for f in found.findings
        if f.judgement.verdict in ("fail", "error")
    }


@pytest.mark.parametrize("id", MUTANTS)
def test_a_mutant_breaks_its_clause_and_its_defect_is_named(id: str) -> None:
    name, cls, expected, defect = MUTANTS[id]
    found = examined(name, cls)
    actual = broken(found)
    assert expected.items() <= actual.items(), actual
    assert [e.defect for e in found.diagnosis[:1]] == [defect] * bool(defect)
    level = {clause.id: clause.level for clause in CLAUSES}
    musts = [id for id in actual if level[id] == "must"]
    assert (found.verdict in ("fail", "error")) == bool(musts)


def test_every_clause_has_a_mutant() -> None:
    killed = {id for _, _, expected, _ in MUTANTS.values() for id in expected}
    assert killed == {clause.id for clause in CLAUSES}


def test_every_defect_that_a_clause_names_has_one() -> None:
    named = {defect for *_, defect in MUTANTS.values()}
    assert {*BY_CLAUSE.values()} <= named


RIGHT = {
    "SGD": Sgd,
    "sgd": ListedSgd,
    "Momentum": Momentum,
    "AdaGrad": AdaGrad,
    "Foreign": Momentum,
    "SGDWithDecay": Decaying,
    "SGDW": Apart,
    "SGDWithClipping": Cutting,
    "gradient_descent": CutByWhatIsWritten,
    "MomentumSGD": CutEntries,
    "GradientAscent": Uphill,
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_optimizer_breaks_nothing(name: str) -> None:
    found = examined(name, RIGHT[name])
    assert broken(found) == {}
    assert found.verdict == "pass"


def test_weight_decay_of_an_unknown_form_is_not_called_right() -> None:
    found = examined("SGD", Strange)
    assert broken(found) == {}
    assert found.of("O12") == "not-covered"


class Wandering(Sgd):
    """Of no rule: the steps' signs alone count."""

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= self.lr * np.sign(grads[key])


def test_a_foreign_rule_is_not_judged_by_a_name_that_it_has_not() -> None:
    found = examined("SignDescent", Wandering)
    assert broken(found) == {}
    assert found.verdict == "not-covered"
    assert found.of("O4") == "pass"


def test_a_foreign_name_is_judged_by_the_rule_of_its_first_parameter() -> None:
    class First(Momentum):
        def velocity(self, key: str, grad: Array) -> Array:
            self.v = {k: v for k, v in self.v.items() if k == "W1"}
            return super().velocity(key, grad)

    found = examined("Mine", First)
    assert found.evidence.rule == "momentum"
    assert broken(found) == {"O2": "fail"}
    assert found.diagnosis[0].defect == "state-of-first-parameter"


def test_every_clause_is_said_in_both_languages() -> None:
    for said in CATALOGUES.values():
        for clause in CLAUSES:
            assert said[f"clause.{clause.id}"]
            assert said[f"source.{clause.source}"]


class Ended(Layers):
    """A child that has ended, or whose time is up: it may be another class's doing."""

    def run(self, trials: Any) -> list[list[Moment]]:
        return [[Moment("broke", kind="load.timeout")] for _ in trials]


def test_an_optimizer_is_not_blamed_for_the_end_of_its_process() -> None:
    (found,) = examine_layers(Ended({"Sgd": Sgd}), "file.py").layers
    assert found.verdict == "not-covered"
    assert found.findings[0].judgement.message == "optimizer.broke"
