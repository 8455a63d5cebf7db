// Back-off: after threads lost time to other programs, teams use the calling thread alone for a while.
#pragma once

#include <cstdint>

namespace rosenblatt::back_off {

/// Whether the process is backing off.
bool active();

/// Nanoseconds until the back-off ends; 0 or negative if there is none.
std::int64_t remaining();

/// Starts a back-off, or extends the present one, after a team lost `lost` nanoseconds to a thread without a processor.
///
/// A first loss counts for at most a millisecond, so that a passing disturbance costs little. After a loss soon after
/// the last back-off, the new one lasts four times the loss, at least twice as long as the last one, and at most 64 ms:
/// while a program keeps a processor busy, retries become rare.
void start(std::int64_t lost);

/// Remembers how often the calling thread has been preempted. Each thread of a team calls this before it works.
void note_preemptions();

/// Starts a back-off if the calling thread was preempted while another thread slept, waiting for it since `since`. (If
/// it was not, it only had more work to do.)
void start_if_preempted(std::int64_t since);

}  // namespace rosenblatt::back_off
