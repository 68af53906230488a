#include "verify.hpp"

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "any_data.hpp"
#include "libsync/json/detail/journal_reader.hpp"
#include "libsync/json/detail/journal_values.hpp"
#include "libsync/json/read.hpp"
#include "libsync/storage_error.hpp"

namespace libsync::journal_tool {

namespace {

using nlohmann::json;

class verifier {
public:
  explicit verifier(row_store& in) : in_(in) {}

  findings run() {
    try {
      found_.header = detail::find_header(in_);
    } catch (const storage_error& error) {
      add(error);
      if (error.kind() == storage_failure::foreign)
        return std::move(found_); // of a form in which the other rows are not known either
    }
    for (const auto table : all_tables)
      guard([&] { read(table); });
    if (found_.header)
      check_header(*found_.header);
    return std::move(found_);
  }

private:
  // What is thrown is a fault.
  template <class Function>
  void guard(Function function) {
    try {
      function();
    } catch (const storage_error& error) {
      add(error);
    }
  }

  void add(const storage_error& error) {
    if (error.kind() != storage_failure::damaged && error.kind() != storage_failure::foreign)
      throw error; // such as a disk that cannot be read, which says nothing of the rows
    add(std::string{error.what()});
  }
  void add(row_table table, std::uint64_t key, const std::string& why) {
    add(detail::place_of(in_, table, key) + ": " + why);
  }
  void add(std::string fault) {
    if (!found_.faults.empty() && found_.faults.front() == fault)
      return; // the header is read twice
    if (found_.faults.size() == most_faults)
      ++found_.more_faults;
    else
      found_.faults.push_back(std::move(fault));
  }

  void read(row_table table) {
    auto& size = found_.tables[table];
    const auto* header = found_.header ? &*found_.header : nullptr;
    if (table == row_table::log && header != nullptr)
      next_ = header->log_after + 1;
    const auto sum = detail::read_table(in_, table, [&](const stored_row& row) {
      ++size.rows;
      size.bytes += row.text.size();
      if (table == row_table::log)
        follow(row.key);
      if (table == row_table::data) {
        data_.insert(row.key);
        epochs_.insert(row.key); // unless it can be read, and says otherwise
      }
      guard([&] { detail::read_row(in_, row, [&](const json& from) { check(row, from); }); });
    });
    if (header != nullptr && header->sums.contains(table))
      detail::check_sum(in_, table, sum, *header);
    if (table == row_table::log && header != nullptr)
      follow(header->version + 1);
  }

  void check(const stored_row& row, const json& from) {
    switch (row.table) {
    case row_table::header:
      if (row.key != 0)
        throw json_error{"unexpected, because there is only one"};
      return;
    case row_table::log:
      return check_log(row, from);
    case row_table::data:
      return check_data(row.key, from);
    case row_table::clients:
      static_cast<void>(detail::read_client<any_data>(from, client_id{row.key}, {}, any_reader{}));
      return;
    case row_table::timers:
      static_cast<void>(detail::read_timer<any_data>(from, any_reader{}));
      return;
    case row_table::effects:
      return check_effects(from);
    }
  }

  // The next version of the log is `key`. That of the row before is not known if it is damaged.
  void follow(version key) {
    const auto expected = std::exchange(next_, std::nullopt);
    if (!expected || *expected >= key)
      return;
    // An epoch takes a version at its beginning, with which there are data, and no row of the log.
    auto first = *expected;
    for (auto begin = epochs_.lower_bound(first); begin != epochs_.end() && *begin < key; ++begin) {
      add_gap(first, *begin);
      first = *begin + 1;
    }
    add_gap(first, key);
  }

  void add_gap(version first, version end) {
    if (first + 1 == end)
      add(row_table::log, first, "it is missing");
    else if (first < end)
      add(row_table::log, first,
          "it is missing, and all versions up to " + std::to_string(end - 1));
  }

  void check_log(const stored_row& row, const json& from) {
    const auto run = detail::read_run<any_data>(from, {}, row.key, any_reader{});
    const auto first = std::exchange(after_, run->last + 1);
    if (row.key < first)
      throw json_error{"the row before has this version, too"};
    if (!found_.header)
      return;
    const auto& header = *found_.header;
    if (row.key <= header.log_after)
      throw json_error{"unexpected, because the log begins with version " +
                       std::to_string(header.log_after + 1)};
    if (run->last > header.version)
      throw json_error{"it ends with version " + std::to_string(run->last) +
                       ", but the newest one is " + std::to_string(header.version)};
    next_ = after_;
  }

  void check_data(version made, const json& from) {
    detail::expect_members(
        from, std::to_array<std::string_view>({"epoch", "begins_epoch", "schema", "data"}));
    static_cast<void>(detail::read_member<std::uint64_t>(from, "epoch"));
    if (!detail::read_member<bool>(from, "begins_epoch"))
      epochs_.erase(made);
    static_cast<void>(detail::read_member<std::string>(from, "schema"));
    if (!found_.header)
      return;
    if (made < found_.header->log_after)
      throw json_error{"unexpected, because the log begins after version " +
                       std::to_string(found_.header->log_after)};
    if (made > found_.header->data)
      throw json_error{"unexpected, because the newest data are of version " +
                       std::to_string(found_.header->data)};
  }

  static void check_effects(const json& from) {
    if (!from.is_array() || from.empty())
      throw json_error{"expected an array that is not empty"};
    for (std::size_t i = 0; i != from.size(); ++i)
      detail::within(i, [&] {
        const auto& one = detail::array_of(3, from[i]);
        static_cast<void>(detail::read_element<std::uint64_t>(one, 0));
        static_cast<void>(detail::read_element<std::uint64_t>(one, 1));
      });
  }

  void check_header(const detail::journal_header& header) {
    if (header.log_after > header.data || header.data > header.version)
      add(row_table::header, 0,
          "its versions contradict each other: the log after " + std::to_string(header.log_after) +
              ", data of " + std::to_string(header.data) + ", the newest one " +
              std::to_string(header.version));
    for (const auto needed : std::set{header.log_after, header.data})
      if (!data_.contains(needed))
        add(row_table::data, needed, "it is missing");
  }

  row_store& in_;
  findings found_;
  std::optional<version> next_; // of the log, as the row before says
  version after_ = 0;           // the last row of the log that can be read
  std::set<version> data_;      // of each version there are some, damaged or not
  std::set<version> epochs_;    // begin with these versions
};

} // namespace

findings verify(row_store& in) {
  return verifier{in}.run();
}

} // namespace libsync::journal_tool
