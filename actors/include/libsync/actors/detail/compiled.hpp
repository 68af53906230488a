#pragma once

/// Code that is the same for all data is compiled once, in the library, and not again with each
/// program.

#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/receipt_future.hpp"

#include "libsync/detail/client/due_receipts.hpp"
#include "libsync/detail/fifo.hpp"
#include "libsync/detail/server/members.hpp"
#include "libsync/detail/server/traffic.hpp"
#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/protocol/reply.hpp"
#include "libsync/receipt.hpp"

// NOLINTBEGIN(bugprone-macro-parentheses): a keyword, or nothing
#define LIBSYNC_COMPILED(EXTERN)                                                                   \
  EXTERN template class std::vector<libsync::reply::verdict>;                                      \
  EXTERN template class std::vector<libsync::run>;                                                 \
  EXTERN template class std::vector<libsync::submission_shape>;                                    \
  EXTERN template class std::vector<libsync::detail::decision>;                                    \
  EXTERN template class std::vector<libsync::detail::wanted_receipt>;                              \
  EXTERN template class std::vector<libsync::detail::owed_receipt>;                                \
  EXTERN template class std::vector<libsync::detail::member<libsync::detail::actor_address>>;      \
  EXTERN template class std::deque<libsync::detail::submission_window>;                            \
  EXTERN template class std::deque<libsync::detail::traffic::mark>;                                \
  EXTERN template class std::map<libsync::detail::actor_address, libsync::client_id>;              \
  EXTERN template class std::map<libsync::effect_key, libsync::no_effect>;                         \
  EXTERN template class libsync::detail::fifo<libsync::detail::decision>;                          \
  EXTERN template class libsync::detail::fifo<libsync::detail::wanted_receipt>;                    \
  EXTERN template class libsync::detail::fifo<libsync::detail::owed_receipt>;                      \
  EXTERN template class libsync::detail::fifo<libsync::detail::waiting_reply>;                     \
  EXTERN template class libsync::detail::member_list<libsync::detail::actor_address>;
// NOLINTEND(bugprone-macro-parentheses)

namespace libsync::detail {

// Names for what has none.
using wanted_receipt = std::pair<submission_number, receipt_handler>;
using owed_receipt = std::pair<submission_number, receipt_promise>;
using waiting_reply = std::pair<actor_address, reply_ptr>;

} // namespace libsync::detail

LIBSYNC_COMPILED(extern)
