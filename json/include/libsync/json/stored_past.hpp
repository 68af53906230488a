#pragma once

/// The past of a server, as its journal has it.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/detail/journal_past.hpp"
#include "libsync/json/detail/journal_reader.hpp"
#include "libsync/json/journal_settings.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/storage_error.hpp"

namespace libsync {

/// Reads any version that a journal keeps. It shows what was written when it was made, and writes
/// nothing.
///
///     const auto past = libsync::sqlite_journal{"auction.db"}.open_past<auction>();
///     for (auto version = past.oldest(); version <= past.newest(); ++version)
///       show(past.data_of(version));
///
/// A `history`, or a server of its own for sessions, begins with such data. All calls throw
/// storage_error. One thread at a time.
template <class Data>
class stored_past {
public:
  /// Throws also if nothing was ever written there.
  stored_past(std::unique_ptr<row_store> in, journal_settings how)
      : in_(std::move(in)), how_(std::make_unique<journal_settings>(std::move(how))) {
    auto found = detail::find_header(*in_);
    if (!found)
      throw storage_error{storage_failure::other, in_->place() + ": nothing is written there yet"};
    header_ = std::make_unique<detail::journal_header>(*std::move(found));
  }

  /// The versions that it keeps.
  [[nodiscard]] version oldest() const noexcept { return header_->log_after; }
  [[nodiscard]] version newest() const noexcept { return header_->version; }
  [[nodiscard]] epoch_id epoch() const noexcept { return header_->epoch; }

  /// Returns the data of a version. The nearest data that are stored before it are read, and what
  /// was accepted since is applied to them.
  [[nodiscard]] Data data_of(version wanted) const {
    if (wanted < oldest() || wanted > newest())
      throw storage_error{storage_failure::other,
                          in_->place() + ": version " + std::to_string(wanted) +
                              " is not kept, only " + std::to_string(oldest()) + " to " +
                              std::to_string(newest())};
    return past().data_of(wanted);
  }

  /// Calls `visit(const accepted_submission<Data>&)` for each submission that was accepted after
  /// `after` and up to `last`, in order.
  template <class Visit>
  void for_each(version after, version last, Visit visit) const {
    past().for_each_run(after, std::min(last, newest()), [&](const auto&, const auto& one) {
      for_each_accepted<Data>(*one, [&](const accepted_submission<Data>& next) {
        if (next.version > after && next.version <= last)
          visit(next);
        return true;
      });
    });
  }

private:
  [[nodiscard]] detail::journal_past<Data> past() const { return {*in_, *how_, *header_}; }

  std::unique_ptr<row_store> in_;
  std::unique_ptr<journal_settings> how_;
  std::unique_ptr<detail::journal_header> header_;
};

} // namespace libsync
