"""Parameters by name, so that scikit-learn's searches reach into the objects that estimators are given."""

import inspect
from copy import deepcopy
from typing import Any, Self


class Searchable:
    """Give a class ``get_params`` and ``set_params``: its parameters are the arguments and attributes of ``__init__``.

    Estimators then have the parameters of an object that they are given as their own, such as
    ``learning_rate__warmup_epochs``.
    """

    @classmethod
    def _parameter_names(cls) -> list[str]:
        variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        if cls.__init__ is object.__init__:
            return []
        return [name for name, entry in inspect.signature(cls).parameters.items() if entry.kind not in variadic]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name, as scikit-learn's estimators do.

        Parameters
        ----------
        deep : bool, default=True
            Has no effect; part of scikit-learn's protocol.

        Returns
        -------
        params : dict
            The arguments that make an equal object.
        """
        # A class of the user's may keep its arguments under other names: these cannot be searched.
        return {name: getattr(self, name) for name in self._parameter_names() if hasattr(self, name)}

    def set_params(self, **params: Any) -> Self:
        """Change parameters, as scikit-learn's estimators do.

        Parameters
        ----------
        **params : dict
            Values by name.

        Returns
        -------
        self : object
            The object.

        Raises
        ------
        TypeError, ValueError
            As by the constructor, or if there is no such parameter; nothing has changed then.
        """
        present = self.get_params()
        for name in params:
            if name not in present:
                accepted = ", ".join(present) or "no parameters"
                raise ValueError(
                    f"{name}: got a parameter that {type(self).__name__} does not have, expected {accepted}"
                )
        if params:
            checked = type(self)(**{**present, **params})
            for name in params:
                setattr(self, name, getattr(checked, name))
        return self

    def __sklearn_clone__(self) -> Self:
        return deepcopy(self)
