// What peers are told: an update or a box that comes in as any bytes, and is applied to a box that
// has a past. It is refused with a reason and changes nothing, or the box is whole, knows what it
// knew, and takes the same news again without a change. An update does to what is known and queued
// what the whole box does, but for events that were dropped here. The input is the bytes that were
// sent, or the parts (parts.hpp).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "fuzz/expect.hpp"
#include "fuzz/parts.hpp"
#include "libsync/actors/inspect.hpp"
#include "libsync/statebox/gossip.hpp"

namespace {

using libsync::origin;
using libsync::stamp;
using libsync::statebox;
using libsync::timestamp;
using numbers = libsync::set<int>;
using libraries = libsync::dictionary<int, numbers>;

constexpr std::size_t few = 4;

// A box of two origins that has dropped what it did first.
template <class Box>
Box made_by(auto... operations) {
  Box made;
  timestamp time = 0;
  for (const typename Box::operation& op : {typename Box::operation{operations}...}) {
    ++time;
    expect(made.record({time, origin(1 + static_cast<std::uint64_t>(time) % 2)}, op).accepted(),
           "a box is changed");
  }
  return *std::move(made).truncate(2);
}

template <std::size_t Origins>
auto box_of_libraries() {
  return made_by<statebox<libraries, stamp, Origins>>(
      libraries::store{1, {1, 2}}, libraries::store{2, {}}, libraries::erase{1},
      libraries::update{2, numbers::operation{numbers::add{3}}});
}

auto box_of_dynamic() {
  using pairs = libsync::dynamic::pairs;
  return made_by<statebox<libsync::dynamic, stamp>>(pairs::store{"a", 1}, pairs::store{"b", 2},
                                                    pairs::erase{"a"}, pairs::store{"c", 3});
}

template <class Box>
void check_whole(const Box& made, const Box& before) {
  expect(Box::from(made.to_parts()).reason().empty(), "what comes of news is whole");
  expect(!(made.last_modified() < before.last_modified()), "time does not go back");
  for (const auto& one : before.known().origins)
    if (const auto* known = made.known().find(one.by))
      expect(one.seen <= known->seen && one.dropped <= known->dropped, "nothing is forgotten");
}

template <class Data, std::size_t Origins>
void check_update(const wire::bytes& from, const statebox<Data, stamp, Origins>& box) {
  libsync::update<Data, Origins> told;
  if (const auto error = wire::read(from, told); !error.empty())
    return expect(error.starts_with("update: "), "a refusal says what was read");
  check_written(told);
  const auto made = apply_update(box, told);
  if (!made)
    return expect(!made.reason().empty(), "a refusal has a reason");
  check_whole(*made, box);
  const auto again = apply_update(*made, told);
  expect(again && *again == *made, "old news change nothing");
}

// Takes what a peer has to say.
struct sink {
  int acknowledged = 0;

  void send(int, const auto&) {}
  void acknowledge(int) { ++acknowledged; }
  void ask_to_share() {}
  void changed(const auto&) {}
};

template <class Data>
void check_gossip(const statebox<Data, stamp>& news, const statebox<Data, stamp>& box) {
  libsync::gossip<Data, int> peer{box, origin{1}};
  sink out;
  peer.meet(7, out);
  const auto done = peer.receive(7, news, out);
  expect(out.acknowledged == 1, "what came is acknowledged");
  if (!done) {
    expect(peer.box() == box, "what is refused changes nothing");
    return expect(!done.reason().empty() && peer.counters().failed == 1, "a refusal is counted");
  }
  const auto now = peer.box();
  check_whole(now, box);
  expect(peer.receive(7, news, out).accepted() && peer.box() == now, "old news change nothing");
  expect(peer.counters().repeated >= 1, "old news are counted");
}

// The whole box brings back events to the queue that were seen and dropped, and an update does not.
template <class Box>
void check_same_told(const Box& updated, const Box& whole, const Box& before) {
  expect(updated.known() == whole.known(), "an update tells of all that the whole box knows");
  auto next = updated.queue().begin();
  for (const auto& one : whole.queue()) {
    const bool is_told = next != updated.queue().end() && *next == one;
    if (is_told)
      ++next;
    const auto* known = before.known().find(one.time.by);
    expect(is_told || (known != nullptr && one.time.time <= known->seen),
           "an update tells each event that was not seen");
  }
  expect(next == updated.queue().end(), "an update tells no other event");
}

template <class Data, std::size_t Origins>
void check_box(const wire::bytes& from, const statebox<Data, stamp, Origins>& box) {
  statebox<Data, stamp, Origins> news;
  if (!wire::read(from, news).empty())
    return;
  const auto whole = box.merge(news);
  const auto updated = apply_update(box, update_for(news, box.known()));
  if (whole && updated)
    check_same_told(*updated, *whole, box);
  if constexpr (Origins != few) // else no peer has such a box
    check_gossip(news, box);
}

void check(const wire::bytes& from) {
  static const auto with_few = box_of_libraries<few>();
  static const auto with_many = box_of_libraries<1024>();
  static const auto with_dynamic = box_of_dynamic();
  check_update(from, with_few);
  check_update(from, with_many);
  check_update(from, with_dynamic);
  check_box(from, with_few);
  check_box(from, with_many);
  check_box(from, with_dynamic);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* begin = reinterpret_cast<const char*>(data);
  const wire::bytes all(begin, begin + size);
  check(all);
  check(sealed({all.data(), all.size()}));
  return 0;
}
