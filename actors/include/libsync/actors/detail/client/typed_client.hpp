#pragma once

/// Makes a stock client of certain data.

#include <memory>
#include <utility>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/actor_ref.hpp"
#include "libsync/actors/detail/client/any_client.hpp"
#include "libsync/actors/detail/client/client_core.hpp"
#include "libsync/actors/detail/session/session_buffer.hpp"
#include "libsync/actors/detail/session/typed_intake.hpp"

#include "libsync/detail/client/confirmed_copy.hpp"
#include "libsync/shared_view.hpp"

namespace libsync::detail {

/// With a session the client takes submissions from `buffer`, and shows its data in `copy`.
template <class Data, replica_mode Mode>
class typed_maker final : public client_maker {
public:
  typed_maker(const server_place& to, client_options<Data, Mode> options,
              std::shared_ptr<session_buffer<Data, Mode>> buffer, copy_ptr<Data, Mode> copy)
      : to_(to), options_(std::move(options)), buffer_(std::move(buffer)), copy_(std::move(copy)) {}

  [[nodiscard]] made_client make(caf::local_actor* self) override {
    auto* core = new client_core<Data, Mode>(self, to_, std::move(options_), copy_);
    made_client made{std::shared_ptr<client_base>{core}, nullptr};
    if (buffer_)
      made.intake.reset(new typed_intake<Data, Mode>(*core, buffer_, copy_));
    return made;
  }

private:
  server_place to_;
  client_options<Data, Mode> options_;
  std::shared_ptr<session_buffer<Data, Mode>> buffer_;
  copy_ptr<Data, Mode> copy_;
};

template <class Data, replica_mode Mode>
actor_ref spawn_typed_client(const server_place& to, client_options<Data, Mode> options,
                             std::shared_ptr<session_buffer<Data, Mode>> buffer = nullptr,
                             copy_ptr<Data, Mode> copy = nullptr) {
  std::unique_ptr<client_maker> how{
      new typed_maker<Data, Mode>{to, std::move(options), std::move(buffer), std::move(copy)}};
  return spawn_client(to, std::move(how));
}

} // namespace libsync::detail
