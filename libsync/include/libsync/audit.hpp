#pragma once

/// The result of an audit, which compares the copies of all clients with the server's data.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "libsync/detail/audit/print_operation.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reason.hpp"

namespace libsync {

/// An accepted submission that an audit names.
template <class Data>
struct audited_submission {
  libsync::version version = 0;
  client_id by{};
  submission_number number = 0;
  timestamp time = 0;
  std::vector<typename Data::operation> operations;

  /// Prints it as "version 17, operation add{5} of client 2". An operation is printed by its
  /// `operator<<`, and one of a variant by that of the alternative.
  friend std::ostream& operator<<(std::ostream& out, const audited_submission& self) {
    out << "version " << self.version << ", ";
    if (self.operations.size() == 1) {
      out << "operation ";
      detail::print_operation(out, self.operations.front());
    } else {
      out << "transaction {";
      const char* between = "";
      for (const auto& op : self.operations) {
        out << between;
        detail::print_operation(out, op);
        between = ", ";
      }
      out << '}';
    }
    return out << " of " << (self.by == client_id::server ? "the " : "") << self.by;
  }
};

/// What an audit says of one client's copy.
template <class Data>
struct audited_copy {
  enum class kind {
    /// Its digest is that of the server's data.
    agrees,
    /// It has another digest.
    differs,
    /// The client told no digest, for the reason `why`: a viewer, one that has left, or one that is
    /// not at that version.
    not_compared,
  };

  client_id client{};
  kind what = kind::not_compared;
  /// The first submission after which the copy differs, as far as the log tells: applied twice to
  /// equal data, it led to two different results. The client's copy has come by it.
  std::optional<audited_submission<Data>> first = std::nullopt;
  /// Why there is no digest; or, where `first` is missing though the copy differs, what is known
  /// instead.
  reason why = {};

  friend std::ostream& operator<<(std::ostream& out, const audited_copy& self) {
    out << self.client;
    switch (self.what) {
    case kind::agrees:
      return out << " agrees with the server";
    case kind::differs:
      out << " differs from the server";
      return self.first ? out << " first at " << *self.first : out << ": " << self.why;
    case kind::not_compared:
      break;
    }
    return out << " was not compared: " << self.why;
  }
};

/// The result of an audit.
template <class Data>
struct audit_report {
  using copy = audited_copy<Data>;

  epoch_id epoch{};
  /// The version at which the copies were compared.
  libsync::version version = 0;
  /// By ascending client.
  std::vector<copy> copies;

  [[nodiscard]] std::size_t count(typename copy::kind what) const noexcept {
    return static_cast<std::size_t>(std::count_if(
        copies.begin(), copies.end(), [what](const copy& one) { return one.what == what; }));
  }

  /// Whether no copy differs. Copies that were not compared may.
  [[nodiscard]] bool agrees() const noexcept { return count(copy::kind::differs) == 0; }

  /// Returns what is said of a client; null if it was no member.
  [[nodiscard]] const copy* find(client_id client) const noexcept {
    const auto found = std::find_if(copies.begin(), copies.end(),
                                    [client](const copy& one) { return one.client == client; });
    return found == copies.end() ? nullptr : &*found;
  }

  /// Prints a line with the numbers, and one for each copy that differs or was not compared.
  friend std::ostream& operator<<(std::ostream& out, const audit_report& self) {
    out << "audit at version " << self.version << ": " << self.count(copy::kind::agrees)
        << " agree, " << self.count(copy::kind::differs) << " differ, "
        << self.count(copy::kind::not_compared) << " not compared";
    for (const auto& one : self.copies)
      if (one.what != copy::kind::agrees)
        out << '\n' << one;
    return out;
  }
};

} // namespace libsync
