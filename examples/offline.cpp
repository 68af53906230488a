// A laptop and a phone keep a shopping list, each for itself while there is no network. No server
// decides: each has a statebox, and what both have done is merged when they meet.

#include <iostream>
#include <memory>
#include <string>
#include <variant>

#include "libsync/peers.hpp"
#include "libsync/statebox.hpp"

namespace {

using names = libsync::set<std::string>;
using shops = libsync::dictionary<std::string, names>;
using box = libsync::statebox<shops, libsync::stamp>;
using peer = libsync::peer<shops>;
using change = libsync::composite<shops::operation>;

std::ostream& operator<<(std::ostream& out, const names& all) {
  out << '[';
  for (auto next = all.begin(); next != all.end(); ++next)
    out << (next == all.begin() ? "" : ", ") << *next;
  return out << ']';
}

template <class Dictionary>
void print(std::ostream& out, const Dictionary& all) {
  out << '{';
  for (auto next = all.begin(); next != all.end(); ++next)
    out << (next == all.begin() ? "" : ", ") << next->first << ": " << next->second;
  out << "}\n";
}

// -- how siblings are merged ----------------------------------------------------------------------

using libsync::timestamp;
using plain = libsync::statebox<names>;

// Two children of an empty set, which know nothing of each other.
void two_children(const std::string& what, timestamp parent, timestamp one, timestamp other) {
  const plain empty{names{}, parent};
  const auto a = empty.modify(one, names::add{"a"});
  const auto b = empty.modify(other, names::add{"b"});
  const auto merged = a->merge(*b);
  std::cout << what << ": " << merged->value() << '\n';
}

// A value at a key is a number or a set, so a variant with the operations of the sets.
struct number_or_set {
  using elements = names;
  using operation = std::variant<names::unite, names::subtract>;

  std::variant<names, int> what;

  friend auto operator<=>(const number_or_set&, const number_or_set&) = default;
  friend libsync::outcome reduce(number_or_set& data, const names::unite& op) {
    return change(data, op);
  }
  friend libsync::outcome reduce(number_or_set& data, const names::subtract& op) {
    return change(data, op);
  }
  friend std::ostream& operator<<(std::ostream& out, const number_or_set& one) {
    std::visit([&](const auto& what) { out << what; }, one.what);
    return out;
  }

private:
  template <class Op>
  static libsync::outcome change(number_or_set& data, const Op& op) {
    auto* set = std::get_if<names>(&data.what);
    if (set == nullptr)
      return libsync::refused("there is a number at this key");
    reduce(*set, op);
    return libsync::accepted();
  }
};

void two_dictionaries() {
  using data = libsync::dictionary<std::string, number_or_set>;
  const libsync::statebox<data> empty{data{}, 0};
  // One list is one event.
  const auto a = empty.modify(1, {{data::store{"a", {1}}, data::unite{"c", names{"a", "aa"}}}});
  const auto b = empty.modify(2, {{data::store{"b", {1}}, data::unite{"c", names{"b", "bb"}}}});
  std::cout << "two dictionaries: ";
  print(std::cout, a->merge(*b)->value());
}

// -- the laptop and the phone ---------------------------------------------------------------------

class household {
public:
  void run() {
    libsync::introduce(laptop_, phone_);
    put(laptop_, "laptop", {shops::unite{"bakery", names{"bread"}}});
    wait_until_equal("with a network, both have");
    libsync::separate(laptop_, phone_);
    put(laptop_, "laptop", {shops::unite{"market", names{"apples", "pears"}}});
    put(phone_, "phone", {shops::subtract{"bakery", names{"bread"}}});
    put(phone_, "phone", {shops::unite{"market", names{"cheese"}}});
    std::cout << "without one, the laptop has ";
    print(std::cout, look(laptop_)->value());
    std::cout << "              the phone has ";
    print(std::cout, look(phone_)->value());
    libsync::introduce(laptop_, phone_);
    wait_until_equal("with a network again, both have");
  }

private:
  static void put(const peer& where, const std::string& name, const change& what) {
    if (const auto done = where.change(what); !done)
      std::cout << "the " << name << " refuses: " << done.reason() << '\n';
  }

  static std::shared_ptr<const box> look(const peer& where) {
    return *where.box(); // there is one: the peer lives, and this thread may wait
  }

  void wait_until_equal(const std::string& what) {
    auto seen = look(laptop_);
    while (!(*seen == *look(phone_)))
      seen = look(laptop_);
    std::cout << what << ' ';
    print(std::cout, seen->value());
  }

  libsync::runtime runtime_;
  peer laptop_ = libsync::spawn_peer<shops>(runtime_);
  peer phone_ = libsync::spawn_peer<shops>(runtime_);
};

} // namespace

int main() {
  two_children("two children, the same time", 0, 0, 0);
  two_children("two children, times 0, 1, 2", 0, 1, 2);
  two_dictionaries();
  household{}.run();
  return 0;
}
