#include "notebook/markdown/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "notebook/markdown/opened_file.hpp"

namespace notebook_example {

using libsync::outcome;
using libsync::refused;

namespace {

namespace fs = std::filesystem;

// What a file holds, up to one byte more than is allowed; nothing if there is none.
libsync::result<std::optional<std::string>> read_bytes(const fs::path& path) {
  using result = libsync::result<std::optional<std::string>>;
  const opened_file in{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!in)
    return errno == ENOENT ? result{std::nullopt}
                           : result::failed(std::string{"cannot be opened: "} + last_error());
  struct stat about {};
  if (::fstat(in.number(), &about) != 0)
    return result::failed(std::string{"cannot be read: "} + last_error());
  if (!S_ISREG(about.st_mode))
    return result::failed("is no file");
  std::string bytes;
  std::string block(1 << 16, '\0');
  while (bytes.size() <= largest_file) {
    const auto got = ::read(in.number(), block.data(), block.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return result::failed(std::string{"cannot be read: "} + last_error());
    if (got == 0)
      break;
    bytes.append(block, 0, static_cast<std::size_t>(got));
  }
  return result{std::move(bytes)};
}

// Whether the names in a folder will outlast a loss of power is worth a try, but no error.
void sync_folder(const fs::path& folder) {
  const opened_file in{::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY)};
  if (in)
    static_cast<void>(::fsync(in.number()));
}

mode_t mode_of(const fs::path& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) == 0)
    return about.st_mode & 07777;
  const auto mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// A new file could take the place of one that must not be written. So whoever may write anything,
// as root, looks at the marks.
outcome check_writable(const fs::path& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    return libsync::accepted(); // there is none
  if ((about.st_mode & 0222) == 0)
    return refused("is read-only; save to another file");
  return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0 ? libsync::accepted()
                                                                    : not_written();
}

// A link stays one: what it leads to is read and replaced, or made.
fs::path followed(fs::path path) {
  constexpr int most_links = 40; // as many as the system follows
  std::error_code none;
  for (int links = 0; links < most_links && fs::is_symlink(path, none); ++links)
    path = path.parent_path() / fs::read_symlink(path, none);
  return path;
}

// Puts `bytes` in the place of a file, by way of a new one in the same folder.
outcome replace(const fs::path& path, std::string_view bytes) {
  if (auto good = check_writable(path); !good)
    return good;
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
  std::string name = (folder / path.filename()).string() + "." + std::string(6, 'X');
  name.insert(name.rfind(path.filename().string()), 1, '.');
  const opened_file out{::mkostemp(name.data(), O_CLOEXEC)};
  if (!out)
    return not_written();
  auto done = write_all(out, bytes);
  if (done && (::fchmod(out.number(), mode_of(path)) != 0 || ::fsync(out.number()) != 0 ||
               ::rename(name.c_str(), path.c_str()) != 0))
    done = not_written();
  if (!done)
    ::unlink(name.c_str());
  else
    sync_folder(folder);
  return done;
}

outcome about(const fs::path& path, const std::string& what) {
  return refused(path.string() + ": " + what);
}

} // namespace

dialect dialect_of(const fs::path& path) {
  const auto name = path.filename().string();
  return name.substr(0, name.find(".recovered")).ends_with(".livemd") ? dialect::livemd
                                                                      : dialect::markdown;
}

libsync::result<file> file::open(const fs::path& path) {
  using result = libsync::result<file>;
  file made{followed(path)};
  auto bytes = read_bytes(made.path_);
  if (!bytes)
    return result::failed(path.string() + ": " + bytes.reason());
  if (*bytes) {
    made.bytes_ = *std::move(*bytes);
    auto read = read_markdown(*made.bytes_, dialect_of(made.path_));
    if (!read)
      return result::failed(path.string() + ":" + read.reason());
    made.opened_ = *std::move(read);
  }
  return made;
}

outcome file::save(const notebook& data) {
  const auto now = read_bytes(path_);
  if (!now)
    return about(path_, now.reason());
  if (*now != bytes_)
    return about(path_, "others have changed it since it was read; save to another file");
  auto next = write_markdown(data, dialect_of(path_));
  if (next.size() > largest_file)
    return about(path_, std::string{"the notebook has "} + std::to_string(next.size()) +
                            " bytes, expected at most " + std::to_string(largest_file));
  if (next != bytes_)
    if (auto done = replace(path_, next); !done)
      return about(path_, done.reason());
  bytes_ = std::move(next);
  return libsync::accepted();
}

outcome file::save_as(const notebook& data, const fs::path& path) {
  file other{followed(path)};
  const auto there = read_bytes(path);
  if (!there)
    return about(path, there.reason());
  if (*there)
    return about(path, "it exists already");
  if (auto done = other.save(data); !done)
    return done;
  *this = std::move(other);
  return libsync::accepted();
}

} // namespace notebook_example
