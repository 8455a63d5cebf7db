// Table of contents of the extension: one line a topic, each bound in the file of its name.
#include "bindings/bindings.hpp"

PYBIND11_MODULE(ROSENBLATT_LEVEL, module) {
  module.doc() = "rosenblatt's engine, compiled for one instruction level.";
  rosenblatt::bind_activations(module);
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
