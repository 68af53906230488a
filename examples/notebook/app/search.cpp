#include "notebook/app/search.hpp"

namespace notebook_example {

std::vector<std::uint64_t> find_all(std::string_view utf8, std::string_view what) {
  std::vector<std::uint64_t> all;
  std::uint64_t units = 0;
  std::size_t counted = 0;
  for (auto next = utf8.find(what); !what.empty() && next != utf8.npos;
       next = utf8.find(what, next + what.size())) {
    units += libsync::utf8::units(utf8.substr(counted, next - counted));
    counted = next;
    all.push_back(units);
  }
  return all;
}

libsync::result<libsync::delta> replacement(std::string_view utf8, std::string_view what,
                                            std::string_view with) {
  using result = libsync::result<libsync::delta>;
  libsync::delta change;
  const auto size = libsync::utf8::units(what);
  for (const auto place : find_all(utf8, what)) {
    if (auto fits = change.retain(place - change.before()); !fits)
      return result::failed(fits.reason());
    if (auto fits = change.insert(with); !fits)
      return result::failed(fits.reason());
    if (auto fits = change.erase(size); !fits)
      return result::failed(fits.reason());
  }
  return change;
}

} // namespace notebook_example
