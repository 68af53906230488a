#include "shared/line_reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace example {

line_reader::line_reader(const std::string& file)
    : file_(file == "-" ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC)),
      own_(file != "-") {
  if (file_ < 0)
    reason_ = std::strerror(errno);
  block_.resize(1 << 16);
}

line_reader::~line_reader() {
  if (own_ && file_ >= 0)
    close(file_);
}

std::string_view line_reader::read_block() {
  ssize_t got = 0;
  do
    got = ::read(file_, block_.data(), block_.size());
  while (got < 0 && errno == EINTR);
  if (got < 0) {
    reason_ = std::strerror(errno);
    got = 0;
  }
  return {block_.data(), static_cast<std::size_t>(got)};
}

} // namespace example
