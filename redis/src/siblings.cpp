#include "libsync/redis/siblings.hpp"

#include <algorithm>
#include <utility>

#include "libsync/json/detail/sealed_rows.hpp"
#include "libsync/redis/detail/connection.hpp"

namespace libsync {

namespace {

using detail::redis::commands;
using detail::redis::connection;
using detail::redis::reply;

constexpr const char* format = "siblings 1";

std::vector<std::string> sorted_texts(const reply& from) {
  std::vector<std::string> all;
  for (const auto& one : from.list)
    all.push_back(one.text);
  std::sort(all.begin(), all.end());
  return all;
}

} // namespace

struct redis_siblings::store {
  store(const std::string& name, const redis_siblings_options& options)
      : synced{options.synced}, base{"libsync:siblings:{" + name + '}'},
        in{{options.host, options.port, options.socket, options.user, options.password,
            options.timeout},
           name} {
    in.on_connect([this] { greet(); });
    in.ask(commands{}.add("PING"));
  }

  // Tells other things of the same name apart, and makes the place if it is new.
  void greet() {
    if (synced)
      detail::redis::expect_synced(in);
    const auto said =
        in.say(commands{}.add("HSETNX", base, "format", format).add("HGET", base, "format"));
    for (const auto& one : said)
      if (one.is_error())
        in.fail(one);
    if (said[1].text != format)
      in.fail(storage_failure::foreign,
              "it has the format `" + said[1].text + "`, and this program knows `" + format + '`');
  }

  [[nodiscard]] std::string hash(const std::string& key) const { return base + '/' + key; }
  [[nodiscard]] std::string names() const { return base + ":keys"; }

  void change(const std::string& key, const sibling_ids& gone, const sibling_row* added,
              commands& into) const {
    if (!gone.empty()) {
      into.begin(2 + gone.size()).part("HDEL").part(hash(key));
      for (const auto& id : gone)
        into.part(id);
    }
    if (added == nullptr) {
      into.add("SREM", names(), key);
      return;
    }
    into.add("HSET", hash(key), added->id,
             detail::redis::write_value(added->text, added->checksum));
    into.add("SADD", names(), key);
  }

  bool synced;
  std::string base;
  connection in;
};

redis_siblings::redis_siblings(const std::string& name, const redis_siblings_options& options)
    : store_{std::make_unique<store>(name, options)} {}

redis_siblings::redis_siblings(redis_siblings&&) noexcept = default;
redis_siblings& redis_siblings::operator=(redis_siblings&&) noexcept = default;
redis_siblings::~redis_siblings() = default;

const std::string& redis_siblings::place() const noexcept {
  return store_->in.place();
}

std::vector<std::string> redis_siblings::keys() {
  return sorted_texts(store_->in.ask(commands{}.add("SMEMBERS", store_->names()))[0]);
}

std::vector<sibling_row> redis_siblings::read(const std::string& key) {
  const auto found = store_->in.ask(commands{}.add("HGETALL", store_->hash(key)))[0];
  std::vector<sibling_row> all;
  for (std::size_t i = 0; i + 1 < found.list.size(); i += 2) {
    sibling_row row;
    row.id = found.list[i].text;
    // What is no row becomes one whose checksum is wrong, so that it can be named and erased.
    const auto& value = found.list[i + 1].text;
    if (!detail::redis::read_value(value, row.text, row.checksum)) {
      row.text = value;
      row.checksum = ~detail::checksum_of(key, row);
    }
    all.push_back(std::move(row));
  }
  std::sort(all.begin(), all.end(),
            [](const sibling_row& a, const sibling_row& b) { return a.id < b.id; });
  return all;
}

bool redis_siblings::replace(const std::string& key, const sibling_ids& read,
                             const sibling_row* added) {
  auto& in = store_->in;
  const auto hash = store_->hash(key);
  commands all;
  store_->change(key, read, added, all);
  for (;;) {
    const auto found = in.ask(commands{}.add("WATCH", hash).add("HKEYS", hash));
    if (sorted_texts(found[1]) != read) {
      in.ask(commands{}.add("UNWATCH"));
      return false;
    }
    if (in.transact(all))
      return true; // else somebody has changed it meanwhile, perhaps to the same
  }
}

void redis_siblings::put_beside(const std::string& key, const sibling_ids& merged,
                                const sibling_row& added) {
  auto& in = store_->in;
  in.ask(commands{}.add("HLEN", store_->hash(key))); // another kind of key is refused before
  commands all;
  store_->change(key, merged, &added, all);
  in.transact(all);
}

} // namespace libsync
