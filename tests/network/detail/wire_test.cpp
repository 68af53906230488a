// Messages as bytes: they come back equal, and what is cut, changed or forged is refused.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/network/detail/wire_messages.hpp"
#include "libsync/testing/random.hpp"
#include "network/detail/plain_form.hpp"
#include "support/catch.hpp"
#include "support/tape.hpp"

namespace {

using libsync::client_id;
using libsync::epoch_id;
using libsync::receipt;
using libsync::detail::wire_error;
using libsync::detail::wire_reader;
using libsync::detail::wire_writer;

// A tape whose clients have names.
struct named : tape::data {
  using identity = std::string;
};
using operation = named::operation;
using chance = libsync::testing::random;

constexpr std::size_t most = 1'000;

std::vector<operation> some_operations(chance& choices, std::size_t count) {
  std::vector<operation> all;
  for (; count > 0; --count)
    switch (choices.below(3)) {
    case 0:
      all.emplace_back(tape::append{choices.between(-1'000'000, 1'000'000)});
      break;
    case 1:
      all.emplace_back(tape::drop{});
      break;
    default:
      all.emplace_back(tape::rotate{});
    }
  return all;
}

libsync::parcel<named> some_parcel(chance& choices) {
  libsync::parcel<named> made{
      client_id{choices.below(300)}, epoch_id{choices()}, 1 + choices.below(1'000'000), 0, {}, {}};
  for (auto left = choices.below(5); left > 0; --left) {
    libsync::submission<named> one{some_operations(choices, 1).front()};
    if (choices.chance(40))
      one = libsync::submission<named>{
          libsync::transaction<named>{some_operations(choices, choices.below(4))}};
    if (choices.chance(30))
      one.unchanged_since = choices.below(1'000);
    libsync::append(made, std::move(one));
  }
  return made;
}

libsync::batch<named> some_batch(chance& choices) {
  libsync::batch<named> made;
  made.epoch = epoch_id{choices()};
  made.first = 1 + choices.below(1'000'000);
  made.last = made.first - 1;
  libsync::timestamp now = choices.between(0, 2'000'000'000'000);
  const auto ann = std::make_shared<const std::string>("Ann");
  for (auto left = 1 + choices.below(4); left > 0; --left) {
    const auto all = some_operations(choices, 1 + choices.below(4));
    made.operations.insert(made.operations.end(), all.begin(), all.end());
    made.bytes += libsync::amount_of(std::span<const operation>{all}).bytes;
    now += choices.between(-5, 50);
    libsync::append(made,
                    libsync::run{client_id{choices.below(300)}, 1 + choices.below(1'000),
                                 all.size(), choices.chance(40), now},
                    choices.chance(70) ? ann : nullptr);
  }
  return made;
}

libsync::reply some_reply(chance& choices) {
  libsync::reply made{client_id{choices.below(300)},
                      epoch_id{choices()},
                      choices.below(1'000),
                      1 + choices.below(1'000),
                      0,
                      {}};
  for (auto left = choices.below(6); left > 0; --left) {
    const auto number = made.end();
    ++made.count;
    if (choices.chance(30))
      made.add(number, receipt::refused("because"));
    else if (choices.chance(20))
      made.add(number, receipt::accepted(choices.below(1'000)));
  }
  return made;
}

template <class Write>
std::string bytes_of(Write write) {
  std::string bytes;
  wire_writer to{bytes};
  write(to);
  return bytes;
}

std::string bytes_of(const libsync::parcel<named>& what) {
  return bytes_of([&](wire_writer& to) { libsync::detail::write<plain_form>(to, what); });
}
std::string bytes_of(const libsync::batch<named>& what) {
  return bytes_of([&](wire_writer& to) { libsync::detail::write<plain_form>(to, what); });
}
std::string bytes_of(const libsync::reply& what) {
  return bytes_of([&](wire_writer& to) { libsync::detail::write(to, what); });
}

// Whatever bytes are, they are refused by a sentence, or are a whole message that is written as
// these bytes again.
template <class Read>
void check_forged(const std::string& bytes, Read read) {
  try {
    const auto again = read(bytes);
    CHECK(again == bytes);
  } catch (const wire_error& error) {
    CHECK(std::string_view{error.what()}.size() > 10);
  }
}

template <class Read>
void check_bytes(const std::string& bytes, chance& choices, Read read) {
  CHECK(read(bytes) == bytes);
  for (std::size_t size = 0; size != bytes.size(); ++size)
    CHECK_THROWS_AS(read(bytes.substr(0, size)), wire_error);
  CHECK_THROWS_AS(read(bytes + '\0'), wire_error);
  for (int i = 0; i != 50; ++i) {
    auto forged = bytes;
    for (auto left = 1 + choices.below(3); left > 0; --left)
      forged[choices.below(forged.size())] = static_cast<char>(choices());
    check_forged(forged, read);
  }
}

} // namespace

TEST_CASE("a parcel comes back equal from its bytes, or not at all", "[network]") {
  chance choices{1};
  for (int i = 0; i != 300; ++i)
    check_bytes(bytes_of(some_parcel(choices)), choices, [](const std::string& bytes) {
      wire_reader from{bytes, "a parcel"};
      const auto read = libsync::detail::read_parcel<plain_form, named>(from, most);
      from.end();
      std::size_t submissions = 0;
      libsync::for_each_group(read, read.first, [&](const auto& group) {
        submissions += group.count;
        REQUIRE(group.operations.data() + group.operations.size() <=
                read.operations.data() + read.operations.size());
      });
      CHECK(submissions == read.count);
      return bytes_of(read);
    });
}

TEST_CASE("a batch comes back equal from its bytes, or not at all", "[network]") {
  chance choices{2};
  for (int i = 0; i != 300; ++i) {
    const auto made = some_batch(choices);
    check_bytes(bytes_of(made), choices, [&](const std::string& bytes) {
      wire_reader from{bytes, "a batch"};
      const auto read = libsync::detail::read_batch<plain_form, named>(from, most);
      from.end();
      libsync::version last = read->first - 1;
      std::size_t operations = 0;
      libsync::for_each_accepted(*read, [&](const auto& one) {
        last = one.version;
        operations += one.operations.size();
        return true;
      });
      CHECK(last == read->last);
      CHECK(operations == read->operations.size());
      return bytes_of(*read);
    });
    const auto bytes = bytes_of(made);
    wire_reader from{bytes, "a batch"};
    const auto read = libsync::detail::read_batch<plain_form, named>(from, most);
    CHECK(read->last == made.last);
    CHECK(read->bytes == made.bytes);
    CHECK(read->runs == made.runs);
    CHECK(read->operations == made.operations);
    for (std::size_t k = 0; k != made.runs.size(); ++k)
      CHECK(libsync::same_identity(read->identities.all[k], made.identities.all[k]));
  }
}

TEST_CASE("a reply comes back equal from its bytes, or not at all", "[network]") {
  chance choices{3};
  for (int i = 0; i != 300; ++i) {
    const auto made = some_reply(choices);
    check_bytes(bytes_of(made), choices, [](const std::string& bytes) {
      wire_reader from{bytes, "a reply"};
      const auto read = libsync::detail::read_reply(from);
      from.end();
      return bytes_of(read);
    });
  }
}

TEST_CASE("a join comes back equal from its bytes, and says that a relay stands between",
          "[network]") {
  libsync::join_request made;
  made.known = client_id{7};
  made.epoch = epoch_id{123'456'789'012};
  made.version = 5; // which the relay looks after
  made.first_unanswered = 12;
  made.attempt = 99;
  made.is_viewer = true;
  made.identity = std::make_shared<const std::string>("Ann");
  const auto bytes =
      bytes_of([&](wire_writer& to) { libsync::detail::write<plain_form, named>(to, made); });
  wire_reader from{bytes, "a join"};
  const auto read = libsync::detail::read_join<plain_form, named>(from);
  from.end();
  CHECK(read.known == made.known);
  CHECK(read.epoch == made.epoch);
  CHECK_FALSE(read.version);
  CHECK(read.first_unanswered == 12);
  CHECK(read.attempt == 99);
  CHECK(read.is_viewer);
  CHECK(read.is_relayed);
  REQUIRE(read.identity.as<named>());
  CHECK(*read.identity.as<named>() == "Ann");
}

TEST_CASE("a welcome comes back equal from its bytes, also one that refuses", "[network]") {
  chance choices{4};
  libsync::welcome<named> made;
  made.you = client_id{7};
  made.epoch = epoch_id{8};
  made.version = 9;
  made.attempt = 10;
  made.lag = 11;
  made.lag_bytes = 12;
  made.last_reply = some_reply(choices);
  const auto through = [](const libsync::welcome<named>& what) {
    const auto bytes = bytes_of([&](wire_writer& to) { libsync::detail::write(to, what); });
    wire_reader from{bytes, "a welcome"};
    auto read = libsync::detail::read_welcome<named>(from);
    from.end();
    return read;
  };
  const auto read = through(made);
  CHECK(read->you == client_id{7});
  CHECK(read->epoch == epoch_id{8});
  CHECK(read->version == 9);
  CHECK(read->attempt == 10);
  CHECK(read->lag == 11);
  CHECK(read->lag_bytes == 12);
  CHECK(bytes_of(read->last_reply) == bytes_of(made.last_reply));
  made.refused = "not you";
  CHECK(through(made)->refused == "not you");
  CHECK(through(made)->attempt == 10);
}

TEST_CASE("an error in bytes names the message and the place", "[network]") {
  const auto told = [](const std::string& bytes) {
    try {
      wire_reader from{bytes, "a reply of the server's"};
      static_cast<void>(libsync::detail::read_reply(from));
      return std::string{};
    } catch (const wire_error& error) {
      return std::string{error.what()};
    }
  };
  CHECK(told("") == "a reply of the server's, reply's client: it ends too early");
  CHECK(told({5, 1, 0, 1, 2, 99}) ==
        "a reply of the server's, reply's verdicts: found 99 parts in 0 bytes");
  CHECK(told(std::string(11, '\xff')) ==
        "a reply of the server's, reply's client: found a number of more than 64 bits");
}
