#pragma once

/// What a simulated network is checked against, written apart from the library.

#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/ids.hpp"
#include "support/tape.hpp"

namespace simulation {

using operation = tape::data::operation;

/// Thrown where the library does what it must not.
struct broken : std::logic_error {
  using std::logic_error::logic_error;
};

template <class... Parts>
void require(bool condition, const Parts&... parts) {
  if (condition)
    return;
  std::ostringstream text;
  (text << ... << parts);
  throw broken(text.str());
}

/// What should happen, as naively as can be.
class model {
public:
  struct verdict {
    bool accepted;
    libsync::version version;
  };

  const std::vector<std::int64_t>& now() const { return history_.back(); }
  const std::vector<std::int64_t>& at(libsync::version v) const { return history_.at(v); }
  libsync::version version() const { return history_.size() - 1; }

  /// Its reducer may change the data before it throws, as `tape::brittle_data` do.
  explicit model(bool brittle = false) : brittle_(brittle) {}

  /// Decides submission `number` of `client` unless it was decided before: all of `operations` or
  /// none, and only if nobody but `by` has changed anything after version `since`. Returns false
  /// where it stays undecided for ever: it threw half-way, and an epoch has begun with that.
  bool decide(int client, libsync::submission_number number,
              const std::vector<operation>& operations, std::optional<libsync::version> since,
              libsync::client_id by) {
    if (verdicts_.contains({client, number}))
      return true;
    bool conflict = false;
    for (libsync::version v = since.value_or(version()) + 1; v <= version(); ++v)
      conflict = conflict || authors_.at(v) != by;
    if (!conflict && brittle_ && operations.size() == 1 &&
        std::holds_alternative<tape::fail>(operations.front())) {
      begin_epoch(version());
      history_.back().push_back(-7);
      return false;
    }
    verdicts_[{client, number}] = conflict ? verdict{false, version()} : apply(operations, by);
    return true;
  }

  /// The server had no memory for this one.
  bool refuse(int client, libsync::submission_number number) {
    verdicts_.insert_or_assign({client, number}, verdict{false, 0});
    return true;
  }

  const verdict* find(int client, libsync::submission_number number) const {
    auto found = verdicts_.find({client, number});
    return found == verdicts_.end() ? nullptr : &found->second;
  }

  /// A new epoch begins with the data of version `last`, as a version of its own. What was decided
  /// after it never happened.
  void begin_epoch(libsync::version last) {
    history_.resize(last + 1);
    authors_.resize(last + 1);
    effects_.resize(last + 1);
    std::erase_if(verdicts_, [last](const auto& one) { return one.second.version > last; });
    history_.push_back(now());
    authors_.push_back(libsync::client_id::server);
    effects_.emplace_back();
  }

  verdict apply(const std::vector<operation>& operations, libsync::client_id by) {
    auto next = now();
    std::vector<std::int64_t> asked;
    for (const auto& op : operations) {
      if (const auto* added = std::get_if<tape::append>(&op)) {
        next.push_back(added->value);
        if (added->value % 3 == 0)
          asked.push_back(added->value);
      } else if (next.empty() || std::holds_alternative<tape::fail>(op)) {
        return {false, 0};
      } else if (std::holds_alternative<tape::drop>(op)) {
        next.pop_back();
      } else {
        next.push_back(next.front());
        next.erase(next.begin());
      }
    }
    if (operations.empty())
      return {true, version()};
    history_.push_back(std::move(next));
    authors_.push_back(by);
    effects_.push_back(std::move(asked));
    return {true, version()};
  }

  /// What the accepted operations have asked for, in order.
  std::vector<std::int64_t> effects() const {
    std::vector<std::int64_t> all;
    for (const auto& some : effects_)
      all.insert(all.end(), some.begin(), some.end());
    return all;
  }

private:
  bool brittle_;
  std::vector<std::vector<std::int64_t>> history_{{}};
  std::vector<libsync::client_id> authors_{libsync::client_id::server};
  // By version, like the others.
  std::vector<std::vector<std::int64_t>> effects_{{}};
  std::map<std::pair<int, libsync::submission_number>, verdict> verdicts_;
};

} // namespace simulation
