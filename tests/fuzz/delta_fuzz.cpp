// Reading a delta, and applying it: whatever comes in is either refused or keeps what is promised.
// The input is a delta as JSON, a line end, and the text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libsync/text/compose.hpp"
#include "libsync/text/delta_json.hpp"
#include "libsync/text/difference.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/transform.hpp"

#include "fuzz/expect.hpp"
#include "support/text_model.hpp"

namespace {

void check_read(const libsync::delta& change) {
  const auto written = libsync::write_delta(change);
  const auto again = libsync::read_delta(written);
  expect(again && *again == change, "a written delta is read back the same");
  expect(transform(change, libsync::delta{}, libsync::priority::left).empty(),
         "nothing stays nothing");
}

void check_applied(const libsync::text& before, const libsync::delta& change) {
  auto changed = before;
  const auto done = apply_delta(changed, change);
  text_model model{text_model::decode(before.utf8())};
  expect(done.reason() == model.apply(change), "a model gives the same reason");
  if (!done)
    return expect(changed == before, "what is refused changes nothing");
  expect(changed.utf8() == model.utf8(), "a model becomes the same text");
  expect(change.before() <= before.size(), "nothing beyond the end is touched");
  expect(libsync::utf8::find_invalid(changed.utf8()) == libsync::utf8::npos, "text stays UTF-8");
  expect(libsync::utf8::units(changed.utf8()) == changed.size(), "a text knows its length");
  auto trimmed = change;
  trimmed.trim();
  const auto back = difference(changed, before);
  auto there_and_back = changed;
  expect(apply_delta(there_and_back, back).accepted() && there_and_back == before,
         "a difference leads back");
  const auto both = compose(change, back);
  auto composed = before;
  expect(both && apply_delta(composed, *both).accepted() && composed == before,
         "composing does the same");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all{reinterpret_cast<const char*>(data), size};
  const auto end = all.find('\n');
  const auto change = libsync::read_delta(all.substr(0, end));
  if (!change)
    return expect(!change.reason().empty(), "a refusal has a reason"), 0;
  check_read(*change);
  const auto before =
      libsync::text::read(std::string{end == all.npos ? std::string_view{} : all.substr(end + 1)});
  if (before)
    check_applied(*before, *change);
  return 0;
}
