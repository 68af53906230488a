#pragma once

/// What a sequencer sends, of which a recorder hears as it does from a server.

#include "journal/books.hpp"
#include "libsync/detail/server/recorder.hpp"
#include "support/record.hpp"

struct recording_sink : server_record<books::data> {
  explicit recording_sink(libsync::detail::recorder<books::data, int>& to) : writer(to) {}

  void send(int route, const libsync::welcome_ptr<books::data>& what) {
    server_record<books::data>::send(route, what);
    writer.note(what->you);
  }
  using server_record<books::data>::send;
  void logged(const libsync::batch_ptr<books::data>& sent) { writer.note(sent); }

  libsync::detail::recorder<books::data, int>& writer;
};
