"""The estimators follow scikit-learn's conventions."""

import copy
import inspect
import io
import pickle
import warnings

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
import sklearn.neural_network
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import validate_data

import rosenblatt
from cases import flat
from rosenblatt import MLPClassifier, MLPRegressor

NAMES = ["MLPClassifier", "MLPRegressor"]
X = np.random.RandomState(0).randn(60, 4)
Y = {"MLPClassifier": (X[:, 0] > 0).astype(int), "MLPRegressor": X[:, 0]}


def quick(name, package=rosenblatt, **parameters):
    return getattr(getattr(package, "neural_network", package), name)(
        **{"max_iter": 3, "hidden_layer_sizes": [5], "random_state": 0, "learning_rate_init": 0.01, **parameters}
    )


def fitted(name, table=X, **parameters):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return quick(name, **parameters).fit(table, Y[name])


# scikit-learn's checks train for few epochs, where warnings about convergence mean nothing.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks([MLPClassifier(max_iter=100), MLPRegressor(max_iter=100)])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("name", NAMES)
class TestInterface:
    def test_parameters_are_scikit_learns_and_more(self, name):
        ours = list(inspect.signature(getattr(rosenblatt, name)).parameters.values())
        theirs = list(inspect.signature(getattr(sklearn.neural_network, name)).parameters.values())
        first = [(p.name, p.default, p.kind) for p in ours[: len(theirs)]]
        assert first == [(p.name, p.default, p.kind) for p in theirs]
        assert all(p.kind is p.KEYWORD_ONLY for p in ours[len(theirs) :])
        assert (ours[-1].name, ours[-1].default) == ("n_threads", None)

    def test_public_methods_are_scikit_learns_and_more(self, name):
        def methods(cls):
            return {
                method: list(inspect.signature(getattr(cls, method)).parameters)
                for method in dir(cls)
                if not method.startswith("_") and callable(getattr(cls, method))
            }

        ours, theirs = methods(getattr(rosenblatt, name)), methods(getattr(sklearn.neural_network, name))
        more = {"MLPClassifier": {"decision_function"}, "MLPRegressor": set()}[name]
        assert set(ours) == set(theirs) | {"set_callbacks", "to_sklearn"} | more
        validation = ["X_val", "y_val", "sample_weight_val"]
        for method, parameters in theirs.items():
            if method == "fit":
                assert ours[method] == [*parameters, *validation]
            elif method == "set_fit_request":
                assert set(ours[method]) == {*parameters, *validation}
            else:
                assert ours[method] == parameters

    @pytest.mark.parametrize(
        ("parameter", "value"),
        [
            ("hidden_layer_sizes", 0),
            ("hidden_layer_sizes", "wide"),
            ("hidden_layer_sizes", [3, -1]),
            ("hidden_layer_sizes", None),
            ("alpha", -1),
            ("alpha", "small"),
            ("batch_size", 0),
            ("batch_size", "all"),
            ("batch_size", 2.5),
            ("learning_rate_init", 0),
            ("learning_rate_init", np.nan),
            ("power_t", -1),
            ("max_iter", 0),
            ("max_iter", 1.5),
            ("shuffle", "yes"),
            ("random_state", "seed"),
            ("random_state", -1),
            ("tol", -1),
            ("verbose", "loud"),
            ("warm_start", "yes"),
            ("momentum", 1.1),
            ("nesterovs_momentum", 2),
            ("validation_fraction", 1.0),
            ("validation_fraction", -0.1),
            ("beta_1", 1),
            ("beta_2", -0.1),
            ("epsilon", 0),
            ("n_iter_no_change", 0),
            ("max_fun", 0),
        ],
    )
    def test_bad_parameters_raise_scikit_learns_message(self, name, parameter, value):
        errors = []
        for package in (rosenblatt, sklearn):
            with pytest.raises(Exception) as error:  # noqa: PT011 (both the same, whatever it is)
                quick(name, package).set_params(**{parameter: value}).fit(X, Y[name])
            errors.append((type(error.value), str(error.value)))
        # Sets are printed in any order.
        assert errors[0][0] == errors[1][0]
        assert sorted(errors[0][1]) == sorted(errors[1][1])

    @pytest.mark.parametrize(
        ("parameter", "value"),
        [
            ("activation", "heaviside"),
            ("activation", ["relu", "gauss"]),
            ("activation", ["relu", "tanh", "tanh"]),
            ("solver", "newton"),
            ("learning_rate", "slow"),
            ("early_stopping", "yes"),
            ("loss", "perceptron"),
            ("dropout", 1.0),
            ("dropout", [0.1, 0.2, 0.3]),
            ("input_dropout", -0.1),
            ("l1", -1),
            ("weight_decay", -1),
            ("clip_norm", 0),
            ("clip_value", 0),
            ("max_norm", 0),
            ("init", "ones"),
            ("bias_init", "ones"),
            ("dtype", "float16"),
            ("dtype", int),
            ("callbacks", print),
            ("progress", "yes"),
            ("n_threads", 0),
        ],
    )
    def test_bad_parameters_that_are_ours_are_named(self, name, parameter, value):
        model = quick(name, rosenblatt).set_params(hidden_layer_sizes=[4, 3], **{parameter: value})
        with pytest.raises((ValueError, TypeError), match=parameter):
            model.fit(X, Y[name])

    def test_bad_activation(self, name):
        with pytest.raises(ValueError, match=f"'activation' parameter of {name} must be a str among .* Got 'gauss'"):
            quick(name, activation="gauss").fit(X, Y[name])

    @pytest.mark.parametrize("n_threads", [0, -1, 1.5, "all"])
    def test_bad_n_threads(self, name, n_threads):
        with pytest.raises(ValueError, match=f"'n_threads' parameter of {name} must be an int in the range"):
            quick(name, n_threads=n_threads).fit(X, Y[name])
        with pytest.raises((TypeError, ValueError), match=r"n_threads: got .*, expected"):
            fitted(name).set_params(n_threads=n_threads).predict(X)

    @pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
    def test_copies(self, name, solver):
        model = fitted(name, solver=solver)
        expected = model.predict(X)
        stream = io.BytesIO()
        joblib.dump(model, stream)
        stream.seek(0)
        for copied in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model), joblib.load(stream)):
            np.testing.assert_array_equal(copied.predict(X), expected)
            assert copied.get_params() == model.get_params()
        with pytest.raises(NotFittedError):
            clone(model).predict(X)

    @pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
    def test_a_pickled_model_continues_training_as_the_original(self, name):
        model = fitted(name)
        other = pickle.loads(pickle.dumps(model))
        for one in (model, other):
            one.partial_fit(X, Y[name]).partial_fit(X, Y[name])
        np.testing.assert_array_equal(flat(model.coefs_), flat(other.coefs_))

    def test_partial_fit_is_for_stochastic_solvers(self, name):
        """The regressor too; scikit-learn's regressor has the method although it tries to hide it."""
        errors = []
        for model in (quick(name, solver="lbfgs"), quick("MLPClassifier", sklearn, solver="lbfgs")):
            assert not hasattr(model, "partial_fit")
            with pytest.raises(AttributeError) as error:
                model.partial_fit  # noqa: B018
            errors.append(str(error.value.__cause__))
        assert errors[0] == errors[1]

    def test_partial_fit_does_not_stop_early(self, name):
        errors = []
        for package in (rosenblatt, sklearn):
            model = quick(name, package, early_stopping=True)
            classes = {"classes": [0, 1]} if name == "MLPClassifier" else {}
            with pytest.raises(ValueError, match="early_stopping") as error:
                model.partial_fit(X, Y[name], **classes)
            errors.append(str(error.value))
        assert errors[0] == errors[1]

    @pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
    def test_frames_with_names(self, name, frame):
        columns = ["a", "b", "c", "d"]
        table = frame(X, columns=columns) if frame is pd.DataFrame else frame(X, schema=columns)
        model = fitted(name, table)
        assert list(model.feature_names_in_) == columns
        np.testing.assert_array_equal(model.predict(table), fitted(name).predict(X))
        theirs = quick(name, sklearn)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs.fit(table, Y[name])
        messages = []
        for one in (model, theirs):
            with pytest.warns(UserWarning, match="feature names") as caught:
                one.predict(X)
            with pytest.raises(ValueError, match="feature names") as error:
                one.predict(table[columns[::-1]])
            messages.append(([str(w.message) for w in caught], str(error.value)))
        swapped = [name.replace("sklearn", "rosenblatt") for name in map(str, messages)]
        assert swapped[0] == swapped[1]

    @pytest.mark.parametrize(
        "dtypes",
        ["float64", "float32", "int64", "Float64", "object", {"a": "float32"}, {"a": "int8", "b": "boolean"}],
        ids=str,
    )
    def test_frames_of_any_dtypes_are_checked_as_by_scikit_learn(self, name, dtypes):
        table = pd.DataFrame(np.round(X), columns=list("abcd"))
        table["b"] = (table["b"] > 0).astype(float)
        model = fitted(name, table)
        other = table.astype(dtypes)
        checked = validate_data(model, other, reset=False)
        np.testing.assert_array_equal(model.predict(other), fitted(name, table.to_numpy()).predict(checked))
        with pytest.raises(ValueError, match="minimum of 1 is required"):
            model.predict(other[:0])
        with pytest.raises(ValueError, match="names"):
            model.predict(other[["a", "b", "c"]])

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_frames_with_numbers_that_are_not_finite(self, name, value):
        table = pd.DataFrame(X.copy(), columns=list("abcd"))
        model = fitted(name, table)
        table.loc[7, "c"] = value
        messages = []
        for predict in (model.predict, lambda frame: validate_data(model, frame, reset=False)):
            with pytest.raises(ValueError, match="Input X contains") as error:
                predict(table)
            messages.append(str(error.value))
        assert messages[0] == messages[1]

    def test_names_that_only_the_prediction_has(self, name):
        with pytest.warns(UserWarning, match=f"X has feature names, but {name} was fitted without feature names"):
            fitted(name).predict(pd.DataFrame(X, columns=list("abcd")))

    def test_html(self, name):
        html = fitted(name)._repr_html_()
        assert name in html
        assert "n_threads" in html
        assert repr(quick(name)).startswith(f"{name}(")

    def test_metadata_routing(self, name):
        weight = np.random.RandomState(0).rand(len(X))
        with sklearn.config_context(enable_metadata_routing=True), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = quick(name).set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
            search = GridSearchCV(model, {"alpha": [0.1]}, cv=2, refit=True).fit(X, Y[name], sample_weight=weight)
        direct = quick(name, alpha=0.1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            direct.fit(X, Y[name], sample_weight=weight)
        np.testing.assert_array_equal(flat(search.best_estimator_.coefs_), flat(direct.coefs_))

    @pytest.mark.parametrize("backend", ["threading", pytest.param("loky", marks=pytest.mark.slow)])
    def test_joblib(self, name, backend):
        model = make_pipeline(StandardScaler(), quick(name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = cross_val_score(model, X, Y[name], cv=3)
        with joblib.parallel_config(backend, n_jobs=2), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scores = cross_val_score(model, X, Y[name], cv=3)
        np.testing.assert_array_equal(scores, expected)

    def test_unfitted(self, name):
        with pytest.raises(NotFittedError, match=f"This {name} instance is not fitted yet"):
            quick(name).predict(X)

    def test_kind(self, name):
        model = quick(name)
        assert is_classifier(model) == (name == "MLPClassifier")
        assert is_regressor(model) == (name == "MLPRegressor")
        assert not hasattr(model, "set_output")
        assert sklearn.utils.get_tags(model).input_tags.sparse

    def test_tags_are_scikit_learns(self, name):
        assert sklearn.utils.get_tags(quick(name)) == sklearn.utils.get_tags(quick(name, sklearn))

    def test_set_params_returns_the_estimator(self, name):
        model = quick(name)
        assert model.set_params(alpha=0.5, n_threads=2) is model
        assert (model.alpha, model.n_threads) == (0.5, 2)
        with pytest.raises(ValueError, match="Invalid parameter 'beta'"):
            model.set_params(beta=1)


def test_grid_search_in_a_pipeline():
    model = make_pipeline(StandardScaler(), quick("MLPClassifier"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = GridSearchCV(model, {"mlpclassifier__alpha": [1e-4, 1e4]}, cv=3).fit(X, Y["MLPClassifier"])
    assert search.best_params_["mlpclassifier__alpha"] == 1e-4
    assert search.predict(X).shape == (60,)


def test_meta_estimator():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MultiOutputRegressor(quick("MLPRegressor")).fit(X, X[:, :2])
    assert model.predict(X).shape == (60, 2)


@pytest.mark.parametrize("labels", [["no", "yes"], [-1, 1], [False, True], [2.0, 3.0]], ids=str)
def test_labels_of_any_kind(labels):
    y = np.array(labels)[Y["MLPClassifier"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = quick("MLPClassifier").fit(X, y)
    np.testing.assert_array_equal(model.classes_, labels)
    assert model.predict(X).dtype == y.dtype
    assert set(model.predict(X)) <= set(labels)


def test_one_class():
    ours, theirs = (quick("MLPClassifier", package) for package in (rosenblatt, sklearn))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for model in (ours, theirs):
            model.fit(X, np.ones(60))
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-9)
