// Two people edit one text at the same time, and end with the same.

#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsync/text.hpp"

namespace {

using editor = libsync::text_editor<std::string>;

// What an editor hands out; what it sends waits here for as long as we like.
struct desk {
  void send(const libsync::delta& change, const std::optional<libsync::selections>& where,
            libsync::revision made_for) {
    sent.push_back({change, where, made_for});
  }
  void report(libsync::revision) {}
  void show(const libsync::delta&) {}

  struct message {
    libsync::delta change;
    std::optional<libsync::selections> where;
    libsync::revision made_for;
  };
  std::vector<message> sent;
};

void require(const libsync::outcome& done) {
  if (!done)
    throw std::runtime_error(done.reason());
}

} // namespace

int main() {
  libsync::shared_text<std::string> server{*libsync::text::read("Hello world")};
  require(server.join("ann"));
  require(server.join("bob"));
  editor ann{"ann", server}, bob{"bob", server};
  desk from_ann, from_bob;

  // Both edit revision 0, and see their own edits at once.
  const auto comma = libsync::read_delta(R"([5, ","])");               // keep 5, insert a comma
  const auto capital = libsync::read_delta(R"([6, "W", -1, 4, "!"])"); // W instead of w, and !
  require(ann.edit(*comma, {}, from_ann));
  require(bob.edit(*capital, {}, from_bob));
  std::cout << "ann sees: " << ann.shown() << "\nbob sees: " << bob.shown() << '\n';

  // The server takes Ann's delta first, and rewrites Bob's to come after it.
  for (const auto& [by, from] : {std::pair{"ann", &from_ann}, {"bob", &from_bob}}) {
    const auto& message = from->sent.front();
    require(server.submit(by, message.change, message.where, message.made_for));
    std::cout << "revision " << server.revision() << " by " << by << ": " << server.latest()->change
              << '\n';
    require(ann.follow(server, from_ann));
    require(bob.follow(server, from_bob));
  }
  std::cout << "ann sees: " << ann.shown() << "\nbob sees: " << bob.shown() << '\n';
}
