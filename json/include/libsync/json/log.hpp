#pragma once

/// A log as lines of JSON, to be kept, searched, and replayed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/context.hpp"
#include "libsync/detail/crc32.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/json/read.hpp"
#include "libsync/outcome.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/reason.hpp"
#include "libsync/reducer.hpp"

namespace libsync {

namespace detail {

inline std::uint32_t log_checksum(const nlohmann::json& line) {
  return crc32(line.dump());
}

} // namespace detail

/// Returns an accepted submission as one line of JSON, without the line break: its version, who
/// submitted it and when, its operations, and a checksum. Operations and identities need a
/// `to_json`. Throws what that throws.
template <class Data>
[[nodiscard]] std::string log_line(const accepted_submission<Data>& one) {
  nlohmann::json line{{"version", one.version},
                      {"by", static_cast<std::uint64_t>(one.by)},
                      {"number", one.number},
                      {"time", one.time},
                      {"operations", detail::write_array(one.operations)}};
  if constexpr (names_identity<Data>)
    line["identity"] = one.identity ? detail::write(*one.identity) : nlohmann::json{};
  line["checksum"] = detail::log_checksum(line);
  return line.dump();
}

/// Writes a part of a server's log, as `server::read_log` or a `log_reader` returns it, as one line
/// for each submission. Returns a refusal if the part is truncated, of which nothing is written, or
/// if `to` takes no more. Throws what `log_line` throws.
template <class Data>
outcome write_log(std::ostream& to, const log_part<Data>& part) {
  if (part.truncated_at)
    return refused(reason{"the log begins after version " + std::to_string(*part.truncated_at)});
  auto written = part.after;
  part.for_each([&](const accepted_submission<Data>& one) {
    if (to && to << log_line(one) << '\n')
      written = one.version;
  });
  if (!to.flush())
    return refused(reason{"the log cannot be written beyond version " + std::to_string(written)});
  return accepted();
}

/// Goes through the lines of a log, version by version, from the data of the version before the
/// first. The reducer gets the contexts of then, so the data are those of then.
///
///     libsync::log_replay<board> past{board{}};
///     while (std::getline(file, line))
///       if (const auto why = past.step(line); !why)
///         std::cerr << why.reason();   // such as "line 17: its checksum is wrong"
///
/// A line that is damaged, missing, or not accepted is refused with its number, from 1 on. Nothing
/// is changed then, and the right line may follow.
template <class Data>
class log_replay {
public:
  using operation = typename Data::operation;

  /// Begins with the data of that version. The first line is `first_line`.
  explicit log_replay(Data from, libsync::version version = 0, std::size_t first_line = 1)
      : data_(std::move(from)), version_(version), line_(first_line - 1) {}

  [[nodiscard]] const Data& data() const noexcept { return data_; }
  [[nodiscard]] libsync::version version() const noexcept { return version_; }
  /// What was applied last: its context, and its operations.
  [[nodiscard]] const context<Data>& context_of_last() const noexcept { return how_; }
  [[nodiscard]] const std::vector<operation>& operations_of_last() const noexcept { return last_; }

  /// Applies the submission of one line.
  outcome step(std::string_view line) {
    ++line_;
    try {
      read(nlohmann::json::parse(line));
      return accepted();
    } catch (const std::exception& error) {
      return refused(reason{"line " + std::to_string(line_) + ": " + detail::reason_of(error)});
    }
  }

  /// Applies all lines, and calls `each(*this)` after each. Returns the first refusal.
  template <class Each>
  outcome run(std::istream& lines, Each each) {
    for (std::string line; std::getline(lines, line); each(std::as_const(*this)))
      if (auto why = step(line); !why)
        return why;
    return accepted();
  }

private:
  static constexpr auto members() {
    if constexpr (names_identity<Data>)
      return std::to_array<std::string_view>(
          {"version", "by", "number", "time", "operations", "identity"});
    else
      return std::to_array<std::string_view>({"version", "by", "number", "time", "operations"});
  }

  void read(nlohmann::json line) {
    if (!line.is_object() || !line.contains("checksum"))
      throw json_error{"expected an object with a checksum"};
    const auto checksum = line["checksum"];
    line.erase("checksum");
    if (checksum != detail::log_checksum(line))
      throw json_error{"its checksum is wrong, so it was changed"};
    if constexpr (names_identity<Data>)
      line.emplace("identity", nullptr); // who knows no types, as libsync-journal, leaves out none
    detail::expect_members(line, members());
    context<Data> how{client_id{detail::read_member<std::uint64_t>(line, "by")},
                      detail::read_member<timestamp>(line, "time"),
                      detail::read_member<libsync::version>(line, "version")};
    if (how.version != version_ + 1)
      throw json_error{"expected version " + std::to_string(version_ + 1) + ", found version " +
                       std::to_string(how.version)};
    if constexpr (names_identity<Data>)
      if (const auto& who = line["identity"]; !who.is_null())
        how.identity = std::make_shared<const identity_of<Data>>(
            detail::within("identity", [&] { return detail::read<identity_of<Data>>(who); }));
    apply(std::move(how), detail::read_member<std::vector<operation>>(line, "operations"));
  }

  // On a copy, since a reducer that refuses the second of two operations has applied the first.
  void apply(context<Data> how, std::vector<operation> all) {
    auto next = data_;
    outcome why;
    if (reducer<Data>::apply(next, all, {how, true}, why) != all.size())
      throw json_error{"the reducer does not accept it: " + std::string{why.reason().text()}};
    data_ = std::move(next);
    version_ = how.version;
    how_ = std::move(how);
    last_ = std::move(all);
  }

  Data data_;
  libsync::version version_;
  std::size_t line_;
  context<Data> how_;
  std::vector<operation> last_;
};

} // namespace libsync
