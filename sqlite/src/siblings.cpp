#include "libsync/sqlite/siblings.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "libsync/sqlite/detail/database.hpp"
#include "libsync/sqlite/detail/statement.hpp"

namespace libsync {

namespace {

namespace sqlite = detail::sqlite;

const sqlite::file_format format{"store of siblings", 0x6c737362, // "lssb"
                                 1,
                                 "CREATE TABLE siblings ("
                                 "  key TEXT NOT NULL,"
                                 "  id TEXT NOT NULL,"
                                 "  text TEXT NOT NULL,"
                                 "  checksum INTEGER NOT NULL,"
                                 "  PRIMARY KEY (key, id))"};

struct connection {
  connection(const std::string& file, const sqlite_siblings_options& options)
      : db{file,
           format,
           {.synced = options.synced, .wait = options.wait, .file_system = options.file_system}} {}

  void add(const std::string& key, const sibling_row& row) {
    insert.run(key, row.id, row.text, row.checksum);
  }

  sqlite::database db;
  sqlite::statement keys{db, "SELECT DISTINCT key FROM siblings ORDER BY key"};
  sqlite::statement ids{db, "SELECT id FROM siblings WHERE key = ? ORDER BY id"};
  sqlite::statement rows{db, "SELECT id, text, checksum FROM siblings WHERE key = ? ORDER BY id"};
  sqlite::statement erase{db, "DELETE FROM siblings WHERE key = ? AND id = ?"};
  sqlite::statement insert{db, "INSERT INTO siblings VALUES (?, ?, ?, ?)"};
};

} // namespace

struct sqlite_siblings::file {
  file(const std::string& of, sqlite_siblings_options with) : name{of}, options{std::move(with)} {
    opened.emplace(name, options);
  }

  std::string name;
  sqlite_siblings_options options;
  std::optional<connection> opened;

  // Runs `use(connection)`. If nobody knows what it wrote, the file is opened again for the next.
  template <class Use>
  auto with(Use use) {
    if (!opened)
      opened.emplace(name, options);
    try {
      return use(*opened);
    } catch (const storage_error& error) {
      if (!error.wrote_nothing())
        opened.reset();
      throw;
    } catch (...) {
      opened.reset(); // memory has run out, perhaps between two rows
      throw;
    }
  }
};

sqlite_siblings::sqlite_siblings(const std::string& name, sqlite_siblings_options options)
    : file_{std::make_unique<file>(name, std::move(options))} {}

sqlite_siblings::sqlite_siblings(sqlite_siblings&&) noexcept = default;
sqlite_siblings& sqlite_siblings::operator=(sqlite_siblings&&) noexcept = default;
sqlite_siblings::~sqlite_siblings() = default;

const std::string& sqlite_siblings::place() const noexcept {
  return file_->name;
}

std::vector<std::string> sqlite_siblings::keys() {
  return file_->with([](connection& in) {
    std::vector<std::string> all;
    for (in.keys.start(); in.keys.step();)
      all.emplace_back(in.keys.text(0));
    return all;
  });
}

std::vector<sibling_row> sqlite_siblings::read(const std::string& key) {
  return file_->with([&](connection& in) {
    std::vector<sibling_row> all;
    for (in.rows.start(key); in.rows.step();)
      all.push_back({std::string{in.rows.text(0)}, std::string{in.rows.text(1)},
                     static_cast<std::uint32_t>(in.rows.integer(2))});
    return all;
  });
}

bool sqlite_siblings::replace(const std::string& key, const sibling_ids& read,
                              const sibling_row* added) {
  return file_->with([&](connection& in) {
    sqlite::transaction all{in.db};
    sibling_ids found;
    for (in.ids.start(key); in.ids.step();)
      found.emplace_back(in.ids.text(0));
    if (found != read)
      return false;
    for (const auto& id : read)
      in.erase.run(key, id);
    if (added != nullptr)
      in.add(key, *added);
    all.commit();
    return true;
  });
}

void sqlite_siblings::put_beside(const std::string& key, const sibling_ids& merged,
                                 const sibling_row& added) {
  file_->with([&](connection& in) {
    sqlite::transaction all{in.db};
    for (const auto& id : merged)
      in.erase.run(key, id);
    in.add(key, added);
    all.commit();
  });
}

} // namespace libsync
