// Plays the back-off with a clock and preemptions of its own, for test_back_off.py.
//
// The input has a word and a number for each event: "pass" so many ns; "preempt" so many times; "note" the preemptions;
// "start" a back-off after a loss of so many ns; "arrive" as the last thread, for which another has slept so many ns.
// After each event, prints the ns until the back-off ends.
#include "threads/back_off.hpp"

#include <sys/resource.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "threads/clock.hpp"
#include "threads/processors.hpp"

namespace rosenblatt {

bool processors_are_forced() { return false; }

}  // namespace rosenblatt

namespace {

std::int64_t played_now = 1000000000;
long played_preemptions = 0;

int play_usage(int, rusage* usage) {
  usage->ru_nivcsw = played_preemptions;
  return 0;
}

}  // namespace

#define now() played_now
#define getrusage play_usage
#include "threads/back_off.cpp"

int main() {
  namespace back_off = rosenblatt::back_off;
  std::string event;
  std::int64_t number = 0;
  while (std::cin >> event >> number) {
    if (event == "pass") played_now += number;
    if (event == "preempt") played_preemptions += static_cast<long>(number);
    if (event == "note") back_off::note_preemptions();
    if (event == "start") back_off::start(number);
    if (event == "arrive") back_off::start_if_preempted(played_now - number);
    std::cout << back_off::remaining() << '\n';
  }
  return std::cin.eof() ? EXIT_SUCCESS : EXIT_FAILURE;
}
