#pragma once

/// Accepted operations on the wire, from a server to its members.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/size_of.hpp"

namespace libsync {

/// Consecutive submissions of one client within a batch. The submitter is stored once for each run,
/// not for each operation.
struct run {
  client_id by{};
  /// The first submission's number; the others follow without gaps.
  submission_number number = 0;
  /// How many operations: one for each submission, or all of a single transaction.
  std::size_t operations = 0;
  /// All operations are one submission and take one version together.
  bool transaction = false;
  /// When the server accepted them.
  timestamp time = 0;

  [[nodiscard]] version versions() const noexcept { return transaction ? 1 : operations; }

  friend bool operator==(const run&, const run&) = default;
};

/// Who made the latest version, and the version since which nobody else has made one.
struct latest_submitter {
  client_id by = client_id::server;
  version since = 1;

  friend bool operator==(const latest_submitter&, const latest_submitter&) = default;
};

namespace detail {

/// The identities of the submitters of runs, in the same order.
template <class Data>
struct run_identities {
  std::vector<identity_ptr<Data>> all;

  void push(const identity_ptr<Data>& one) { all.push_back(one); }
  [[nodiscard]] const identity_ptr<Data>* begin() const noexcept { return all.data(); }
};

template <class Data>
requires(!names_identity<Data>) struct run_identities<Data> {
  void push(no_identity) noexcept {}
  [[nodiscard]] const no_identity* begin() const noexcept { return nullptr; }
};

/// The place of an identity beside that of its run.
template <class Data>
struct identity_place {
  const identity_ptr<Data>* at = nullptr;

  identity_place() = default;
  explicit identity_place(const identity_ptr<Data>* first) : at(first) {}
  void advance() noexcept { ++at; }
  [[nodiscard]] const identity_ptr<Data>& get() const noexcept { return *at; }
};

template <class Data>
requires(!names_identity<Data>) struct identity_place<Data> {
  identity_place() = default;
  explicit identity_place(const no_identity*) noexcept {}
  void advance() noexcept {}
  [[nodiscard]] no_identity get() const noexcept { return {}; }
};

} // namespace detail

/// A run of accepted operations with their versions: immutable once sent, shared by all receivers.
template <class Data>
struct batch {
  epoch_id epoch{};
  /// The version of the first submission; the others follow without gaps.
  version first = 1;
  /// The last version; `first - 1` while the batch is empty.
  version last = 0;
  std::vector<typename Data::operation> operations;
  std::vector<run> runs;
  /// Bytes of the operations and runs.
  std::uint64_t bytes = 0;
  /// Who has submitted the runs; it takes no room if the data have no identity.
  [[no_unique_address]] detail::run_identities<Data> identities = {};
};

/// Appends accepted submissions, whose operations and their bytes are there already, as the next
/// versions. Throws nothing if there is room for one run more.
template <class Data>
void append(batch<Data>& to, const run& next, const identity_ptr<Data>& identity = {}) {
  to.last += next.versions();
  if (!next.transaction && !to.runs.empty()) {
    auto& latest = to.runs.back();
    if (!latest.transaction && latest.by == next.by && latest.time == next.time &&
        latest.number + latest.operations == next.number) {
      latest.operations += next.operations;
      return;
    }
  }
  to.runs.push_back(next);
  to.identities.push(identity);
  to.bytes += sizeof next;
}

/// The same together with their operations, one submission each or all one `transaction`; the first
/// is `number`.
template <class Data>
void append(batch<Data>& to, client_id by, submission_number number,
            std::span<const typename Data::operation> operations, bool transaction, timestamp now) {
  to.operations.insert(to.operations.end(), operations.begin(), operations.end());
  to.bytes += amount_of(operations).bytes;
  append(to, run{by, number, operations.size(), transaction, now});
}

/// Returns how many operations a batch has, and how much memory it takes.
template <class Data>
[[nodiscard]] amount amount_of(const batch<Data>& all) noexcept {
  return {all.operations.size(), sizeof all + all.bytes};
}

template <class Data>
using batch_ptr = std::shared_ptr<const batch<Data>>;

/// One accepted submission as it stands in a batch.
template <class Data>
struct accepted_submission {
  libsync::version version = 0;
  client_id by{};
  submission_number number = 0;
  timestamp time = 0;
  std::span<const typename Data::operation> operations;
  /// Who has submitted it: see `context::identity`.
  [[no_unique_address]] identity_ptr<Data> identity = {};
};

/// Calls `visit(accepted_submission)` for each submission of `all`, in order, until it returns
/// false. Returns whether it came to the end.
template <class Data, class Visit>
bool for_each_accepted(const batch<Data>& all, Visit visit) {
  version current = all.first;
  const auto* next = all.operations.data();
  detail::identity_place<Data> who{all.identities.begin()};
  for (const run& part : all.runs) {
    const std::size_t size = part.transaction ? part.operations : 1;
    for (version i = 0; i < part.versions(); ++i, ++current, next += size)
      if (!visit(accepted_submission<Data>{
              current, part.by, part.number + i, part.time, {next, size}, who.get()}))
        return false;
    who.advance();
  }
  return true;
}

} // namespace libsync
