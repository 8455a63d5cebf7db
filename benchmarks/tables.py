"""Estimators for tables and boosted trees: the errors on rows that none of them saw, and the time of a fit.

Each data set is divided into 64 % for training, 16 % for validation and 20 % for the comparison, by another seed each
time. Boosted trees have their default parameters, and as many trees as the validation rows ask for; networks of
pytabkit take the validation rows, too. `TabularRegressor` and `TabularClassifier` are called as a new user would, on
training and validation rows together: each network holds back a part by itself.
"""

import dataclasses
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.datasets import fetch_california_housing
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

import rosenblatt
from harness import OURS, Options, Result
from rosenblatt.tables import recipe

if TYPE_CHECKING:  # no other topic needs it
    import pandas as pd

Table = tuple["pd.DataFrame", np.ndarray]  # the columns, and the targets

_TREES, _PATIENCE = 5000, 50  # the most trees, and those without an improvement after which no more are added


@dataclass(frozen=True)
class Split:
    """A data set in three parts, each a frame and targets."""

    train: Table
    val: Table
    test: Table
    classes: bool
    seed: int
    threads: int

    def both(self) -> Table:
        """Return training and validation rows together."""
        import pandas as pd

        return pd.concat([self.train[0], self.val[0]]), np.concatenate([self.train[1], self.val[1]])

    def predictions(self, model: Any) -> np.ndarray:
        found: np.ndarray = (model.predict_proba if self.classes else model.predict)(self.test[0])
        return found


def _uci(name: str, options: Options) -> Table:
    import pandas as pd

    table = pd.read_csv(options.data / "uci_regression" / f"{name}.csv.gz", header=None)
    return table.iloc[:, :-1].add_prefix("x"), table.iloc[:, -1].to_numpy(float)


def _california(options: Options) -> Table:
    os.environ.setdefault("SCIKIT_LEARN_DATA", str(options.data / "scikit_learn_data"))
    X, y = fetch_california_housing(return_X_y=True, as_frame=True, download_if_missing=False)
    return X, y.to_numpy()


def _bank(options: Options) -> Table:
    import pandas as pd

    table = pd.read_csv(options.data / "bank_marketing" / "bank-additional-full.csv.gz", sep=";")
    X = table.drop(columns="y")
    return X.astype(dict.fromkeys(X.select_dtypes(exclude="number"), "category")), (table["y"] == "yes").to_numpy(int)


def _covertype(options: Options) -> Table:
    import pandas as pd

    with np.load(options.data / "covertype_93k" / "covertype_93k.npz") as arrays:
        return pd.DataFrame(arrays["X"].astype(float)).add_prefix("x"), arrays["y"].astype(int) - 1


DATA_SETS: dict[str, tuple[bool, Callable[[Options], Table]]] = {
    "california": (False, _california),
    **{name: (False, partial(_uci, name)) for name in ("bike", "elevators", "keggundirected", "kin40k", "pol")},
    "bank": (True, _bank),
    "covertype": (True, _covertype),
}


def _split(name: str, seed: int, options: Options) -> Split:
    classes, load = DATA_SETS[name]
    X, y = load(options)
    stratify = y if classes else None
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.2, random_state=seed, stratify=stratify)
    stratify = y if classes else None
    X, X_val, y, y_val = train_test_split(X, y, test_size=0.2, random_state=seed, stratify=stratify)
    return Split((X, y), (X_val, y_val), (X_test, y_test), classes, seed, options.threads)


# Contenders: functions of a split that return predictions for its test rows.


def ours(split: Split, **parameters: Any) -> np.ndarray:
    estimator = rosenblatt.TabularClassifier if split.classes else rosenblatt.TabularRegressor
    return split.predictions(estimator(random_state=split.seed, **parameters).fit(*split.both()))


def plain(split: Split) -> np.ndarray:
    """An MLP with the default parameters, in a pipeline."""
    estimator = rosenblatt.MLPClassifier if split.classes else rosenblatt.MLPRegressor
    model = make_pipeline(rosenblatt.TabularPreprocessor(), estimator(random_state=split.seed, early_stopping=True))
    return split.predictions(model.fit(*split.both()))


def hist_gradient_boosting(split: Split) -> np.ndarray:
    estimator = HistGradientBoostingClassifier if split.classes else HistGradientBoostingRegressor
    model = estimator(max_iter=_TREES, early_stopping=True, n_iter_no_change=_PATIENCE, random_state=split.seed)
    return split.predictions(model.fit(*split.train, X_val=split.val[0], y_val=split.val[1]))


def xgboost(split: Split) -> np.ndarray:
    import xgboost as xgb

    estimator = xgb.XGBClassifier if split.classes else xgb.XGBRegressor
    model = estimator(
        n_estimators=_TREES,
        early_stopping_rounds=_PATIENCE,
        enable_categorical=True,
        random_state=split.seed,
        n_jobs=split.threads,
    )
    return split.predictions(model.fit(*split.train, eval_set=[split.val], verbose=False))


def lightgbm(split: Split) -> np.ndarray:
    import lightgbm as lgb

    estimator = lgb.LGBMClassifier if split.classes else lgb.LGBMRegressor
    model = estimator(n_estimators=_TREES, random_state=split.seed, n_jobs=split.threads, verbose=-1)
    model.fit(*split.train, eval_set=[split.val], callbacks=[lgb.early_stopping(_PATIENCE, verbose=False)])
    return split.predictions(model)


def catboost(split: Split) -> np.ndarray:
    import catboost as cat

    estimator = cat.CatBoostClassifier if split.classes else cat.CatBoostRegressor
    model = estimator(
        iterations=_TREES,
        early_stopping_rounds=_PATIENCE,
        cat_features=list(split.train[0].select_dtypes("category")),
        random_seed=split.seed,
        thread_count=split.threads,
        allow_writing_files=False,
        verbose=False,
    )
    return split.predictions(model.fit(*split.train, eval_set=split.val))


def realmlp(split: Split) -> np.ndarray:
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    estimator = RealMLP_TD_Classifier if split.classes else RealMLP_TD_Regressor
    model = estimator(device="cpu", random_state=split.seed, n_threads=split.threads, verbosity=0)
    return split.predictions(model.fit(*split.train, X_val=split.val[0], y_val=split.val[1]))


CONTENDERS: dict[str, Callable[[Split], np.ndarray]] = {
    OURS: ours,
    "preset fast": partial(ours, preset="fast"),
    "plain MLP": plain,
    "scikit-learn": hist_gradient_boosting,
    "XGBoost": xgboost,
    "LightGBM": lightgbm,
    "CatBoost": catboost,
    "RealMLP": realmlp,
}


@dataclass(frozen=True)
class _Without(recipe.Recipe):
    """A recipe without one of the trained parts that are not weights."""

    part: str = ""

    def network_options(self) -> dict[str, Any]:
        return {**super().network_options(), self.part: False}

    def training_options(self, *args: Any) -> dict[str, Any]:
        options = super().training_options(*args)
        group = {"input_scaling": "scale", "slopes": "slopes"}[self.part]
        for factors in ("learning_rate_factors", "weight_decay_factors"):
            options[factors] = {name: factor for name, factor in options[factors].items() if name != group}
        return options


def _ablated(split: Split, part: str = "", n_bins: int | None = None, **constants: Any) -> np.ndarray:
    """One network of the default, without a part of the recipe or with other constants."""
    estimator = rosenblatt.TabularClassifier if split.classes else rosenblatt.TabularRegressor
    chosen = dataclasses.replace(estimator._recipe, **constants)
    if part:
        chosen = _Without(**dataclasses.asdict(chosen), part=part)
    changed = type(estimator.__name__, (estimator,), {"_recipe": chosen})
    return split.predictions(changed(preset="fast", n_bins=n_bins, random_state=split.seed).fit(*split.both()))


ABLATIONS: dict[str, Callable[[Split], np.ndarray]] = {
    OURS: _ablated,
    "without encodings": partial(_ablated, n_bins=1),
    "without input scaling": partial(_ablated, part="input_scaling"),
    "without slopes": partial(_ablated, part="slopes"),
    "without dropout": partial(_ablated, dropout=0.0),
    "without weight decay": partial(_ablated, weight_decay=0.0),
    "relu": partial(_ablated, activation="relu"),
}


def _measured(
    contenders: dict[str, Callable[[Split], np.ndarray]], splits: list[Split]
) -> dict[str, list[list[float]]]:
    """Return the error, the wall seconds and the processor seconds of each contender and split."""
    found: dict[str, list[list[float]]] = {}
    for split in splits:
        for contender, work in contenders.items():
            wall, processor = time.perf_counter(), time.process_time()
            try:
                predictions = work(split)
            except ImportError:  # the library is not installed
                continue
            seconds = [time.perf_counter() - wall, time.process_time() - processor]
            error = log_loss if split.classes else root_mean_squared_error
            found.setdefault(contender, []).append([float(error(split.test[1], predictions)), *seconds])
    return found


@cache
def _compared(name: str, options: Options) -> dict[str, list[list[float]]]:
    return _measured(CONTENDERS, [_split(name, seed, options) for seed in range(options.repeats)])


def _error(name: str) -> str:
    return "log-loss" if DATA_SETS[name][0] else "RMSE"


def compare(name: str, quantity: int, options: Options) -> Result:
    """The errors, the wall seconds or the processor seconds of all contenders; ratios above 1 are in our favour."""
    what = (_error(name), "seconds", "processor seconds")[quantity]
    samples = {contender: [run[quantity] for run in runs] for contender, runs in _compared(name, options).items()}
    return Result(f"{name}, {what}", f"{options.repeats} splits", samples, unit="s" if quantity else "error")


def ablation(name: str, options: Options) -> Result:
    """The errors without some parts of the recipe: a ratio above 1 is what the part brings."""
    found = _measured(ABLATIONS, [_split(name, seed, options) for seed in range(options.repeats)])
    samples = {contender: [run[0] for run in runs] for contender, runs in found.items()}
    return Result(f"{name}, one network, {_error(name)}", f"{options.repeats} splits", samples, unit="error")


BENCHMARKS: dict[str, Callable[[Options], Result]] = {
    **{
        f"{name}-{quantity}": partial(compare, name, index)
        for name in DATA_SETS
        for index, quantity in enumerate(("error", "seconds", "processor-seconds"))
    },
    **{f"ablation-{name}": partial(ablation, name) for name in DATA_SETS},
}
