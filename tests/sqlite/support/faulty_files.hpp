#pragma once

// A file system for SQLite that fails, is full, tears writes, or loses its power, as it is told.

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>

namespace faults {

enum class fault {
  /// The call fails. A write has written a part of its bytes before that, of a random length.
  fails,
  /// The same, and the error of a write is that of a full disk.
  is_full,
  /// The power goes: a write writes a part, and of all that was written since the last sync of its
  /// file, each sector of 512 bytes is as it was before, or as it was written, at random. From then
  /// on every call fails. That a file is made or deleted is never lost.
  loses_power
};

/// Calls that change something: writes, syncs, truncations, deletions, and opening a new file.
struct call_counts {
  std::uint64_t changes = 0; // all of those
  std::uint64_t writes = 0;
  std::uint64_t syncs = 0;
  std::uint64_t reads = 0;
};

/// Pass `name()` as the file system. It stands on the system's own one and its real files, so that
/// what is left may be opened without it. All databases must be closed before it is destroyed. One
/// thread at a time.
class faulty_files {
public:
  explicit faulty_files(std::uint64_t seed);
  ~faulty_files();
  faulty_files(const faulty_files&) = delete;
  faulty_files& operator=(const faulty_files&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// The change after `changes` more has the fault: with 0 the next one.
  void plan(fault what, std::uint64_t changes);

  /// The same, and so have all calls after it, until `heal`. Reads fail too, unless it is full.
  void plan_lasting(fault what, std::uint64_t changes);

  /// How many bytes may be written from now on, until the disk is full.
  void leave_room(std::uint64_t bytes);

  /// All works again, and nothing is planned. After a loss of power, open the files anew.
  void heal();

  /// Whether anything has failed since the last `heal`.
  [[nodiscard]] bool has_failed() const noexcept { return failed_; }

  /// Whether the power is gone, until `heal`.
  [[nodiscard]] bool is_powerless() const noexcept { return powerless_; }

  [[nodiscard]] const call_counts& counts() const noexcept { return counts_; }

private:
  struct file_system; // what SQLite calls
  struct open_file;
  // What a file was at its last sync: its length, and each sector that was written since.
  struct synced {
    std::int64_t size = 0;
    std::map<std::int64_t, std::string> sectors;
  };
  enum class answer { go_on, fail, full, power };
  answer change();
  [[nodiscard]] bool read_fails() const noexcept;
  void lose_power();
  [[nodiscard]] std::uint64_t below(std::uint64_t limit);

  std::string name_;
  std::mt19937_64 random_;
  std::unique_ptr<file_system> system_;
  std::map<std::string, synced> synced_; // by path
  call_counts counts_;
  fault planned_ = fault::fails;
  std::uint64_t at_change_ = never;
  std::uint64_t room_ = never;
  bool lasting_ = false;
  bool failed_ = false;
  bool powerless_ = false;

  static constexpr std::uint64_t never = ~std::uint64_t{0};
};

} // namespace faults
