// The choice between a team and one thread, played through without a clock, for tests.
#include "training/thread_choice.hpp"

#include "bindings/tables.hpp"

namespace rosenblatt {

void bind_pace(py::module_& module) {
  module.def(
      "play_pace",
      [](const Array<std::int64_t>& steps, std::int64_t move) {
        constexpr std::int64_t kSecond = 1000000000;
        const Index count = steps.ndim() > 0 ? steps.shape(0) : 0;
        check_shape("steps", steps, {count, 2});
        py::array_t<bool> choices(count);
        bool* const alone = choices.mutable_data();
        if (move < 0 || move > kSecond) reject("move", std::to_string(move), "from 0 to 1000000000 ns");
        ThreadChoice pace(move, false);
        std::int64_t lasted = 0, done = 0;
        for (Index i = 0; i < count; ++i) {
          alone[i] = pace.alone();
          const std::int64_t time = steps.data(i, 0)[alone[i] ? 1 : 0];
          if (time < 1 || time > kSecond) reject("steps", std::to_string(time), "from 1 to 1000000000 ns");
          lasted += time;
          done += 1;
          if (!pace.ends(lasted)) continue;
          pace.record(done, lasted);
          lasted = done = 0;
        }
        return choices;
      },
      "Which steps of a training one thread would take alone (n,), if each took a team and one thread so many "
      "nanoseconds (n, 2), and changing over took `move`.",
      py::arg("steps").noconvert(), py::arg("move"));
}

}  // namespace rosenblatt
