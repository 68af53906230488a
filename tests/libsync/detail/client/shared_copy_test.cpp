#include "libsync/detail/client/shared_copy.hpp"
#include "libsync/snapshot.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/counted.hpp"
#include "support/failing.hpp"
#include "support/watched.hpp"

using libsync::version;
using libsync::detail::readers;
using watched::accounts;
using watched::batch_of;
using watched::copy;
using watched::initial;

namespace {

libsync::batch_ptr<counted> counted_batch(version first, std::size_t versions) {
  libsync::batch<counted> made;
  made.first = first;
  made.last = first - 1;
  const std::vector<counted::operation> all(versions, counted::operation{1});
  libsync::append(made, libsync::client_id{1}, first, std::span{all}, false, 0);
  return std::make_shared<const libsync::batch<counted>>(std::move(made));
}

version apply_to(libsync::detail::shared_copy<counted>& copy, std::size_t versions) {
  libsync::outcome why;
  const auto all = counted_batch(copy.version() + 1, versions);
  REQUIRE(copy.apply(all, why) == versions);
  return copy.version();
}

} // namespace

TEST_CASE("readers see whole versions, which never go back", "[shared_copy]") {
  copy shared{readers::any};
  shared.take(initial());
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  const auto check = [&](const accounts& data, libsync::version version, libsync::version& before) {
    if (data.sum() != 0 || static_cast<libsync::version>(data.left) != version || version < before)
      ++wrong;
    before = version;
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&, i] {
      version before = 0;
      for (unsigned turn = 0; !done; ++turn)
        if (i == 0 || (i == 1 && turn % 2 == 0)) {
          shared.read([&](const accounts& data, libsync::version version) {
            check(data, version, before);
          });
        } else {
          const auto snapshot = shared.snapshot();
          check(*snapshot.data, snapshot.version, before);
        }
    });
  std::vector<libsync::snapshot<accounts>> kept;
  for (std::size_t i = 0; i < 400; ++i) {
    const auto first = shared.version() + 1;
    watched::apply(shared, batch_of(first, 1 + i * 37 % 700, i % 3 != 0));
    if (i % 50 == 0)
      kept.push_back(shared.snapshot());
    if (i % 100 == 99)
      shared.take(initial(shared.version() + 5));
  }
  const auto last = shared.version();
  done = true;
  threads.clear();
  CHECK(wrong == 0);
  CHECK(shared.snapshot().version == last);
  for (const auto& one : kept)
    CHECK(static_cast<version>(one.data->left) == one.version); // what was shown does not change
}

TEST_CASE("a batch gives way to a waiting reader after at most 256 operations", "[shared_copy]") {
  copy shared{readers::any};
  shared.take(initial());
  std::jthread reader;
  version seen = 0;
  watched::on_call = [&] {
    reader = std::jthread{[&] {
      seen = *shared.read([](const accounts&, libsync::version version) { return version; });
    }};
    while (!shared.has_waiting_readers())
      std::this_thread::yield();
  };
  SECTION("of single operations") {
    watched::apply(shared, batch_of(1, 1000, false, {300}));
    reader.join();
    CHECK(seen == 512);
  }
  SECTION("of transactions") {
    watched::apply(shared, batch_of(1, 1000, true, {100}));
    reader.join();
    CHECK(seen == 128);
  }
}

TEST_CASE("a reader may read again, and share, while the writer waits", "[shared_copy]") {
  copy shared{readers::any};
  shared.take(initial());
  std::jthread writer;
  const auto seen = *shared.read([&](const accounts& outer) {
    writer = std::jthread{[&] { watched::apply(shared, batch_of(1, 1)); }};
    const auto inner = *shared.read([](const accounts& data, version) { return data.left; });
    return outer.left + inner + shared.snapshot().data->left;
  });
  CHECK(seen == 0);
  writer.join();
  CHECK(shared.read([](const accounts& data) { return data.left; }) == 1);
}

TEST_CASE("a copy that one thread uses is written without copies and shared by hand",
          "[shared_copy]") {
  const auto origin = std::make_shared<const counted>(0);
  libsync::detail::shared_copy<counted> own;
  own.take({{}, 0, origin});
  const auto copies = counted::copies();
  CHECK(own.snapshot().data == origin);
  CHECK(apply_to(own, 1000) == 1000);
  CHECK(apply_to(own, 1) == 1001);
  CHECK(counted::copies() == copies + 1);
  const auto before = own.snapshot();
  CHECK(apply_to(own, 1) == 1002);
  CHECK(before.data->value == 1001);
  CHECK(own.data().value == 1002);
  CHECK(counted::copies() == copies + 2);
}

TEST_CASE("a copy that nobody looks at any more is written without copies, and holds one state",
          "[shared_copy]") {
  const auto before = counted::alive();
  libsync::detail::shared_copy<counted> shared{readers::any};
  shared.take({{}, 0, std::make_shared<const counted>(0)});
  for (int i = 0; i < 4200; ++i)
    apply_to(shared, 1);
  const auto copies = counted::copies();
  for (int i = 0; i < 5000; ++i)
    apply_to(shared, 1 + static_cast<std::size_t>(i % 3) * 300);
  CHECK(counted::copies() == copies);
  CHECK(counted::alive() == before + 1);
  CHECK(shared.read([](const counted& data) { return data.value; }) ==
        static_cast<int>(shared.version()));
}

TEST_CASE("data that take long to copy are not copied for readers who may come", "[shared_copy]") {
  static std::atomic<std::uint64_t> now;
  libsync::detail::shared_copy<counted> shared{
      readers::any, []() noexcept -> std::uint64_t { return now += 60'000; }};
  shared.take({{}, 0, std::make_shared<const counted>(0)});
  apply_to(shared, 1);
  apply_to(shared, 1);
  const auto copies = counted::copies();
  for (int i = 0; i < 64; ++i)
    apply_to(shared, 1);
  CHECK(counted::copies() == copies);
}

TEST_CASE("a viewer's copy shows the very snapshot that it took", "[shared_copy]") {
  copy shared{readers::any};
  CHECK(!shared.has_data());
  std::atomic<bool> came{false};
  std::jthread waits{[&] { came = shared.wait_for_data(); }};
  for (libsync::version version = 0; version < 3; ++version) {
    const auto next = initial(version);
    shared.take(next);
    CHECK(shared.snapshot().data == next.data);
    CHECK(shared.snapshot().version == version);
    CHECK(shared.read([](const accounts& data) { return &data; }) == next.data.get());
  }
  waits.join();
  CHECK(came);
}

TEST_CASE("a thread that waits for data that never come is told", "[shared_copy]") {
  copy shared{readers::any};
  std::atomic<bool> came{true};
  std::jthread waits{[&] { came = shared.wait_for_data(); }};
  shared.give_up();
  waits.join();
  CHECK(!came);
  shared.take(initial());
  shared.give_up(); // too late
  CHECK(shared.wait_for_data());
}

TEST_CASE("an operation that is refused ends the batch with the version before, which nobody reads",
          "[shared_copy]") {
  for (const auto who : {readers::none, readers::any}) {
    copy shared{who};
    shared.take(initial());
    for (const std::size_t size : {10u, 1000u}) {
      auto all = *batch_of(shared.version() + 1, size, true);
      all.operations[all.operations.size() - 3].refused = true;
      libsync::outcome why;
      const auto before = shared.version();
      CHECK(shared.apply(std::make_shared<const libsync::batch<watched::accounts>>(all), why) ==
            all.operations.size() - 3);
      CHECK(why.reason() == "as the test wants it");
      CHECK(shared.version() == before + size - 2);
      // What it holds may lie between two versions: nobody sees it until it is replaced.
      CHECK_FALSE(shared.has_data());
      CHECK_FALSE(shared.read([](const accounts&) {}));
      CHECK(shared.snapshot().version <= shared.version());
      shared.take(initial(shared.version()));
      const auto read =
          shared.read([](const accounts&, libsync::version version) { return version; });
      CHECK(read.value() == shared.version());
      CHECK(shared.snapshot().version == shared.version());
    }
  }
}

TEST_CASE("a submission at a time can be applied, and be read before the next", "[shared_copy]") {
  copy shared{readers::any};
  shared.take(initial());
  const auto all = batch_of(1, 40, true);
  libsync::outcome why;
  libsync::for_each_accepted(*all, [&](const libsync::accepted_submission<accounts>& next) {
    REQUIRE(shared.apply(next, why) == next.operations.size());
    CHECK(shared.version() == next.version);
    CHECK(shared.snapshot().version == next.version);
    CHECK(shared.read([](const accounts& data) { return data.left; }) == shared.data().left);
    return true;
  });
  CHECK(shared.version() == 40);
}
