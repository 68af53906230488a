#pragma once

/// A server of a diary at which two clients have submitted something.

#include <memory>
#include <utility>
#include <vector>

#include "libsync/sequencer.hpp"
#include "support/diary.hpp"
#include "support/record.hpp"

namespace diary {

inline constexpr libsync::epoch_id epoch{7};

using operations = std::vector<operation>;

/// A server at which two clients have submitted: two operations, a transaction, and one refused.
struct busy_server {
  server_record<data> out;
  libsync::sequencer<data, int> server{{}, epoch};

  busy_server() {
    server.join(1, {}, 1, out);
    server.join(2, {}, 2, out);
    submit(1, 10, {jot{1}, jot{2}});
    libsync::parcel<data> both{libsync::client_id{2}, epoch, 1, 0, {}, {}};
    append(both, libsync::submission<data>{libsync::transaction<data>{{jot{3}, jot{4}}}});
    append(both, libsync::submission<data>{libsync::transaction<data>{{jot{5}, jot{7}}}});
    server.submit(2, both, 20, out);
    submit(1, 30, {jot{14}, jot{6}});
    server.flush(out);
  }

  void submit(int route, libsync::timestamp now, operations all) {
    auto& next = route == 1 ? first_ : second_;
    const auto count = all.size();
    server.submit(route, {libsync::client_id(route), epoch, next, count, std::move(all), {}}, now,
                  out);
    next += count;
  }

  libsync::snapshot<data> initial() const { return {epoch, 0, std::make_shared<const data>()}; }

private:
  libsync::submission_number first_ = 1;
  libsync::submission_number second_ = 3;
};

inline const data all_entries{{{1, libsync::client_id{1}, 10, 1},
                               {2, libsync::client_id{1}, 10, 2},
                               {3, libsync::client_id{2}, 20, 3},
                               {4, libsync::client_id{2}, 20, 3},
                               {6, libsync::client_id{1}, 30, 4}}};

} // namespace diary
