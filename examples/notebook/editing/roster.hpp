#pragma once

/// Who has joined through which client of the server.

#include <map>
#include <optional>

#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"

namespace notebook_example {

/// Lets a server submit the leaving of whoever it forgets: it is told of accepted operations, and
/// asked for the last one when a client has left. Of the server alone.
class roster {
public:
  void note(libsync::client_id by, const operation& op) {
    if (const auto* joined = std::get_if<client_join>(&op))
      names_[by] = joined->client;
    else if (std::holds_alternative<client_leave>(op))
      names_.erase(by);
  }

  [[nodiscard]] std::optional<operation> last_word_of(libsync::client_id left) {
    const auto found = names_.find(left);
    if (found == names_.end())
      return std::nullopt;
    operation word = client_leave{found->second};
    names_.erase(found);
    return word;
  }

private:
  std::map<libsync::client_id, id> names_;
};

} // namespace notebook_example
