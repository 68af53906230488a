#include "libsync/detail/client/optimistic_copy.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libsync/detail/client/shared_optimistic_copy.hpp"
#include "libsync/optimistic.hpp"
#include "support/catch.hpp"
#include "support/failing.hpp"
#include "support/stack.hpp"

namespace {

using stack::pop;
using stack::push;
using numbers = std::vector<std::int64_t>;

template <class Data>
using copy = libsync::detail::optimistic_copy<Data>;

template <class Data>
void take(copy<Data>& it, libsync::version version, numbers values) {
  it.take({libsync::epoch_id{7}, version, std::make_shared<const Data>(std::move(values))}, 1);
}

template <class Data>
void insert(copy<Data>& it, libsync::submission_number place, typename Data::operation op) {
  it.insert(place, {&op, 1}, std::nullopt);
}

template <class Data>
libsync::parcel<Data> parcel_of(std::vector<libsync::submission<Data>> all) {
  libsync::parcel<Data> made;
  for (auto& one : all)
    libsync::append(made, std::move(one));
  return made;
}

} // namespace

TEMPLATE_TEST_CASE("taking back one of several needs memory, or a snapshot",
                   "[optimistic][failing]", stack::steps, stack::copies) {
  std::size_t lost = 0;
  const auto failed = failing::each_allocation([&](auto arm) {
    copy<TestType> it;
    take(it, 0, {1});
    insert(it, 1, push{2});
    insert(it, 2, push{3});
    insert(it, 3, push{4});
    const auto snapshot = it.share(); // so that stepping back copies the data
    arm([&] { it.erase(2, 1); });
    if (!it.has_data()) {
      ++lost;
      take(it, 0, {1});
    } else {
      const auto left = it.pending().list();
      REQUIRE(left.size() == 2);
      numbers expected{1};
      for (std::size_t i = 0; i != 2; ++i)
        if (left[i].standing == libsync::standing::pending)
          expected.push_back(i == 0 ? 2 : 4);
      CHECK(it.shown().values == expected);
    }
    CHECK(*it.confirmed() == TestType{numbers{1}});
  });
  CHECK(failed > 2);
  CHECK(lost > 0);
}

TEMPLATE_TEST_CASE("what was decided before it came early is not shown again", "[optimistic]",
                   stack::steps, stack::copies) {
  copy<TestType> it;
  take(it, 0, {1});
  libsync::batch<TestType> first{libsync::epoch_id{7}, 1, 0, {}, {}};
  const typename TestType::operation seven = push{7};
  const typename TestType::operation two = push{2};
  libsync::append<TestType>(first, libsync::client_id{9}, 1, {&seven, 1}, false, 0);
  libsync::append<TestType>(first, libsync::client_id{3}, 1, {&two, 1}, false, 0);
  CHECK(it.apply(first, libsync::client_id{3}).refused == nullptr); // number 1
  it.settle(3);                                                     // number 2 was refused
  using submission = libsync::submission<TestType>;
  using operation = typename TestType::operation;
  it.take_early(parcel_of<TestType>({submission{operation{push{2}}}, submission{operation{push{9}}},
                                     submission{operation{push{4}}}.only_since(0),
                                     submission{operation{push{5}}}.only_since(2)}));
  CHECK(it.shown().values == numbers{1, 7, 2, 5});
  const auto all = it.pending().list();
  REQUIRE(all.size() == 2);
  CHECK(all[0].number == 3);
  CHECK(all[0].reason == "the data have changed since version 0: they are at version 2");
  CHECK(all[1].standing == libsync::standing::pending);
}

TEST_CASE("what could not be shown early is shown before what comes next, and to who reads next",
          "[optimistic][failing]") {
  const bool reads = GENERATE(true, false);
  using data = stack::steps;
  const auto failed = failing::each_allocation([&](auto arm) {
    libsync::detail::shared_optimistic_copy<data> it{libsync::detail::readers::any};
    auto early = parcel_of<data>({data::operation{push{2}}, data::operation{push{3}}});
    it.feed([&] { return early.count != 0; },
            [&](libsync::parcel<data>& to) {
              if (early.count != 0)
                to = std::exchange(early, {});
            });
    it.change([](auto& inner) { take(inner, 0, {1}); });
    if (arm([&] { it.absorb(); }))
      return;
    if (reads)
      CHECK(it.snapshot().data->values == numbers{1, 2, 3});
    it.add([](auto& inner) { insert(inner, 3, push{4}); });
    CHECK(it.snapshot().data->values == numbers{1, 2, 3, 4});
    CHECK(it.pending().size() == 3);
  });
  CHECK(failed > 0);
}
