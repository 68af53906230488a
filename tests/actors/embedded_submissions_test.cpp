#include "libsync/actors/embedded_client.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"
#include "support/ask.hpp"
#include "support/catch.hpp"
#include "support/tape_actors.hpp"

namespace {

using client = libsync::embedded_client<tape::data>;
using numbers = std::vector<std::int64_t>;

/// An actor that shows its client to a test.
class host : public caf::event_based_actor {
public:
  host(caf::actor_config& config, const tape_server& server, std::function<void(client&)> begin)
      : caf::event_based_actor(config), client_(this, server), begin_(std::move(begin)) {}

  caf::behavior make_behavior() override {
    begin_(client_);
    return client_.behavior([](go_atom) {});
  }

private:
  client client_;
  std::function<void(client&)> begin_;
};

} // namespace

TEST_CASE("an embedded client takes whatever can be submitted", "[embedded]") {
  libsync::testing::runtime at;
  auto server = libsync::spawn_server(at, tape::data{});
  std::vector<std::string> heard;
  numbers shown;
  std::size_t progress = 0;
  const auto told = [&](std::string name) {
    return [&heard, name = std::move(name)](const libsync::receipt& what) {
      heard.push_back(name + (what.is_accepted() ? "" : ": " + std::string{what.reason}));
    };
  };
  auto actor = at.system().spawn<host>(server, [&](client& it) {
    it.on_progress([&] {
      ++progress;
      shown = it.read().data->values;
    });
    it.join();
    using all = libsync::transaction<tape::data>;
    CHECK(it.submit(libsync::submission<tape::data>{all{{tape::append{1}, tape::append{2}}}},
                    told("transaction")));
    CHECK(
        it.push(libsync::submission<tape::data>{tape::append{3}}.only_since(0), told("condition")));
    CHECK(it.push(libsync::submission<tape::data>{all{{tape::append{9}, tape::fail{}}}},
                  told("refused")));
    libsync::parcel<tape::data> several;
    for (const std::int64_t value : {4, 5})
      libsync::append(several, tape::data::operation{tape::append{value}});
    std::vector<std::pair<libsync::submission_number, libsync::receipt_handler>> handlers;
    handlers.emplace_back(2, told("second of a parcel"));
    CHECK(it.push(std::move(several), handlers));
    it.pump();
  });
  at.run();
  CHECK(shown == numbers{1, 2, 3, 4, 5});
  CHECK(progress > 1);
  REQUIRE(heard.size() == 4);
  CHECK(heard[0] == "transaction");
  CHECK(heard[1] == "condition");
  CHECK(heard[2] == "refused: operation 2 of 2: threw: the reducer is broken");
  CHECK(heard[3] == "second of a parcel");
}
