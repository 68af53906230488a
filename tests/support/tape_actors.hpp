#pragma once

/// What actors are given for `tape::data`, compiled once for all tests.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "libsync/actors/embedded_client.hpp"
#include "libsync/actors/session.hpp"
#include "libsync/actors/supervisor.hpp"
#include "libsync/submission.hpp"
#include "support/tape.hpp"

extern template class libsync::detail::typed_server<tape::data>;
extern template class libsync::detail::client_core<tape::data>;
extern template class libsync::detail::typed_intake<tape::data, libsync::own_copy>;
extern template class libsync::embedded_client<tape::data>;
extern template class libsync::session<tape::data>;

using tape_server = libsync::server<tape::data>;
using tape_supervisor = libsync::supervisor<tape::data>;
using tape_client = libsync::client<tape::data>;
using tape_session = libsync::session<tape::data>;

/// What a client has shown, version by version: a snapshot's version, then contiguous ones.
struct shown_log {
  libsync::version from = 0;
  std::vector<std::pair<libsync::client_id, std::int64_t>> appended;
  bool contiguous = true;
  bool replaced = false;

  libsync::version version() const { return from + appended.size(); }

  void add(const libsync::change<tape::data>& what) {
    if (what.operations.empty()) {
      replaced = replaced || !appended.empty();
      from = what.version;
      appended.clear();
      return;
    }
    contiguous = contiguous && what.version == version() + 1;
    const auto* op = std::get_if<tape::append>(&what.operations.front());
    appended.emplace_back(what.by, op != nullptr ? op->value : -1);
  }
};

/// Client options that record what is shown. Read the log only after the client's actor is done.
inline std::pair<libsync::client_options<tape::data>, std::shared_ptr<shown_log>> recorded() {
  auto log = std::make_shared<shown_log>();
  libsync::client_options<tape::data> options;
  options.on_change = [log](const libsync::change<tape::data>& what) { log->add(what); };
  return {std::move(options), log};
}

/// Sends an operation without asking for a receipt.
inline void submit_to(const tape_client& to, const tape::data::operation& op) {
  to.post(op);
}
