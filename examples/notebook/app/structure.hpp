#pragma once

/// What changes the structure of a notebook, as people say it.

#include <functional>
#include <string>
#include <vector>

#include "notebook/app/command.hpp"
#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"

namespace notebook_example {

/// Somebody who says something, and the notebook as it is.
struct speaker {
  const id& name;
  const notebook& data;
  /// Returns a name for something new.
  std::function<id()> fresh;
};

/// Operations that belong together: all are accepted, or none.
using operations = libsync::result<std::vector<operation>>;

/// Returns what somebody wants to be done; or what was expected.
operations read_structure(const speaker& by, const std::string& action, words rest);

/// Returns what an operation makes; empty if it makes nothing.
id made_by(const operation& op);

} // namespace notebook_example
