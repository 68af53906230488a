// Who is there, and what is done to the notebook as a whole.

#include <algorithm>

#include "notebook/model/lookup.hpp"

namespace notebook_example {

using libsync::accepted;
using libsync::outcome;
using libsync::refused;

outcome reduce(notebook& self, const set_notebook_name& op) {
  if (auto good = check_name(op.name); !good)
    return good;
  self.name = op.name;
  return changed(self);
}

outcome reduce(notebook& self, const notebook_saved& op) {
  const auto count = op.changes.value_or(self.changes);
  if (count > self.changes)
    return refused("change " + std::to_string(count) + " is not made yet, but " +
                   std::to_string(self.changes));
  self.saved = std::max(count, self.saved.value_or(0));
  return accepted();
}

outcome reduce(notebook& self, const client_join& op) {
  if (self.clients.contains(op.client))
    return refused("client " + op.client + " has joined already");
  if (auto good = check_name(op.user_name); !good)
    return good;
  self.clients[op.client] = op.user;
  self.users[op.user] = op.user_name;
  for (auto& [key, one] : self.cells)
    static_cast<void>(one.source.join(op.client)); // a client is in all cells or in none
  return accepted();
}

outcome reduce(notebook& self, const client_leave& op) {
  const auto found = self.clients.find(op.client);
  if (found == self.clients.end())
    return refused("client " + op.client + " has not joined");
  const auto user = found->second;
  self.clients.erase(found);
  if (std::none_of(self.clients.begin(), self.clients.end(),
                   [&](const auto& one) { return one.second == user; }))
    self.users.erase(user);
  for (auto& [key, one] : self.cells)
    static_cast<void>(one.source.leave(op.client)); // a client is in all cells or in none
  return accepted();
}

outcome reduce(notebook& self, const update_user& op) {
  const auto found = self.users.find(op.user);
  if (found == self.users.end())
    return refused("user " + op.user + " has no client");
  if (auto good = check_name(op.user_name); !good)
    return good;
  found->second = op.user_name;
  return accepted();
}

} // namespace notebook_example
