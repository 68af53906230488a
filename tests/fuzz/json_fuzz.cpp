// Reading JSON of boxes, and of the data and operations in them: any text is refused with the
// place, or what is read of it is whole, and is read of what it is written as. The input is read as
// it is, and once more with the checksums that belong to it, which no fuzzer would find.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/expect.hpp"
#include "libsync/json/statebox.hpp"
#include "support/json_place.hpp"
#include "support/resealed.hpp"
#include "json/notes_json.hpp"

namespace {

using libsync::dictionary;
using libsync::dynamic;
using libsync::stamp;
using libsync::statebox;
using nlohmann::json;

template <class Box>
void check_box(std::string_view text) {
  const auto read = libsync::read_json<Box>(text);
  if (!read)
    return expect(names_a_place(read.reason()), "a refusal names the place");
  expect(Box::from(read->to_parts()).reason().empty(), "a box that is read is whole");
  const auto written = libsync::write_json(*read);
  expect(written.reason().empty(), "what is read can be written");
  const auto again = libsync::read_json<Box>(*written);
  expect(again && *again == *read, "what is written is read as the same box");
  expect(*libsync::write_json(*again) == *written, "a box is always written in the same way");
  const auto merged = read->merge(*again);
  expect(merged ? Box::from(merged->to_parts()).reason().empty() : !merged.reason().empty(),
         "a merge of what is read is whole, or refused with a reason");
}

void check_boxes(std::string_view text) {
  check_box<statebox<dynamic>>(text);
  check_box<statebox<libsync::counter, stamp>>(text);
  check_box<statebox<dictionary<std::string, libsync::set<int>>, stamp, 4>>(text);
  check_box<statebox<dictionary<int, dictionary<int, libsync::set<int>>>>>(text);
  check_box<statebox<notes::page, stamp>>(text);
}

template <class T>
void check_value(const json& from) {
  T read;
  try {
    read = from.get<T>();
  } catch (const libsync::json_error& error) {
    return expect(!error.reason().empty(), "a refusal has a reason");
  }
  const json written = read;
  expect(written.get<T>() == read, "a value that is written is read as the same");
  expect(json(written.get<T>()) == written, "a value is always written in the same way");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_boxes(text);
  int deepest = 0;
  const auto note_depth = [&](int depth, json::parse_event_t, const json&) {
    deepest = std::max(deepest, depth);
    return true;
  };
  const auto all = json::parse(text, note_depth, false);
  if (all.is_discarded() || deepest > static_cast<int>(libsync::most_nested_json))
    return 0; // as users see to that the stack is large enough for what they read alone
  check_boxes(resealed(all));
  check_value<dynamic>(all);
  check_value<libsync::composite<libsync::dynamic_operation>>(all);
  check_value<libsync::event<libsync::counter::operation, stamp>>(all);
  check_value<libsync::knowledge>(all);
  return 0;
}
