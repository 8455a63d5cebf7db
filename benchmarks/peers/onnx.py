"""ONNX Runtime: the graph of a network, one session for each number of threads."""

from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime

import rosenblatt
from harness import Options


def graph(network: rosenblatt.Network) -> onnx.ModelProto:
    """Return a network with ReLU as a chain of Gemm and Relu."""
    kind = onnx.TensorProto.FLOAT
    nodes, constants, name = [], [], "X"
    last = network.n_layers - 1
    for layer, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        constants += [onnx.numpy_helper.from_array(W, f"W{layer}"), onnx.numpy_helper.from_array(b, f"b{layer}")]
        output = "y" if layer == last else f"z{layer}"
        nodes.append(onnx.helper.make_node("Gemm", [name, f"W{layer}", f"b{layer}"], [output]))
        if layer < last:
            nodes.append(onnx.helper.make_node("Relu", [output], [f"a{layer}"]))
        name = f"a{layer}"
    inputs, outputs = (
        [onnx.helper.make_tensor_value_info(name, kind, [None, width])]
        for name, width in (("X", network.layer_sizes[0]), ("y", network.layer_sizes[-1]))
    )
    opset = onnx.helper.make_opsetid("", 17)
    return onnx.helper.make_model(
        onnx.helper.make_graph(nodes, "network", inputs, outputs, constants), opset_imports=[opset], ir_version=8
    )


def prediction(network: rosenblatt.Network, X: np.ndarray, options: Options) -> dict[str, Callable[[], object]]:
    model = graph(network).SerializeToString()

    def run(threads: int) -> Callable[[], object]:
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(model, settings, providers=["CPUExecutionProvider"])
        return lambda: session.run(["y"], {"X": X})[0]

    return {f"ONNX Runtime, threads: {threads}": run(threads) for threads in sorted({1, options.threads})}
