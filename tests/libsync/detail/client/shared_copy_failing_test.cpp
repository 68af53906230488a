#include <memory>
#include <span>
#include <vector>

#include "libsync/detail/client/shared_copy.hpp"
#include "libsync/snapshot.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"

namespace {

struct pile {
  struct operation {
    int grain = 0;
  };
  failing::value<std::vector<int>> grains;
};

// Copies may fail, the operation itself does not.
void reduce(pile& data, const pile::operation& op) {
  const failing::paused memory{failing::allocations()};
  const failing::paused transfers{failing::transfers()};
  data.grains->push_back(op.grain);
}

libsync::batch_ptr<pile> batch_of(libsync::version first, std::size_t versions) {
  libsync::batch<pile> made;
  made.first = first;
  made.last = first - 1;
  const std::vector<pile::operation> all(versions);
  libsync::append(made, libsync::client_id{1}, first, std::span{all}, false, 0);
  return std::make_shared<const libsync::batch<pile>>(std::move(made));
}

void scenario(auto& arm) {
  libsync::detail::shared_copy<pile> shared{libsync::detail::readers::any};
  shared.take({{}, 0, std::make_shared<const pile>()});
  libsync::version told = 0;
  for (const std::size_t size : {1u, 20u, 2000u, 3u, 3u}) {
    const auto all = batch_of(shared.version() + 1, size);
    libsync::outcome why;
    const auto before = shared.version();
    const bool whole = arm([&] { static_cast<void>(shared.apply(all, why)); });
    CHECK(why.accepted());
    CHECK((whole ? shared.version() == before + size : shared.version() >= before));
    if (!whole) { // it goes on where it stopped
      const auto rest = batch_of(shared.version() + 1, before + size - shared.version());
      CHECK(shared.apply(rest, why) == rest->operations.size());
    }
    libsync::snapshot<pile> got;
    if (arm([&] { got = shared.snapshot(); }))
      told = got.version;
    CHECK(told <= shared.version());
    const auto again = shared.snapshot();
    CHECK(again.version == before + size);
    CHECK(again.data->grains->size() == again.version);
    CHECK((!got.data || (got.version == again.version && got.data->grains->size() == got.version)));
  }
}

} // namespace

TEST_CASE("a shared copy loses nothing, whichever allocation fails", "[shared_copy]") {
  CHECK(failing::each_allocation([](auto arm) { scenario(arm); }) > 3);
}

TEST_CASE("a shared copy loses nothing, whichever copy of the data fails", "[shared_copy]") {
  CHECK(failing::each_transfer([](auto arm) { scenario(arm); }) > 3);
}
