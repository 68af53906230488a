#include "sqlite/support/faulty_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <new>
#include <utility>

#include <sqlite3.h>

namespace faults {

namespace {

constexpr std::int64_t sector = 512;

} // namespace

struct faulty_files::file_system : sqlite3_vfs {
  faulty_files* owner;
  sqlite3_vfs* real;
};

/// What SQLite allocates for a file, with the real one behind it.
struct faulty_files::open_file : sqlite3_file {
  faulty_files* owner;
  synced* at_sync; // null for a temporary one

  static constexpr std::size_t room = 64; // of what comes before the real one
  sqlite3_file* real() {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(this) + room);
  }
  static open_file& of(sqlite3_file* file) { return *static_cast<open_file*>(file); }

  [[nodiscard]] sqlite3_int64 size() {
    sqlite3_int64 bytes = 0;
    real()->pMethods->xFileSize(real(), &bytes);
    return bytes;
  }
  void remember(std::int64_t from, std::int64_t end) {
    for (auto at = from / sector * sector; at_sync != nullptr && at < end; at += sector) {
      if (at_sync->sectors.contains(at))
        continue;
      std::string old(static_cast<std::size_t>(sector), '\0');
      real()->pMethods->xRead(real(), old.data(), static_cast<int>(sector), at);
      at_sync->sectors.emplace(at, std::move(old));
    }
  }
  void forget() {
    if (at_sync != nullptr)
      *at_sync = {size(), {}};
  }

  // What goes to the real file as it is.
  template <auto Method, class... Args>
  static int pass(sqlite3_file* file, Args... args) {
    auto* const real = of(file).real();
    return (real->pMethods->*Method)(real, args...);
  }

  static const sqlite3_io_methods methods;
  static int close(sqlite3_file*);
  static int read(sqlite3_file*, void*, int, sqlite3_int64);
  static int write(sqlite3_file*, const void*, int, sqlite3_int64);
  static int truncate(sqlite3_file*, sqlite3_int64);
  static int sync(sqlite3_file*, int);
  static int file_size(sqlite3_file*, sqlite3_int64*);
};

const sqlite3_io_methods faulty_files::open_file::methods = {
    2, // so that SQLite maps no files
    close,
    read,
    write,
    truncate,
    sync,
    file_size,
    pass<&sqlite3_io_methods::xLock, int>,
    pass<&sqlite3_io_methods::xUnlock, int>,
    pass<&sqlite3_io_methods::xCheckReservedLock, int*>,
    pass<&sqlite3_io_methods::xFileControl, int, void*>,
    pass<&sqlite3_io_methods::xSectorSize>,
    pass<&sqlite3_io_methods::xDeviceCharacteristics>,
    pass<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>,
    pass<&sqlite3_io_methods::xShmLock, int, int, int>,
    [](sqlite3_file* file) {
      auto* const real = of(file).real();
      real->pMethods->xShmBarrier(real);
    },
    pass<&sqlite3_io_methods::xShmUnmap, int>,
    nullptr,
    nullptr};

int faulty_files::open_file::close(sqlite3_file* file) {
  auto& self = of(file);
  return self.real()->pMethods->xClose(self.real());
}

int faulty_files::open_file::read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 from) {
  auto& self = of(file);
  ++self.owner->counts_.reads;
  if (self.owner->read_fails())
    return SQLITE_IOERR_READ;
  return self.real()->pMethods->xRead(self.real(), to, bytes, from);
}

int faulty_files::open_file::write(sqlite3_file* file, const void* from, int bytes,
                                   sqlite3_int64 at) {
  auto& self = of(file);
  auto& owner = *self.owner;
  ++owner.counts_.writes;
  auto said = owner.change();
  auto written = bytes;
  if (said == answer::go_on && owner.room_ < static_cast<std::uint64_t>(bytes)) {
    said = answer::full;
    written = static_cast<int>(owner.room_);
    owner.failed_ = true;
  } else if (said != answer::go_on) {
    written =
        owner.powerless_ ? 0 : static_cast<int>(owner.below(static_cast<std::uint64_t>(bytes)));
  }
  if (owner.room_ != never)
    owner.room_ -= static_cast<std::uint64_t>(written);
  if (written > 0) {
    self.remember(at, at + written);
    const int code = self.real()->pMethods->xWrite(self.real(), from, written, at);
    if (code != SQLITE_OK)
      return code;
  }
  if (said == answer::power)
    owner.lose_power();
  return said == answer::go_on  ? SQLITE_OK
         : said == answer::full ? SQLITE_FULL
                                : SQLITE_IOERR_WRITE;
}

int faulty_files::open_file::truncate(sqlite3_file* file, sqlite3_int64 size) {
  auto& self = of(file);
  const auto said = self.owner->change();
  if (said == answer::power)
    self.owner->lose_power();
  if (said != answer::go_on)
    return SQLITE_IOERR_TRUNCATE;
  self.remember(size, self.size());
  return self.real()->pMethods->xTruncate(self.real(), size);
}

int faulty_files::open_file::sync(sqlite3_file* file, int flags) {
  auto& self = of(file);
  ++self.owner->counts_.syncs;
  const auto said = self.owner->change();
  if (said == answer::power)
    self.owner->lose_power();
  if (said != answer::go_on)
    return SQLITE_IOERR_FSYNC; // as the system's files do, also for a full disk
  // The real file is not synced: nothing here outlives the machine.
  static_cast<void>(flags);
  self.forget();
  return SQLITE_OK;
}

int faulty_files::open_file::file_size(sqlite3_file* file, sqlite3_int64* bytes) {
  auto& self = of(file);
  if (self.owner->read_fails())
    return SQLITE_IOERR_FSTAT;
  return self.real()->pMethods->xFileSize(self.real(), bytes);
}

faulty_files::faulty_files(std::uint64_t seed) : random_{seed} {
  static std::uint64_t count = 0;
  name_ = "faulty_files_" + std::to_string(++count);
  system_ = std::make_unique<file_system>();
  auto* const real = sqlite3_vfs_find(nullptr);
  static_cast<sqlite3_vfs&>(*system_) = *real; // what is not replaced is the real one's own
  system_->owner = this;
  system_->real = real;
  system_->pNext = nullptr;
  system_->zName = name_.c_str();
  system_->szOsFile = static_cast<int>(open_file::room) + real->szOsFile;
  system_->xOpen = [](sqlite3_vfs* of, const char* path, sqlite3_file* to, int flags, int* out) {
    auto& system = static_cast<file_system&>(*of);
    auto& owner = *system.owner;
    to->pMethods = nullptr;
    int exists = 1;
    if (path != nullptr)
      system.real->xAccess(system.real, path, SQLITE_ACCESS_EXISTS, &exists);
    if (owner.read_fails() || (exists == 0 && owner.change() != answer::go_on))
      return SQLITE_CANTOPEN;
    static_assert(sizeof(open_file) <= open_file::room);
    auto& made = *new (to) open_file{};
    made.owner = &owner;
    const int code = system.real->xOpen(system.real, path, made.real(), flags, out);
    if (code != SQLITE_OK)
      return code;
    made.pMethods = &open_file::methods;
    if (path != nullptr) {
      made.at_sync = &owner.synced_[path];
      if (made.at_sync->sectors.empty())
        made.forget();
    }
    return SQLITE_OK;
  };
  system_->xDelete = [](sqlite3_vfs* of, const char* path, int sync) {
    auto& system = static_cast<file_system&>(*of);
    if (system.owner->change() != answer::go_on)
      return SQLITE_IOERR_DELETE;
    system.owner->synced_[path] = {};
    return system.real->xDelete(system.real, path, sync);
  };
  sqlite3_vfs_register(system_.get(), 0);
}

faulty_files::~faulty_files() {
  sqlite3_vfs_unregister(system_.get());
}

void faulty_files::plan(fault what, std::uint64_t changes) {
  planned_ = what;
  at_change_ = counts_.changes + changes;
  lasting_ = false;
}

void faulty_files::plan_lasting(fault what, std::uint64_t changes) {
  plan(what, changes);
  lasting_ = true;
}

void faulty_files::leave_room(std::uint64_t bytes) {
  room_ = bytes;
}

void faulty_files::heal() {
  at_change_ = room_ = never;
  lasting_ = failed_ = powerless_ = false;
}

faulty_files::answer faulty_files::change() {
  const auto now = counts_.changes++;
  if (powerless_)
    return answer::fail;
  if (now < at_change_ || (now > at_change_ && !lasting_))
    return answer::go_on;
  failed_ = true;
  return planned_ == fault::fails     ? answer::fail
         : planned_ == fault::is_full ? answer::full
                                      : answer::power;
}

bool faulty_files::read_fails() const noexcept {
  return powerless_ || (lasting_ && counts_.changes > at_change_ && planned_ != fault::is_full);
}

void faulty_files::lose_power() {
  powerless_ = true;
  for (auto& [path, was] : synced_) {
    if (was.sectors.empty() || !std::filesystem::exists(path))
      continue;
    const auto end = static_cast<std::int64_t>(std::filesystem::file_size(path));
    auto longest = was.size;
    std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
    for (const auto& [at, old] : was.sectors) {
      if (below(2) == 0)
        file.seekp(at).write(old.data(), sector);
      else
        longest = std::max(longest, std::min(at + sector, end));
    }
    file.close();
    std::filesystem::resize_file(path, static_cast<std::uintmax_t>(longest));
    was = {longest, {}};
  }
}

std::uint64_t faulty_files::below(std::uint64_t limit) {
  return random_() % limit;
}

} // namespace faults
