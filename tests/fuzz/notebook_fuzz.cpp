// Opening any file as a notebook, in both dialects: it is refused with the line, or it is saved
// unchanged as the same bytes; and whatever is done to it, it is opened as it was saved. The input
// is a file and, behind two zero bytes, choices of what is done.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/expect.hpp"
#include "notebook/any_notebook.hpp"
#include "notebook/markdown/markdown.hpp"
#include "support/choices.hpp"

#include "libsync/reducer.hpp"

namespace {

using namespace notebook_example;

bool names_a_line(std::string_view reason) {
  const auto digits = reason.find_first_not_of("0123456789");
  return digits != 0 && digits != reason.npos && reason.substr(digits).starts_with(": ") &&
         reason.size() > digits + 2;
}

// Whether a notebook is what is read of its file.
bool is_read_as(const notebook& read, const notebook& data, dialect is) {
  const rules by{is, false, read.sheet.is_lowered};
  return shape_of(read, by) == shape_of(data, by);
}

void edit(notebook& data, choices& by) {
  constexpr int most = 24; // so that there are many files
  for (int number = 1; by.left() && number <= most; ++number) {
    const auto op = any_operation(by, data, "n" + std::to_string(number));
    const auto before = data;
    const auto done = libsync::reducer<notebook>::step(data, op);
    if (!done) {
      expect(!done.reason().empty(), "a refusal has a reason");
      expect(data == before, "what is refused changes nothing");
    }
  }
}

void check(std::string_view file, const std::vector<std::uint8_t>& edits, dialect is) {
  auto read = read_markdown(file, is);
  if (!read)
    return expect(names_a_line(read.reason()), "a refusal names the line");
  expect(write_markdown(*read, is) == file, "what nobody edits keeps its bytes");
  if (edits.empty())
    return;
  choices by{edits};
  edit(*read, by);
  const auto saved = write_markdown(*read, is);
  const auto again = read_markdown(saved, is);
  expect(again.reason().empty(), "what is saved can be opened");
  expect(is_read_as(*again, *read, is), "what is saved is opened as the same");
  expect(write_markdown(*again, is) == saved, "what nobody edits keeps its bytes");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all{reinterpret_cast<const char*>(data), size};
  const auto end = all.find(std::string_view{"\0\0", 2});
  const auto edits = end == all.npos ? std::string_view{} : all.substr(end + 2);
  for (const auto is : {dialect::markdown, dialect::livemd})
    check(all.substr(0, end), {edits.begin(), edits.end()}, is);
  return 0;
}
