// A loss written in Python, computed for a whole batch at once.
#pragma once

#include <utility>

#include "bindings/tables.hpp"
#include "rules/losses/loss.hpp"

namespace rosenblatt {

/// Calls `function(y, z)` with copies of the targets (rows, columns) and of the raw scores (rows, outputs). It returns
/// the loss of each row and its gradient with respect to z, arrays of the dtype of z.
template <class T>
class PythonLoss final : public Loss<T> {
 public:
  PythonLoss(py::object function, Index columns) : function_(std::move(function)), columns_(columns) {}

  std::string_view name() const override { return "custom"; }
  std::string_view output_activation() const override { return "identity"; }
  bool categorical() const override { return false; }
  Index target_columns(Index) const override { return columns_; }
  bool whole_batch() const override { return true; }
  void predict(T*, Index, Index) const override {}
  Index first_bad_target(const T*, Index) const override { return -1; }
  std::string_view targets() const override { return "any"; }

  void evaluate(T* z, T* y, Index rows, Index outputs, double* row_loss) const override {
    const HoldGil gil;
    const Array<T> targets = copy_of(y, {rows, columns_}), scores = copy_of(z, {rows, outputs});
    const py::object answer = call_python(function_, targets, scores);
    if (!py::isinstance<py::tuple>(answer) || py::len(answer) != 2)
      reject("loss", py::str(py::type::of(answer).attr("__name__")), "a tuple (loss of each row, gradient)");
    const auto parts = py::reinterpret_borrow<py::tuple>(answer);
    const auto values = part("the loss of each row", parts[0]), gradient = part("the gradient", parts[1]);
    check_shape("the loss of each row", values, {rows});
    check_shape("the gradient", gradient, {rows, outputs});
    std::copy_n(values.data(), rows, row_loss);
    std::copy_n(gradient.data(), rows * outputs, z);
  }

  py::handle function() const { return function_; }

 private:
  static Array<T> part(const char* what, const py::object& array) {
    if (!py::isinstance<Array<T>>(array))
      reject(what, py::str(py::type::of(array).attr("__name__")),
             "a C-ordered array of " + std::string(py::str(py::dtype::of<T>())));
    return py::reinterpret_borrow<Array<T>>(array);
  }

  py::object function_;
  Index columns_;
};

}  // namespace rosenblatt
