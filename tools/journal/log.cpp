#include "log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>

#include <nlohmann/json.hpp>

#include "any_data.hpp"
#include "libsync/json/detail/journal_reader.hpp"
#include "libsync/json/detail/journal_values.hpp"
#include "libsync/json/log.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/storage_error.hpp"

namespace libsync::journal_tool {

namespace {

using nlohmann::json;

std::string operations_of(const accepted_submission<any_data>& one) {
  std::string text;
  for (const auto& each : one.operations)
    text += (text.empty() ? "" : ", ") + each.json.dump();
  return text;
}

// As ISO 8601 has it; just the number if it is in no year of four digits.
std::string words_for(timestamp time) {
  constexpr timestamp second = 1'000;
  auto seconds = static_cast<std::time_t>(time / second);
  auto rest = static_cast<int>(time % second);
  if (rest < 0) {
    rest += static_cast<int>(second);
    --seconds;
  }
  std::tm parts{};
  std::array<char, 80> text{};
  if (gmtime_r(&seconds, &parts) == nullptr || parts.tm_year < -1900 || parts.tm_year > 8099)
    return std::to_string(time);
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d %02d:%02d:%02d.%03d",
                parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                parts.tm_sec, rest);
  return text.data();
}

void write_words(std::ostream& to, const accepted_submission<any_data>& one) {
  to << "version " << one.version << ": " << one.by << ", number " << one.number << ", "
     << words_for(one.time);
  if (one.identity)
    to << ", " << one.identity->json.dump();
  to << ": " << operations_of(one) << '\n';
}

void write_json(std::ostream& to, const accepted_submission<any_data>& one) {
  json line{{"version", one.version},
            {"by", static_cast<std::uint64_t>(one.by)},
            {"number", one.number},
            {"time", one.time},
            {"operations", json::array()}};
  for (const auto& each : one.operations)
    line["operations"].push_back(each.json);
  if (one.identity)
    line["identity"] = one.identity->json;
  line["checksum"] = detail::log_checksum(line);
  to << line.dump() << '\n';
}

class writer {
public:
  writer(std::ostream& to, row_store& in, const log_choice& which)
      : to_(to), in_(in), which_(which) {}

  void run() {
    const auto header = detail::find_header(in_);
    if (!header)
      return;
    const auto oldest = header->log_after + 1;
    if (which_.from != 0 && which_.from < oldest)
      throw storage_error{storage_failure::other,
                          in_.place() + ": version " + std::to_string(which_.from) +
                              " is not in it any more, the oldest is " + std::to_string(oldest)};
    const auto from = std::max(which_.from, oldest);
    const auto last = std::min(which_.to, header->version);
    if (from > last)
      return;
    next_ = from;
    in_.read_from(row_table::log, first_row(from), [&](const stored_row& row) {
      if (row.key > last || !to_)
        return false;
      write(row, from, last);
      return true;
    });
    if (to_)
      reach(last + 1);
  }

private:
  // The version may be within a row that begins with an earlier one.
  std::uint64_t first_row(version from) {
    auto first = from;
    in_.read_down(row_table::log, from, [&](const stored_row& row) {
      const auto one = read(row);
      first = one->last >= from ? row.key : from;
      return false;
    });
    return first;
  }

  std::shared_ptr<batch<any_data>> read(const stored_row& row) {
    return detail::read_row(in_, row, [&](const json& from) {
      return detail::read_run<any_data>(from, {}, row.key, any_reader{});
    });
  }

  void write(const stored_row& row, version from, version last) {
    const auto one = read(row);
    reach(row.key);
    for_each_accepted(*one, [&](const accepted_submission<any_data>& each) {
      if (each.version >= from && each.version <= last)
        which_.json ? write_json(to_, each) : write_words(to_, each);
      return true;
    });
    next_ = std::max(next_, one->last + 1);
  }

  // All versions before that one are written, or begin an epoch.
  void reach(version key) {
    for (; next_ < key; ++next_) {
      const auto epoch = epoch_of(next_);
      if (which_.json)
        to_ << json{{"version", next_}, {"epoch", epoch}}.dump() << '\n';
      else
        to_ << "version " << next_ << ": epoch " << epoch << " begins\n";
    }
  }

  std::uint64_t epoch_of(version begun) {
    const auto row = detail::find_row(in_, row_table::data, begun);
    if (!row)
      detail::fail_row(in_, row_table::log, begun, "it is missing");
    return detail::read_row(in_, *row, [&](const json& from) {
      if (!from.is_object() || !from.value("begins_epoch", false))
        detail::fail_row(in_, row_table::log, begun, "it is missing");
      return detail::read_member<std::uint64_t>(from, "epoch");
    });
  }

  std::ostream& to_;
  row_store& in_;
  const log_choice& which_;
  version next_ = 0;
};

} // namespace

void write_log(std::ostream& to, row_store& in, const log_choice& which) {
  writer{to, in, which}.run();
}

} // namespace libsync::journal_tool
