// In place of sqlite_place.cpp, where the component sqlite is not built.

#include "place.hpp"

namespace libsync::journal_tool {

std::unique_ptr<place> find_file(const std::string& file) {
  throw std::runtime_error{file + ": this program was built without SQLite, so it knows no files, "
                                  "but redis://HOST:PORT/NAME alone"};
}

} // namespace libsync::journal_tool
