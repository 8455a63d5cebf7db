// Plays the choice between a team and one thread without a clock, for test_thread_choice.py.
//
// The argument is the time in ns that changing over takes. The input has two numbers a step: the ns that it takes a
// team, and one thread. For each step, prints 1 if one thread takes it alone, else 0.
#include "training/thread_choice.hpp"

#include <cstdint>
#include <cstdlib>
#include <iostream>

int main(int count, char** arguments) {
  if (count != 2) return EXIT_FAILURE;
  std::ios::sync_with_stdio(false);
  rosenblatt::ThreadChoice choice(std::strtoll(arguments[1], nullptr, 10), false);
  std::int64_t by_team = 0, alone = 0, lasted = 0, steps = 0;
  while (std::cin >> by_team >> alone) {
    std::cout << choice.alone() << '\n';
    lasted += choice.alone() ? alone : by_team;
    steps += 1;
    if (!choice.ends(lasted)) continue;
    choice.record(steps, lasted);
    lasted = steps = 0;
  }
  return std::cin.eof() ? EXIT_SUCCESS : EXIT_FAILURE;
}
