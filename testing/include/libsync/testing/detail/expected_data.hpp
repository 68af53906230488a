#pragma once

/// What a simulation expects of every copy.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/change.hpp"
#include "libsync/context.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/outcome.hpp"
#include "libsync/reducer.hpp"

#include "libsync/testing/digest.hpp"

namespace libsync::testing::detail {

/// What all copies must be: the initial data, and each accepted submission applied to them alone,
/// as naively as can be. Each operation works on a copy, so one that is refused changes nothing.
template <class Data>
class expected_data {
public:
  using operation = typename Data::operation;
  using effect = typename effects<Data>::effect;
  static constexpr bool has_effects = !std::is_same_v<effect, no_effect>;

  explicit expected_data(Data initial) : data_(std::move(initial)) {
    beginnings_.emplace(0, data_);
    versions_.push_back({digest_of(data_), client_id::server, {}, {}, {}});
  }

  /// Takes what the server has accepted, or the beginning of an epoch, which has no operations and
  /// changes nothing. Returns what is wrong with it.
  std::string accept(const change<Data>& next) {
    if (next.version != last() + 1)
      return "the server made version " + std::to_string(next.version) + " after version " +
             std::to_string(last());
    if (const auto done = apply({next.by, next.time, 0, false, next.identity}, next.operations);
        !done)
      return "version " + std::to_string(next.version) +
             " was accepted, but the reducer refuses it: " + std::string{done.reason()};
    if (next.operations.empty())
      versions_.push_back({digest(), next.by, {}, {}, {}});
    if (digest_of(next.data) != digest())
      return "the server's data at version " + std::to_string(next.version) +
             " are not what the operations lead to";
    return {};
  }

  /// Applies a submission wholly, as the next version, or says why that cannot be. None at all are
  /// accepted, and make no version. The version of `how` is found here.
  outcome apply(context<Data> how, std::span<const operation> all) {
    how.version = last() + 1;
    torn_.reset();
    if (all.empty())
      return accepted();
    Data next = data_;
    effects<Data> asked;
    for (std::size_t i = 0; i != all.size(); ++i)
      if (auto why = step(next, all[i], how, asked, i + 1 != all.size()); !why) {
        if (all.size() != 1)
          return refused("operation " + std::to_string(i + 1) + " of " +
                         std::to_string(all.size()) + ": " + why.reason());
        if (why.leaves_data_unknown())
          torn_ = digest_of(next);
        return why;
      }
    data_ = std::move(next);
    versions_.push_back(
        {digest_of(data_), how.by, {asked.begin(), asked.end()}, {all.begin(), all.end()}, how});
    return accepted();
  }

  /// The digest of what the last operation has left of the data, if it threw half-way.
  [[nodiscard]] const std::optional<std::uint64_t>& torn() const noexcept { return torn_; }

  /// An epoch begins with these data, which is the next version after `latest`. What came after
  /// `latest` never happened.
  void begin_epoch(version latest, const Data& now) {
    versions_.resize(static_cast<std::size_t>(latest) + 1);
    data_ = now;
    versions_.push_back({digest_of(data_), client_id::server, {}, {}, {}});
    beginnings_.erase(beginnings_.upper_bound(latest), beginnings_.end());
    beginnings_.emplace(last(), data_);
    ++epochs_;
    torn_.reset();
  }

  /// What came after `latest` never happened, though it may have been shown.
  void forget_after(version latest) {
    for (auto gone = last(); gone > latest; --gone) {
      lost_.emplace(gone, versions_.back().digest);
      versions_.pop_back();
    }
    beginnings_.erase(beginnings_.upper_bound(latest), beginnings_.end());
    const auto& [begun, initial] = beginning(latest);
    data_ = initial;
    for (auto next = begun + 1; next <= latest; ++next)
      for (const auto& op : operations_of(next))
        static_cast<void>(reducer<Data>::step(data_, op, context_of(next)));
    ++epochs_;
    torn_.reset();
  }

  [[nodiscard]] version last() const noexcept { return versions_.size() - 1; }
  [[nodiscard]] std::uint64_t digest() const noexcept { return versions_.back().digest; }
  [[nodiscard]] bool has(version seen, std::uint64_t digest) const {
    return (seen < versions_.size() && versions_[seen].digest == digest) ||
           lost_.contains({seen, digest});
  }
  /// The same, but for what never happened.
  [[nodiscard]] bool is(version which, std::uint64_t digest) const {
    return which < versions_.size() && versions_[which].digest == digest;
  }
  [[nodiscard]] client_id author_of(version which) const { return versions_.at(which).by; }
  [[nodiscard]] const Data& data() const noexcept { return data_; }

  /// Whether nobody but `by` has changed anything after version `since`.
  [[nodiscard]] bool is_unchanged_since(version since, client_id by) const {
    return std::all_of(versions_.begin() + static_cast<std::ptrdiff_t>(std::min(since, last()) + 1),
                       versions_.end(), [by](const auto& one) { return one.by == by; });
  }

  /// How many epochs have begun after the first. Versions of the past may differ after each.
  [[nodiscard]] std::size_t epochs() const noexcept { return epochs_; }
  /// The latest version up to `latest` with which an epoch began, and its data.
  [[nodiscard]] const std::pair<const version, Data>& beginning(version latest) const {
    return *std::prev(beginnings_.upper_bound(latest));
  }
  [[nodiscard]] const std::vector<operation>& operations_of(version which) const {
    return versions_.at(static_cast<std::size_t>(which)).operations;
  }
  [[nodiscard]] const context<Data>& context_of(version which) const {
    return versions_.at(static_cast<std::size_t>(which)).how;
  }
  /// The latest version up to `latest` that somebody else has made; 0 if there is none.
  [[nodiscard]] version latest_not_by(client_id by, version latest) const {
    while (latest > 0 && versions_.at(static_cast<std::size_t>(latest)).by == by)
      --latest;
    return latest;
  }

  /// What the submission that became this version has asked for, in order.
  [[nodiscard]] const std::vector<effect>& effects_of(version which) const {
    return versions_.at(which).asked;
  }
  [[nodiscard]] std::size_t count_effects() const {
    std::size_t all = 0;
    for (const auto& one : versions_)
      all += one.asked.size();
    return all;
  }

private:
  struct made {
    std::uint64_t digest = 0;
    client_id by{};
    std::vector<effect> asked;
    std::vector<operation> operations;
    context<Data> how;
  };

  // Where there are inverses, a transaction needs that of each operation but the last.
  static outcome step(Data& data, const operation& op, const context<Data>& how,
                      effects<Data>& asked, bool needs_inverse) {
    if constexpr (invertible<Data>)
      if (needs_inverse)
        try {
          static_cast<void>(libsync::detail::call_inverse(data, op, how));
        } catch (...) {
          return refused(std::string{"inverse "} + libsync::detail::what_was_thrown());
        }
    return reducer<Data>::step(data, op, how, asked);
  }

  Data data_;
  std::vector<made> versions_;
  std::map<version, Data> beginnings_;
  std::set<std::pair<version, std::uint64_t>> lost_; // with their digests
  std::size_t epochs_ = 0;
  std::optional<std::uint64_t> torn_;
};

} // namespace libsync::testing::detail
