#include "libsync/json/memory_siblings.hpp"

#include "support/catch.hpp"
#include "support/sibling_laws.hpp"

namespace {

struct memory {
  libsync::memory_siblings kept;
  libsync::memory_siblings operator()() const { return kept; }
};

} // namespace

TEST_CASE("rows in memory keep siblings side by side") {
  siblings::check_rows(memory{});
}

TEST_CASE("a store in memory reads, merges, changes and writes boxes") {
  siblings::check_store(memory{});
}

TEST_CASE("siblings in memory that cannot be merged stay, and the event is named") {
  siblings::check_siblings_that_cannot_be_merged(memory{});
}

TEST_CASE("damaged siblings in memory are named, and stay") {
  siblings::check_damage(memory{});
}
