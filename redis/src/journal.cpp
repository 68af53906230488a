#include "libsync/redis/journal.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "keeper.hpp"
#include "libsync/redis/detail/connection.hpp"
#include "scripts.hpp"
#include "tables.hpp"

namespace libsync {

namespace {

using detail::redis::address;
using detail::redis::commands;
using detail::redis::connection;
using detail::redis::gone_keys;
using detail::redis::keeper;
using detail::redis::key_of;
using detail::redis::reply;
using detail::redis::tables;
using detail::redis::text_of;

constexpr const char* journal_format = "journal 1";
constexpr const char* all_is_lost = "Redis has lost all that was written there";
constexpr const char* last_is_lost = "Redis has lost what was written there last";
constexpr const char* is_taken = "another server has taken it over";
constexpr const char* has_begun = "a server has begun to write there";
// A name that no other store has.
std::string new_token() {
  std::random_device random;
  std::string token;
  for (int i = 0; i < 4; ++i)
    token += std::to_string(random()) + '.';
  return token;
}

class redis_rows final : public row_store {
public:
  redis_rows(const std::string& name, const redis_rows_options& how)
      : how_(how), names_(name), in_(where(), name) {
    in_.on_connect([this] { greet(); });
    take_in_time();
    if (!how_.read_only)
      keeper_.emplace(where(), name, script(detail::redis::renew, 2).part(token_).part(hold()),
                      hold() / 3);
  }

  ~redis_rows() override {
    keeper_.reset();
    if (how_.read_only || lost_ || !in_.is_open())
      return;
    try {
      in_.say(script(detail::redis::let_go, 1).part(token_));
    } catch (const std::exception&) {
      return; // the lock runs out
    }
  }

  void commit(const row_changes& changes) override {
    if (how_.read_only)
      in_.fail(storage_failure::read_only, "it was opened for reading");
    check_writing();
    commands before;
    before.add("WATCH", names_.base()).add("HMGET", names_.base(), "by", "commits");
    for (const auto& [table, key] : changes.erase_below)
      before.add("ZRANGEBYLEX", names_.order(table), "-", '(' + text_of(key));
    for (bool is_done = false; !is_done;) {
      const auto found = in_.ask(before);
      expect_mine(found[1].list);
      commands all;
      detail::redis::add_changes(names_, changes, keys_below(changes, found), all);
      all.add("HSET", names_.base(), "commits", commits_ + 1);
      all.add("SET", names_.lock(), token_, "PX", hold());
      is_done = transact(all); // else another has taken it, or this one has, in an earlier attempt
    }
    ++commits_;
  }

  void read_from(row_table table, std::uint64_t first, const row_visitor& visit) override {
    read(table, "ZRANGEBYLEX", text_of(first), "+", visit);
  }

  void read_down(row_table table, std::uint64_t last, const row_visitor& visit) override {
    read(table, "ZREVRANGEBYLEX", text_of(last), "-", visit);
  }

  [[nodiscard]] std::string place() const override { return in_.place(); }

private:
  [[nodiscard]] address where() const {
    return {how_.host, how_.port, how_.socket, how_.user, how_.password, how_.timeout};
  }
  [[nodiscard]] int hold() const { return std::max(how_.hold, 30); }
  // Begins a script with so many arguments, which follow.
  [[nodiscard]] commands script(const char* text, std::size_t arguments) const {
    commands one;
    one.begin(5 + arguments)
        .part("EVAL")
        .part(text)
        .part(2)
        .part(names_.base())
        .part(names_.lock());
    return one;
  }

  // From now on nothing is written here. If another store has the journal, what that writes may be
  // read, so that a server can tell what became of its last record.
  void lose(storage_failure kind, const std::string& why) {
    lost_.emplace(kind, in_.place() + ": " + why);
  }

  void check_writing() const {
    if (lost_)
      throw storage_error{*lost_};
  }

  void check_reading() const {
    if (lost_ && (how_.read_only || lost_->kind() != storage_failure::locked))
      throw storage_error{*lost_};
  }

  // Compares who has the journal, and how many commits there were, with what is known here.
  void expect_mine(const detail::redis::replies& found) {
    if (found[0].is_nothing())
      lose(storage_failure::damaged, all_is_lost);
    else if (found[0].text != token_)
      lose(storage_failure::locked, is_taken);
    else if (found[1].text != std::to_string(commits_))
      lose(storage_failure::damaged, last_is_lost);
    check_writing();
  }

  bool transact(const commands& all) {
    try {
      return in_.transact(all);
    } catch (const storage_error& error) {
      may_be_done_ = !error.wrote_nothing();
      if (may_be_done_)
        in_.close(); // the next call takes the journal anew, so that it is void, or seen
      throw;
    }
  }

  void greet() {
    if (lost_)
      return;
    if (how_.synced && !how_.read_only)
      detail::redis::expect_synced(in_);
    const auto said = take();
    const auto& state = said.list.at(0).text;
    if (state == "format")
      in_.fail(storage_failure::foreign, "it has the format `" + said.list[1].text +
                                             "`, and this program knows `" + journal_format + '`');
    if (state == "locked")
      in_.fail(storage_failure::locked, "another server has it");
    if (state == "beheaded")
      in_.fail(storage_failure::damaged,
               "there are rows, but the key " + names_.base() + " is gone");
    if (state == "none")
      in_.fail(storage_failure::other, "there is no journal of this name");
    if (state == "gone")
      lose(storage_failure::damaged, all_is_lost);
    else if (state == "lost")
      lose(storage_failure::locked, is_taken);
    else
      settle(said.list[1].text, std::stoull(said.list[2].text));
  }

  reply take() {
    commands one;
    constexpr std::size_t keys = 2 + 2 * std::size(tables);
    one.begin(3 + keys + (how_.read_only ? 2 : 5)).part("EVAL");
    one.part(how_.read_only ? detail::redis::look : detail::redis::take).part(keys);
    one.part(names_.base()).part(names_.lock());
    for (const auto table : tables)
      one.part(names_.rows(table)).part(names_.order(table));
    if (!how_.read_only)
      one.part(token_).part(hold());
    one.part(journal_format);
    if (!how_.read_only)
      one.part(number_.empty() ? "" : "again");
    one.part(how_.must_exist ? "must exist" : "");
    auto said = in_.say(one);
    if (said[0].is_error())
      in_.fail(said[0]);
    return std::move(said[0]);
  }

  // Compares what is there with what was committed here, and goes on from there.
  void settle(std::string number, std::uint64_t commits) {
    const bool is_first = number_.empty();
    if (how_.read_only && !is_first && number != number_)
      lose(storage_failure::locked, has_begun);
    if (!how_.read_only && !is_first && commits != commits_ &&
        !(may_be_done_ && commits == commits_ + 1))
      lose(storage_failure::damaged, last_is_lost);
    may_be_done_ = false;
    number_ = std::move(number);
    commits_ = commits;
  }

  void take_in_time() {
    using clock = std::chrono::steady_clock;
    const auto end = clock::now() + std::chrono::milliseconds{how_.wait};
    for (;;)
      try {
        in_.ask(commands{}.add("PING"));
        return;
      } catch (const storage_error& error) {
        if (error.kind() != storage_failure::locked || clock::now() >= end)
          throw;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
      }
  }

  // What Redis has answered for each of `erase_below`, behind two other answers.
  static std::vector<gone_keys> keys_below(const row_changes& changes,
                                           const detail::redis::replies& found) {
    std::vector<gone_keys> all;
    for (std::size_t i = 0; i != changes.erase_below.size(); ++i) {
      all.emplace_back(changes.erase_below[i].first, std::vector<std::string>{});
      for (const auto& key : found.at(i + 2).list)
        all.back().second.push_back(key.text);
    }
    return all;
  }

  void read(row_table table, const char* command, const std::string& first, const char* last,
            const row_visitor& visit) {
    // Many read no more than one row.
    auto from = '[' + first;
    for (std::size_t size = 1;; size = std::min(size * 16, detail::redis::at_once)) {
      const auto page = read_page(table, command, from, last, size);
      for (const auto& row : page)
        if (!visit(row))
          return;
      if (page.size() < size)
        return;
      from = '(' + text_of(page.back().key);
    }
  }

  std::vector<stored_row> read_page(row_table table, const char* command, const std::string& from,
                                    const char* to, std::size_t size) {
    commands one;
    one.add("EVAL", detail::redis::page, 4, names_.base(), names_.lock(), names_.rows(table),
            names_.order(table), command, from, to, size);
    check_reading();
    const auto said = in_.ask(one);
    const auto& [number, by, rows_there, keys_there, keys, values] = parts_of(said[0]);
    if (how_.read_only && number.text != number_)
      lose(storage_failure::locked, has_begun);
    if (!how_.read_only && !lost_ && by.text != token_)
      lose(by.text.empty() ? storage_failure::damaged : storage_failure::locked,
           by.text.empty() ? all_is_lost : is_taken);
    check_reading();
    if (rows_there.number != keys_there.number)
      in_.fail(storage_failure::damaged, std::string{"the table "} + name_of(table) + " has " +
                                             std::to_string(rows_there.number) + " rows, and " +
                                             std::to_string(keys_there.number) + " keys");
    std::vector<stored_row> page;
    for (std::size_t i = 0; i != keys.list.size(); ++i)
      page.push_back(row_of(table, keys.list[i].text, values.list.at(i)));
    return page;
  }

  struct parts {
    const reply &number, &by, &rows, &keys_there, &keys, &values;
  };

  static parts parts_of(const reply& page) {
    const auto& all = page.list;
    return {all.at(0), all.at(1), all.at(2), all.at(3), all.at(4), all.at(5)};
  }

  stored_row row_of(row_table table, const std::string& key, const reply& value) const {
    const auto number = key_of(key);
    const auto place = "row " + (number ? std::to_string(*number) : '`' + key + '`') +
                       " of the table " + name_of(table);
    if (!number)
      in_.fail(storage_failure::damaged, place + ": its key is no number of 19 digits");
    if (value.is_nothing())
      in_.fail(storage_failure::damaged, place + ": it is gone");
    stored_row row{table, *number, {}, 0};
    if (!detail::redis::read_value(value.text, row.text, row.checksum))
      in_.fail(storage_failure::damaged, place + ": it does not begin with a checksum");
    return row;
  }

  const redis_rows_options how_;
  const detail::redis::names names_;
  const std::string token_ = new_token();
  connection in_;
  // Which taking of the journal this is, or was the last when it was opened for reading.
  std::string number_;
  std::uint64_t commits_ = 0; // of all stores
  bool may_be_done_ = false;  // one more
  std::optional<storage_error> lost_;
  std::optional<keeper> keeper_;
};

} // namespace

std::unique_ptr<row_store> open_redis_rows(const std::string& name, const redis_rows_options& how) {
  return std::make_unique<redis_rows>(name, how);
}

std::unique_ptr<row_store> redis_journal::open_rows(bool read_only) const {
  return open_redis_rows(name, {.host = host,
                                .port = port,
                                .socket = socket,
                                .user = user,
                                .password = password,
                                .read_only = read_only,
                                .synced = level == durability::synced,
                                .timeout = timeout,
                                .wait = wait,
                                .hold = hold});
}

} // namespace libsync
