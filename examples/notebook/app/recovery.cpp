#include "notebook/app/recovery.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "notebook/markdown/file.hpp"
#include "notebook/markdown/opened_file.hpp"

namespace notebook_example {

namespace {

namespace fs = std::filesystem;

// So that a program that is stopped again and again does not fill the disk.
constexpr int most_files = 99;

fs::path numbered(const fs::path& beside, int number) {
  auto name = beside.string() + ".recovered";
  return number == 1 ? name : name + "." + std::to_string(number);
}

} // namespace

libsync::result<fs::path> write_recovery(const fs::path& beside, const notebook& data) {
  using result = libsync::result<fs::path>;
  const auto bytes = write_markdown(data, dialect_of(beside));
  for (int number = 1; number <= most_files; ++number) {
    const auto name = numbered(beside, number);
    const opened_file out{::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!out && errno == EEXIST)
      continue;
    auto done = out ? write_all(out, bytes) : not_written();
    if (done && ::fsync(out.number()) != 0)
      done = not_written();
    if (done)
      return name;
    if (out)
      ::unlink(name.c_str());
    return result::failed(name.string() + ": " + done.reason());
  }
  return result::failed(numbered(beside, most_files).string() + ": it exists already");
}

std::vector<fs::path> find_recovered(const fs::path& beside) {
  std::vector<fs::path> all;
  for (int number = 1; number <= most_files; ++number) {
    std::error_code none;
    if (auto name = numbered(beside, number); fs::exists(fs::symlink_status(name, none)))
      all.push_back(std::move(name));
  }
  return all;
}

} // namespace notebook_example
