#pragma once

/// Accounts, whose operations and data are stored.

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/context.hpp"
#include "libsync/effects.hpp"
#include "libsync/json/read.hpp"
#include "libsync/outcome.hpp"

namespace books {

/// Adds an amount, which must not be negative.
struct pay {
  std::string to;
  std::int64_t amount = 0;
  friend bool operator==(const pay&, const pay&) = default;
};
/// Removes an account, and asks for what was in it to be paid out.
struct end {
  std::string account;
  friend bool operator==(const end&, const end&) = default;
};

inline void to_json(nlohmann::json& to, const pay& from) {
  to = {{"to", from.to}, {"amount", from.amount}};
}
inline void from_json(const nlohmann::json& from, pay& to) {
  from.at("to").get_to(to.to);
  from.at("amount").get_to(to.amount);
}
inline void to_json(nlohmann::json& to, const end& from) {
  to = from.account;
}
inline void from_json(const nlohmann::json& from, end& to) {
  from.get_to(to.account);
}

struct data {
  using operation = std::variant<pay, end>;
  using effect = std::string;
  using identity = std::string;

  std::map<std::string, std::int64_t> accounts;
  /// Who has paid last, and when.
  std::string payer;
  libsync::timestamp time = 0;
  libsync::version version = 0;

  friend bool operator==(const data&, const data&) = default;
};

inline void to_json(nlohmann::json& to, const data& from) {
  to = {{"accounts", from.accounts},
        {"payer", from.payer},
        {"time", from.time},
        {"version", from.version}};
}
inline void from_json(const nlohmann::json& from, data& to) {
  from.at("accounts").get_to(to.accounts);
  from.at("payer").get_to(to.payer);
  from.at("time").get_to(to.time);
  from.at("version").get_to(to.version);
}

inline libsync::outcome reduce(data& self, const pay& op, const libsync::context<data>& how) {
  if (op.amount < 0)
    return libsync::refused("an amount is negative");
  self.accounts[op.to] += op.amount;
  self.payer = how.identity ? *how.identity : "nobody";
  self.time = how.time;
  self.version = how.version;
  return libsync::accepted();
}

inline libsync::outcome reduce(data& self, const end& op, const libsync::context<data>&,
                               libsync::effects<data>& asked) {
  const auto found = self.accounts.find(op.account);
  if (found == self.accounts.end())
    return libsync::refused("there is no such account");
  asked.emit(op.account + ": " + std::to_string(found->second));
  self.accounts.erase(found);
  return libsync::accepted();
}

} // namespace books
