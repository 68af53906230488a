#include "notebook/markdown/opened_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace notebook_example {

std::string last_error() {
  return std::strerror(errno);
}

opened_file::~opened_file() {
  if (number_ >= 0)
    ::close(number_);
}

libsync::outcome not_written() {
  return libsync::refused(std::string{"cannot be written: "} + last_error());
}

libsync::outcome write_all(const opened_file& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::write(to.number(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return not_written();
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return libsync::accepted();
}

} // namespace notebook_example
