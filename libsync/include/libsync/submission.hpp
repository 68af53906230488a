#pragma once

/// Submissions: operations, alone or together, with or without a condition.

#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/size_of.hpp"

namespace libsync {

/// Operations that are applied wholly or not at all, in one version. Adding a transaction to a
/// transaction adds its operations, so there is no nesting. An empty transaction is accepted and
/// takes no version.
template <class Data>
class transaction {
public:
  using operation = typename Data::operation;

  transaction() = default;
  explicit transaction(std::vector<operation> operations) : operations_(std::move(operations)) {}

  transaction& add(operation op) {
    operations_.push_back(std::move(op));
    return *this;
  }

  transaction& add(const transaction& other) {
    const auto all = other.operations_; // it may be this one
    operations_.insert(operations_.end(), all.begin(), all.end());
    return *this;
  }

  [[nodiscard]] const std::vector<operation>& operations() const& noexcept { return operations_; }
  [[nodiscard]] std::vector<operation>&& operations() && noexcept { return std::move(operations_); }

private:
  std::vector<operation> operations_;
};

/// One submission: an operation or a transaction, with or without a condition.
template <class Data>
struct submission {
  using operation = typename Data::operation;

  submission(operation op) : what(std::move(op)) {}
  submission(transaction<Data> all) : what(std::move(all)) {}

  /// Makes the submission conditional. It is refused if anything but the submitter's own earlier
  /// submissions was accepted after `version`.
  [[nodiscard]] submission only_since(libsync::version version) && {
    unchanged_since = version;
    return std::move(*this);
  }

  std::variant<operation, transaction<Data>> what;
  std::optional<version> unchanged_since;
};

/// Returns how many operations are submitted, and how many bytes they take. (Not inlined, since g++
/// then warns of the alternative that is not there.)
template <class Data>
[[nodiscard, gnu::noinline]] amount amount_of(const submission<Data>& one) noexcept {
  using operation = typename Data::operation;
  if (const auto* all = std::get_if<transaction<Data>>(&one.what))
    return amount_of(std::span{std::as_const(all->operations())});
  return amount_of(std::span<const operation, 1>{&std::get<operation>(one.what), 1});
}

} // namespace libsync
