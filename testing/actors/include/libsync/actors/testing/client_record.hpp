#pragma once

/// What a simulated client saw.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"

#include "libsync/testing/receipt_counts.hpp"

namespace libsync::testing {

/// One state of the client's copy.
struct seen_version {
  libsync::version version = 0;
  /// Whose submission led to it; nobody's if a snapshot did.
  client_id by{};
  bool is_snapshot = false;
  /// The digest of the data.
  std::uint64_t digest = 0;
  friend bool operator==(const seen_version&, const seen_version&) = default;
};

/// The receipt of one of its submissions, which are counted from 0.
struct told_receipt {
  std::size_t submission = 0;
  libsync::receipt receipt;
};

/// All that a simulated client saw, in order.
struct client_record {
  std::vector<seen_version> seen;
  std::vector<told_receipt> told;
  receipt_counts counts;
  /// The promises that were broken to it, each in a sentence.
  std::vector<std::string> broken;
  /// Its server may lose versions, so a snapshot may be older.
  bool may_lose_versions = false;

  [[nodiscard]] libsync::version version() const noexcept {
    return seen.empty() ? 0 : seen.back().version;
  }

  /// Checks that versions have no gap, and none comes twice.
  void see(const seen_version& next) {
    const auto last = version();
    const bool follows =
        next.is_snapshot ? next.version >= last || may_lose_versions : next.version == last + 1;
    if (!seen.empty() && !follows)
      broken.push_back("version " + std::to_string(next.version) + " came after version " +
                       std::to_string(last));
    seen.push_back(next);
  }

  /// Checks that it is the first, and that the copy shows what was accepted.
  void tell(std::size_t submission, const libsync::receipt& what) {
    if (submission >= has_receipt.size())
      has_receipt.resize(submission + 1);
    if (has_receipt[submission])
      broken.push_back("submission " + std::to_string(submission) + " got two receipts");
    has_receipt[submission] = true;
    if (what.is_accepted() && what.version > version())
      broken.push_back("submission " + std::to_string(submission) + " was accepted as version " +
                       std::to_string(what.version) + " while the copy was at version " +
                       std::to_string(version()));
    told.push_back({submission, what});
    if (!counts.count(what.what))
      broken.push_back("submission " + std::to_string(submission) + " was told `undecided`");
  }

  std::vector<bool> has_receipt;
};

} // namespace libsync::testing
