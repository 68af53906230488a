#pragma once

/// The file of a notebook on disk.

#include <filesystem>
#include <optional>
#include <string>

#include "notebook/markdown/markdown.hpp"
#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"

namespace notebook_example {

/// A file named .livemd is one of Livebook, also after its work was recovered.
dialect dialect_of(const std::filesystem::path& path);

/// Remembers what was last read or written, so that what others have done to the file meanwhile is
/// noticed. A file that cannot be read is never written. Messages name the file, and the line.
class file {
public:
  /// Opens a file and reads it; one that is not there is as an empty notebook that was never saved.
  static libsync::result<file> open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// The notebook as it was opened.
  [[nodiscard]] const notebook& opened() const noexcept { return opened_; }

  /// Writes a notebook to a new file beside the old one, which then takes its place: whoever reads
  /// gets the one or the other. Refused if others have changed the file since it was read; they may
  /// still do so between that look and the exchange.
  libsync::outcome save(const notebook& data);

  /// The same to another file, which must not exist, and which is the file from then on.
  libsync::outcome save_as(const notebook& data, const std::filesystem::path& path);

private:
  explicit file(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  notebook opened_;
  // What is known to be on disk; nothing while there is no file.
  std::optional<std::string> bytes_;
};

} // namespace notebook_example
