// How fast are stateboxes changed and merged, and how large is a queued event? A dictionary of
// numbers (store) or of small sets (unite) is changed at random keys, one event at a time; and 64
// siblings with 1000 events each become one. What a plain loop makes of all events, in order, must
// be the value of the box in the end, and they must be its queue.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <malloc.h>

#include "libsync/statebox/statebox.hpp"

#include "baselines/programs.hpp"
#include "support/changes.hpp"
#include "support/program.hpp"
#include "support/stopwatch.hpp"

namespace {

using changes::change;
using changes::family;
using changes::numbers;
using changes::sets;
using libsync::stamp;
using libsync::timestamp;

template <class Data, class Time>
void check(const libsync::statebox<Data, Time>& box, const changes::plain& expected,
           const std::vector<change>& events) {
  if (changes::to_plain(box.value()) != expected)
    throw std::runtime_error("the value is not what a replay of all events makes");
  const auto& queue = box.queue();
  if (!std::equal(queue.begin(), queue.end(), events.begin(), events.end(),
                  [](const auto& queued, const change& one) {
                    return queued.time == changes::time_of<Time>(one) &&
                           queued.what == changes::operation_of<Data>(one);
                  }))
    throw std::runtime_error("the queue does not hold all events, in order and each once");
  if (box.last_modified() != queue.back().time)
    throw std::runtime_error("the box was not modified last when its latest event happened");
}

// Applies the changes to the box: each makes the next one of it.
template <class Data, class Time>
void modify_all(libsync::statebox<Data, Time>& box, const std::vector<change>& all) {
  for (const auto& one : all) {
    auto next =
        std::move(box).modify(changes::time_of<Time>(one), changes::operation_of<Data>(one));
    if (!next)
      throw std::runtime_error("a change was refused: " + next.reason());
    box = *std::move(next);
  }
}

// The same in place.
template <class Data, class Time>
void record_all(libsync::statebox<Data, Time>& box, const std::vector<change>& all) {
  for (const auto& one : all)
    if (auto done = box.record(changes::time_of<Time>(one), changes::operation_of<Data>(one));
        !done)
      throw std::runtime_error("a change was refused: " + done.reason());
}

// Boxes that hold all keys are changed, one after the other.
template <class Data, class Time>
bench::figures modify(std::size_t keys, std::size_t count, std::size_t boxes) {
  using box = libsync::statebox<Data, Time>;
  const auto initial = changes::filled<Data>(keys);
  const auto events = changes::of_one<Data, Time>(keys, count);
  const auto expected = changes::replay<Data>(changes::to_plain(initial), events);
  const auto measure = [&](auto change_all) {
    double seconds = 0;
    for (std::size_t i = 0; i < boxes; ++i) {
      box changed{initial, changes::time_of<Time>({0, 1, 0, 0})};
      const bench::stopwatch watch;
      change_all(changed, events);
      seconds += watch.seconds();
      check(changed, expected, events);
    }
    return static_cast<double>(boxes * count) / seconds;
  };
  const auto modified = measure(modify_all<Data, Time>);
  return {{"modify/s", modified}, {"record/s", measure(record_all<Data, Time>)}};
}

template <class Data, class Time>
bench::figures merge(const family& which, std::size_t times) {
  using box = libsync::statebox<Data, Time>;
  std::vector<box> siblings(which.siblings);
  for (std::size_t i = 0; i < which.siblings; ++i)
    record_all(siblings[i], changes::of_sibling<Data, Time>(which, i));
  const auto events = changes::of_all<Data, Time>(which);
  const auto expected = changes::replay<Data>({}, events);
  double seconds = 0;
  for (std::size_t i = 0; i < times; ++i) {
    const bench::stopwatch watch;
    const auto merged = box::merge(std::span<const box>{siblings});
    seconds += watch.seconds();
    if (!merged)
      throw std::runtime_error("the siblings do not merge: " + merged.reason());
    check(*merged, expected, events);
  }
  return {{"ms", seconds * 1e3 / static_cast<double>(times)}};
}

// Bytes of the heap that are in use, as malloc counts them.
double heap_in_use() {
  const auto now = mallinfo2();
  return static_cast<double>(now.uordblks + now.hblkhd);
}

// What each event adds to a box whose value does not grow but for a little.
template <class Data, class Time>
bench::figures weigh(std::size_t keys, std::size_t count) {
  const auto initial = changes::filled<Data>(keys);
  const auto events = changes::of_one<Data, Time>(keys, count);
  libsync::statebox<Data, Time> box{initial, changes::time_of<Time>({0, 1, 0, 0})};
  const double before = heap_in_use();
  record_all(box, events);
  const double grown = heap_in_use() - before;
  check(box, changes::replay<Data>(changes::to_plain(initial), events), events);
  return {{"bytes/event", grown / static_cast<double>(count)}};
}

// Throws unless the baseline's box is what our plain loop makes.
bench::figures compare(bench::figures theirs, std::uint32_t expected) {
  if (theirs.at("digest") != expected)
    throw std::runtime_error("the baseline has made another box");
  theirs.erase("digest");
  return theirs;
}

template <class Data>
bench::figures erlang_modify(std::size_t keys, std::size_t count) {
  const auto events = changes::of_one<Data, timestamp>(keys, count);
  const auto value = changes::replay<Data>(changes::to_plain(changes::filled<Data>(keys)), events);
  const auto* operation = changes::stores<Data> ? "store" : "unite";
  return compare(baselines::erlang_modify(operation, keys, count), changes::digest(value, events));
}

template <class Data>
bench::figures erlang_merge(const family& which) {
  const auto events = changes::of_all<Data, timestamp>(which);
  const auto* operation = changes::stores<Data> ? "store" : "unite";
  return compare(baselines::erlang_merge(operation, which.keys, which.siblings, which.events),
                 changes::digest(changes::replay<Data>({}, events), events));
}

// How much is done.
struct amount {
  std::size_t changes = 200'000; // of each box
  std::size_t boxes = 5;
  std::size_t siblings = 64;
  std::size_t events = 1000; // of each sibling
  std::size_t merges = 10;
  std::size_t weighed = 1'000'000;
};

std::string short_text(std::size_t number) {
  return number % 1000 == 0 ? std::to_string(number / 1000) + "k" : std::to_string(number);
}

// What is measured: ours with plain times and with stamps, and the baseline.
class selection {
public:
  selection(const amount& much, bool with_baselines)
      : much_(much), with_baselines_(with_baselines) {}

  template <class Data>
  void add_modify(std::size_t keys, const std::string& operation) {
    const auto bench = "modify " + short_text(keys);
    const auto add_ours = [&](const std::string& system, auto measure) {
      add({bench,
           system,
           1,
           much_.changes * much_.boxes,
           {"modify/s", "record/s"},
           [=, much = much_] { return measure(keys, much.changes, much.boxes); }},
          operation);
    };
    add_ours(operation, modify<Data, timestamp>);
    add_ours(operation + ", stamps", modify<Data, stamp>);
    // The time that a change takes there grows with the keys, so there are fewer.
    const auto fewer = std::min(much_.changes, 200'000'000 / keys);
    add_baseline({bench, operation, 1, fewer, {"modify/s"}, [=] {
                    return erlang_modify<Data>(keys, fewer);
                  }});
  }

  template <class Data>
  void add_merge(bool all_distinct, const std::string& operation) {
    const auto all = much_.siblings * much_.events;
    const family usual{much_.siblings, much_.events, all_distinct ? all : much_.events, 1};
    auto out_of_order = usual;
    out_of_order.at_once = 10;
    const auto bench = "merge " + short_text(usual.keys);
    const auto add_ours = [&](const std::string& system, auto measure, const family& which) {
      add({bench,
           system,
           much_.siblings,
           all,
           {"ms"},
           [=, much = much_] { return measure(which, much.merges); }},
          operation);
    };
    add_ours(operation, merge<Data, timestamp>, usual);
    add_ours(operation + ", stamps", merge<Data, stamp>, usual);
    add_ours(operation + ", unordered", merge<Data, timestamp>, out_of_order);
    add_baseline(
        {bench, operation, much_.siblings, all, {"ms"}, [=] { return erlang_merge<Data>(usual); }});
  }

  template <class Data>
  void add_weight(const std::string& operation) {
    const auto add_ours = [&](const std::string& system, auto measure) {
      add({"weight",
           system,
           1,
           much_.weighed,
           {"bytes/event"},
           [=, much = much_] { return measure(1000, much.weighed); }},
          operation);
    };
    add_ours(operation, weigh<Data, timestamp>);
    add_ours(operation + ", stamps", weigh<Data, stamp>);
  }

  [[nodiscard]] const std::vector<bench::subject>& subjects() const noexcept { return subjects_; }

private:
  // To be compared with the baseline's.
  void add(bench::subject ours, const std::string& operation) {
    ours.against = operation + ", erlang";
    subjects_.push_back(std::move(ours));
  }

  void add_baseline(bench::subject theirs) {
    theirs.system += ", erlang";
    if (with_baselines_)
      subjects_.push_back(std::move(theirs));
  }

  amount much_;
  bool with_baselines_;
  std::vector<bench::subject> subjects_;
};

} // namespace

int main(int argc, char** argv) {
  bench::program program{"Changes a second, the time of a merge, and the size of an event."};
  bool with_baselines = false;
  program.app.add_flag("--baselines,--peers", with_baselines,
                       "also Erlang, installed if it is missing");
  CLI11_PARSE(program.app, argc, argv);

  selection all{program.quick ? amount{2'000, 1, 64, 50, 1, 2'000} : amount{}, with_baselines};
  for (const std::size_t keys : {std::size_t{1'000}, std::size_t{100'000}}) {
    all.add_modify<numbers>(keys, "store");
    all.add_modify<sets>(keys, "unite");
  }
  for (const bool all_distinct : {false, true}) {
    all.add_merge<numbers>(all_distinct, "store");
    all.add_merge<sets>(all_distinct, "unite");
  }
  all.add_weight<numbers>("store");
  all.add_weight<sets>("unite");
  return program.measure(all.subjects());
}
