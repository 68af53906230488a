#pragma once

/// Processes that change the siblings of a store, are killed and started anew; and what must be
/// there in the end.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "libsync/siblings.hpp"
#include "support/catch.hpp"
#include "support/child.hpp"

namespace sibling_writers {

using numbers = libsync::set<std::uint32_t>;

inline std::string key_of(std::uint32_t number) {
  constexpr std::uint32_t keys = 100;
  return "key " + std::to_string(number % keys);
}

/// What a process tells: a number, and whether it is there, or may be.
struct word {
  std::uint32_t number = 0;
  std::uint32_t is_sure = 1;
};

/// A process that adds one number after the other, from a first one on, and tells a `word` of each.
class writer {
public:
  /// What it runs, with the next number, and where to write its words.
  using task = std::function<std::string(std::uint32_t first, int to)>;

  writer(std::uint32_t first, task what) : next_{first}, task_{std::move(what)} { start(); }

  /// Hears until it is told of `count` more.
  void hear(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      REQUIRE(hear_one());
  }

  void kill_and_start() {
    stop();
    start();
  }

  void stop() {
    process_->kill();
    while (hear_one())
      continue;
    // What was under way may be there or not.
    maybe.insert(next_++);
  }

  std::set<std::uint32_t> acknowledged;
  std::set<std::uint32_t> maybe;

private:
  void start() {
    process_ = std::make_unique<child>([&](int to) { return task_(next_, to); });
  }

  bool hear_one() {
    word heard;
    const auto size = process_->hear(&heard, sizeof heard);
    if (size == 0)
      return false;
    REQUIRE(size == sizeof heard);
    REQUIRE(heard.number == next_);
    (heard.is_sure != 0 ? acknowledged : maybe).insert(next_++);
    return true;
  }

  std::uint32_t next_;
  task task_;
  std::unique_ptr<child> process_;
};

/// Merges all keys. Nothing that was acknowledged is missing, nothing else is there but what may
/// be, and a reader sees the same.
template <class Store>
void check_all(Store& store, Store& reader, const writer& one, const writer& other,
               std::size_t least) {
  std::set<std::uint32_t> found;
  for (const auto& key : store.keys()) {
    INFO(key);
    const auto merged = store.merge(key);
    REQUIRE(merged.reason() == "");
    CHECK_FALSE(merged->may_have_lost());
    CHECK(*reader.read(key) == *merged);
    CHECK(reader.siblings(key).size() == 1);
    for (const auto number : merged->value())
      CHECK(key_of(number) == key);
    found.insert(merged->value().begin(), merged->value().end());
  }
  auto allowed = one.acknowledged;
  allowed.insert(other.acknowledged.begin(), other.acknowledged.end());
  CHECK(allowed.size() > least);
  for (const auto number : allowed)
    CHECK(found.contains(number));
  allowed.insert(one.maybe.begin(), one.maybe.end());
  allowed.insert(other.maybe.begin(), other.maybe.end());
  for (const auto number : found)
    CHECK(allowed.contains(number));
}

} // namespace sibling_writers
