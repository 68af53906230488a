#pragma once

/// Files that keep work which could not be saved.

#include <filesystem>
#include <vector>

#include "notebook/model/notebook.hpp"

#include "libsync/libsync.hpp"

namespace notebook_example {

/// Writes a notebook beside its file, which stays as it is, and returns the name of what was
/// written: `plan.md.recovered`, or `plan.md.recovered.2` and so on. What is there already is never
/// overwritten. Only the owner may read it, because the file may be less public than new ones are.
libsync::result<std::filesystem::path> write_recovery(const std::filesystem::path& beside,
                                                      const notebook& data);

/// Returns the files of this kind that lie beside a file.
std::vector<std::filesystem::path> find_recovered(const std::filesystem::path& beside);

} // namespace notebook_example
