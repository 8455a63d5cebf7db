"""The other libraries, one module each. They are optional: those that are not installed are skipped with a note.

A module has the function ``training(work, options)``, or ``prediction(network, X, options)``, or both. Each returns a
function without arguments for each setting of the library, named ``"library, setting"``.
"""

import importlib
import importlib.util
from types import ModuleType

# For each module of this package the name of the library and the module to import.
LIBRARIES = {
    "sklearn": ("scikit-learn", "sklearn"),
    "torch": ("PyTorch", "torch"),
    "jax": ("JAX", "jax"),
    "onnx": ("ONNX Runtime", "onnxruntime"),
    "numpy": ("NumPy", "numpy"),
}


def _installed(module: str) -> bool:
    # ONNX Runtime also needs the package onnx, which writes the graph.
    return all(importlib.util.find_spec(needed) for needed in {module, module.removesuffix("runtime")})


def missing() -> list[str]:
    """Return the names of the libraries that are not installed."""
    return [name for name, module in LIBRARIES.values() if not _installed(module)]


def having(task: str) -> list[ModuleType]:
    """Return the modules of the installed libraries that have a task, "training" or "prediction"."""
    modules = [importlib.import_module(f"peers.{p}") for p, (_, module) in LIBRARIES.items() if _installed(module)]
    return [module for module in modules if hasattr(module, task)]
