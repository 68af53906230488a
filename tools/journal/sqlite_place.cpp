#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "libsync/sqlite/detail/database.hpp"
#include "libsync/sqlite/detail/journal_format.hpp"
#include "libsync/sqlite/detail/unfinished.hpp"
#include "libsync/sqlite/journal.hpp"
#include "place.hpp"

namespace libsync::journal_tool {

namespace {

using detail::sqlite::database;
using detail::sqlite::journal_format;

class sqlite_place final : public place {
public:
  explicit sqlite_place(std::string file)
      : file_(std::move(file)), bytes_(bytes_of(file_).value_or(0)),
        had_log_(bytes_of(log()).value_or(0) != 0),
        unfinished_(detail::sqlite::find_unfinished_beside(file_)) {}

  // Who reads alone leaves empty files beside it, which SQLite removes for whoever may write.
  ~sqlite_place() override {
    if (had_log_ || bytes_of(log()) != std::uintmax_t{0})
      return;
    try {
      const database tidy{file_, journal_format(), {.create = false, .wait = 0}};
    } catch (const std::exception&) {
      return; // they do no harm
    }
  }

  std::unique_ptr<row_store> read() override {
    return open_sqlite_rows(file_, {.must_exist = true, .read_only = true});
  }

  std::unique_ptr<row_store> change() override {
    return open_sqlite_rows(file_, {.must_exist = true});
  }

  std::unique_ptr<row_store> make(durability /*level*/) override { return open_sqlite_rows(file_); }

  void describe(std::ostream& to) const override {
    to << "file          " << file_ << ", " << bytes_ << " bytes\n";
  }

  std::string notice() const override { return detail::sqlite::words_for(unfinished_, file_); }

  void check(findings& into) const override {
    const auto lines =
        database{file_, journal_format(), {.create = false, .read_only = true}}.check();
    for (std::size_t at = 0; at < lines.size();) {
      const auto end = lines.find('\n', at);
      const auto line = lines.substr(at, end - at);
      into.faults.push_back(line.starts_with(file_) ? line : file_ + ": " + line);
      at = end + 1;
    }
    if (is_fault(into))
      into.faults.push_back(notice());
  }

  void shrink(std::ostream& to) const override {
    {
      database shrinks{file_, journal_format(), {.create = false, .exclusive = true}};
      shrinks.execute("VACUUM");
    }
    to << bytes_of(file_).value_or(0) << " bytes, before " << bytes_ << " bytes\n";
  }

private:
  // Nothing if there is none.
  [[nodiscard]] static std::optional<std::uintmax_t> bytes_of(const std::string& file) {
    std::error_code none;
    const auto size = std::filesystem::file_size(file, none);
    return none ? std::nullopt : std::optional{size};
  }

  [[nodiscard]] std::string log() const { return file_ + "-wal"; }

  // A commit that is not whole was promised to nobody. But when each is synced, one that others
  // follow was whole.
  [[nodiscard]] bool is_fault(const findings& found) const {
    return unfinished_.header ||
           (unfinished_.commits > 1 && found.header && !found.header->relaxed);
  }

  const std::string file_;
  // As it was before SQLite has opened it.
  const std::uintmax_t bytes_;
  const bool had_log_;
  const detail::sqlite::unfinished unfinished_;
};

} // namespace

std::unique_ptr<place> find_file(const std::string& file) {
  return std::make_unique<sqlite_place>(file);
}

} // namespace libsync::journal_tool
