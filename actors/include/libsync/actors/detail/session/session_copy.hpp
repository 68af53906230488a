#pragma once

/// What a session of each mode shows.

#include <chrono>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/session/session_buffer.hpp"

#include "libsync/detail/client/confirmed_copy.hpp"
#include "libsync/detail/shared.hpp"
#include "libsync/pending.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"

namespace libsync::detail {

/// A session's buffer, and the copy of the data that its client shows. With `optimistic` whoever
/// reads the copy shows what is in the buffer first.
template <class Data, replica_mode Mode>
class session_copy {
  using copy = typename copy_of<Data, Mode>::type;
  using buffer = session_buffer<Data, Mode>;
  static constexpr bool is_optimistic = std::is_same_v<Mode, optimistic>;

public:
  /// Returns the confirmed data with their version, or the reason for which there are none. They
  /// may be a copy. It waits for nothing but a change of what is shown.
  [[nodiscard]] result<libsync::snapshot<Data>> confirmed() const {
    static_assert(is_optimistic, "libsync: a session that is not optimistic shows nothing but the "
                                 "confirmed data: read these, or make it with the mode "
                                 "libsync::optimistic");
    if (!copy_)
      return result<libsync::snapshot<Data>>::failed("the session was moved from");
    if (auto shown = copy_->confirmed(); shown.data)
      return shown;
    return result<libsync::snapshot<Data>>::failed("there are no data");
  }

  /// Returns how each submission without a receipt stands, in order. The receipt says what became
  /// of the others. Numbers may change while a submission waits in the session; the order stays.
  [[nodiscard]] std::vector<pending_submission> pending() const {
    static_assert(is_optimistic, "libsync: a session that is not optimistic shows nothing that is "
                                 "pending: make it with the mode libsync::optimistic");
    return copy_ ? copy_->pending() : std::vector<pending_submission>{};
  }

protected:
  explicit session_copy(const client_options<Data, Mode>& options)
      : buffer_(shared<buffer>(options.bounds.checked())), copy_(make_copy(buffer_)) {
    if (options.undo)
      buffer_->enable_undo();
  }

  /// There may be no data because an early submission has left nobody knows what: then the client
  /// is to ask for a snapshot.
  void look_after(const actor_ref& client) const {
    if constexpr (is_optimistic)
      send(client, message::drain);
  }

  std::shared_ptr<buffer> buffer_;
  copy_ptr<Data, Mode> copy_;

private:
  static std::uint64_t nanoseconds() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::nanoseconds{now}.count());
  }

  static copy_ptr<Data, Mode> make_copy(const std::shared_ptr<buffer>& with) {
    if constexpr (is_optimistic) {
      auto made = shared<copy>(readers::any);
      made->feed([with] { return with->has_early(); },
                 [with](parcel<Data>& to) { with->take_early(to); });
      return made;
    } else {
      return shared<copy>(readers::any, nanoseconds);
    }
  }
};

} // namespace libsync::detail
