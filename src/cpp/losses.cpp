// The loops over tiles behind each loss.
#include "losses.hpp"

namespace rosenblatt {
namespace {

template <class Rule, class T>
class LossOf final : public Loss<T> {
 public:
  std::string_view name() const override { return Rule::name; }
  std::string_view output_activation() const override { return Rule::output_activation; }
  bool categorical() const override { return kCategorical; }

  void predict(T* z, Index rows, Index outputs) const override {
    if constexpr (kCategorical) {
      for (Index r = 0; r < rows; ++r) Rule::predict(z + r * outputs, outputs);
    } else {
      for (Index i = 0; i < rows * outputs; ++i) z[i] = Rule::predict(z[i]);
    }
  }

  void evaluate(T* z, T* y, Index rows, Index outputs, double* row_loss) const override {
    if constexpr (kCategorical) {
      for (Index r = 0; r < rows; ++r) row_loss[r] = Rule::evaluate(z + r * outputs, y + r * outputs, outputs);
    } else {
      for (Index i = 0; i < rows * outputs; ++i) {
        const T score = z[i], target = y[i];
        y[i] = Rule::value(score, target);
        z[i] = Rule::gradient(score, target);
      }
      for (Index r = 0; r < rows; ++r) {
        double sum = 0.0;
        for (Index c = 0; c < outputs; ++c) sum += static_cast<double>(y[r * outputs + c]);
        row_loss[r] = sum;
      }
    }
  }

 private:
  static constexpr bool kCategorical = Rule::output_activation == "softmax";
};

}  // namespace

template <class T>
std::unique_ptr<Loss<T>> Loss<T>::find(std::string_view wanted) {
  std::unique_ptr<Loss<T>> found;
  std::apply(
      [&](auto... rule) {
        ((decltype(rule)::name == wanted ? void(found = std::make_unique<LossOf<decltype(rule), T>>()) : void()), ...);
      },
      LossList{});
  return found;
}

template class Loss<float>;
template class Loss<double>;

}  // namespace rosenblatt
