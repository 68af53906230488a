// Reading the bytes of boxes, and of the data and operations in them, by CAF's inspectors: any
// bytes are refused in words, without changing anything, or what is read is whole and is read of
// what it is written as. The input is the bytes that were sent, or the parts of a box (parts.hpp).

#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/expect.hpp"
#include "fuzz/parts.hpp"
#include "libsync/actors/inspect.hpp"
#include "support/sealed.hpp"

namespace {

using libsync::dictionary;
using libsync::dynamic;
using libsync::stamp;
using libsync::statebox;

template <class Box>
void check_box(const wire::bytes& from) {
  Box read;
  if (const auto error = wire::read(from, read); !error.empty()) {
    expect(error.starts_with("statebox: "), "a refusal says what was read");
    return expect(read == Box{}, "what is refused changes nothing");
  }
  expect(Box::from(read.to_parts()).reason().empty(), "a box that is read is whole");
  check_written(read);
  const auto merged = read.merge(read);
  expect(merged ? Box::from(merged->to_parts()).reason().empty() : !merged.reason().empty(),
         "a merge of what is read is whole, or refused with a reason");
}

void check_boxes(const wire::bytes& from) {
  check_box<statebox<dynamic>>(from);
  check_box<statebox<libsync::counter, stamp>>(from);
  check_box<statebox<dictionary<std::string, libsync::set<int>>, stamp, 4>>(from);
  check_box<statebox<dictionary<int, dictionary<int, libsync::set<int>>>>>(from);
  check_box<statebox<notes::page, stamp>>(from);
}

template <class T>
void check_value(const wire::bytes& from) {
  T read{};
  if (wire::reader in{from}; !in.get(read))
    check_written(read);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto* begin = reinterpret_cast<const char*>(data);
  const wire::bytes all(begin, begin + size);
  check_boxes(all);
  check_boxes(sealed({all.data(), all.size()}));
  check_value<dynamic>(all);
  check_value<libsync::composite<libsync::dynamic_operation>>(all);
  check_value<libsync::event<libsync::counter::operation, stamp>>(all);
  check_value<libsync::knowledge>(all);
  return 0;
}
