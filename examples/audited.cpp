// How to find out whether all copies are equal: guests of a house get badges, and those who bring
// no number get one that is not the same in each copy. The audit names them.

#include <cstdint>
#include <iostream>
#include <map>
#include <ostream>
#include <string>

#include "libsync/actors.hpp"

namespace house {

struct arrive {
  std::string name;
  std::uintptr_t badge = 0;

  friend std::ostream& operator<<(std::ostream& out, const arrive& self) {
    return out << "arrive{" << self.name << ", " << self.badge << '}';
  }
};

struct guests {
  using operation = arrive;
  std::map<std::string, std::uintptr_t> badges;
};

void reduce(guests& data, const arrive& op) {
  // A mistake: an address is not the same in each copy.
  data.badges[op.name] = op.badge != 0 ? op.badge : reinterpret_cast<std::uintptr_t>(&data);
}

std::uint64_t digest(const guests& data) {
  std::string text;
  for (const auto& [name, badge] : data.badges)
    text += name + ' ' + std::to_string(badge) + '\n';
  return libsync::digest_of_text(text);
}

} // namespace house

int main() {
  libsync::runtime runtime;
  libsync::server_options<house::guests> options;
  options.keep_checkpoint = true; // so that the first difference can be found
  auto server = libsync::spawn_server(runtime, house::guests{}, options);
  libsync::session front{server};
  front.submit({"Ada", 7}).get();
  libsync::session back{server};
  back.submit({"Bob", 12}).get();
  const auto audit = [&server] {
    if (const auto found = server.audit())
      std::cout << *found << '\n';
    else
      std::cout << "no audit: " << found.reason() << '\n';
  };
  audit();

  front.submit({"Eve"}).get();
  back.submit({"Max", 31}).get();
  audit();
}
