#pragma once

/// Files that a test makes.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/catch.hpp"

/// A folder of its own, gone with the test.
class scratch {
public:
  scratch() {
    std::string name =
        (std::filesystem::temp_directory_path() / "libsync.").string() + std::string(6, 'X');
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { std::filesystem::remove_all(folder_); }

  std::filesystem::path operator/(const char* name) const { return folder_ / name; }

  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{folder_},
                                                  std::filesystem::directory_iterator{}));
  }

private:
  std::filesystem::path folder_;
};

inline void put(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream{path, std::ios::binary} << bytes;
}

inline std::string get(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}
