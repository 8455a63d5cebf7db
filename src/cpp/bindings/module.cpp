// Table of contents of the extension: one line a topic, each bound in the file of its name.
//
// No module of this folder declares that it works without the GIL (py::mod_gil_not_used, Py_MOD_GIL_NOT_USED), so a
// free-threaded Python turns the GIL on when it imports the package. The GIL protects an optimizer's list of state
// arrays and its count of steps, which Python may replace while a trainer reads them, and a network's parameters in
// set_layer, get_layer, finite and short predictions. The pool of threads and the trainers have locks of their own.
#include "bindings/bindings.hpp"

PYBIND11_MODULE(bindings, module) {
  rosenblatt::keep_memory_errors();
  // Or pybind11 would do it in the first call, with guards of its own, in which Python may end a thread (gil.hpp).
  rosenblatt::py::detail::npy_api::get();
  module.doc() = "rosenblatt's engine, whose module of one instruction level is imported before.";
  rosenblatt::bind_activations(module);
  rosenblatt::bind_array_function(module);
  rosenblatt::bind_finite(module);
  rosenblatt::bind_info(module);
  rosenblatt::bind_losses(module);
  rosenblatt::bind_network(module);
  rosenblatt::bind_optimizers(module);
  rosenblatt::bind_perceptron(module);
  rosenblatt::bind_predict(module);
  rosenblatt::bind_tlu(module);
  rosenblatt::bind_trainer(module);
}
