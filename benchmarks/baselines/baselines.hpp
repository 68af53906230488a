#pragma once

/// The same work done by what people would pick instead. Each function does it once and returns
/// what it measured; it throws if a copy is not the server's in the end.

#include <cstddef>
#include <cstdint>
#include <string>

#include "support/subprocess.hpp"

namespace baselines {

/// One thread that loops over the copies, without any messages: operation by operation over all
/// copies, and in blocks of operations copy by copy; the faster of both counts.
bench::figures single_thread_fanout(std::size_t clients, std::uint64_t operations);

/// A mutex around the server's state, a mutex and a queue for each client, two worker threads that
/// empty the queues.
bench::figures threads_fanout(std::size_t clients, std::uint64_t operations);

/// Plain CAF: one message for each operation and client. `policy` is a CAF scheduler's.
bench::figures caf_fanout(const std::string& policy, std::size_t clients, std::uint64_t operations);

/// Who submits: a thread, the client whose copy is watched, or an actor that has no copy.
enum class submitter { thread, client, other_actor };

/// Microseconds from submitting until the first client has applied it: "us p50" and "us p99".
bench::figures caf_latency(const std::string& policy, submitter who, std::size_t clients,
                           int per_second, int count);

/// Seconds until all clients have a state of `size` numbers.
bench::figures caf_join(std::size_t clients, std::size_t size);

} // namespace baselines
