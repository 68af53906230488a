#include "notebook/model/frame.hpp"

#include <algorithm>

namespace notebook_example {

void change_ends(std::vector<line_end>& ends, const libsync::text& before,
                 const libsync::delta& change, line_end usual) {
  using kind = libsync::delta_component::kind;
  const auto lines = [](std::string_view in) { return std::count(in.begin(), in.end(), '\n'); };
  const auto all_before = before.utf8();
  std::string_view left = all_before;
  auto next = ends.begin();
  std::vector<line_end> all;
  change.for_each([&](const libsync::delta_component& part) {
    if (part.what == kind::insert) {
      all.insert(all.end(), static_cast<std::size_t>(lines(part.inserted)), usual);
      return;
    }
    const auto bytes = libsync::utf8::advance(left, part.units).bytes;
    const auto last = next + lines(left.substr(0, bytes));
    if (part.what == kind::retain)
      all.insert(all.end(), next, last);
    next = last;
    left.remove_prefix(bytes);
  });
  all.insert(all.end(), next, ends.end());
  ends = std::move(all);
}

} // namespace notebook_example
