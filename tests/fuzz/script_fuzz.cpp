// Scripts of the stack: lines are those of a model, each line is read as the words in it say, and
// what is read does to a stack what it does to a row of texts.

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fuzz/expect.hpp"
#include "shared/line_reader.hpp"
#include "stack/command.hpp"

#include "libsync/reducer.hpp"

namespace {

using stack_example::command;
using stack_example::read_command;
using stack_example::stack;

/// A file in memory.
class memory_file {
public:
  explicit memory_file(std::string_view bytes) : number_(::memfd_create("script", MFD_CLOEXEC)) {
    expect(number_ >= 0, "there is a file in memory");
    expect(::write(number_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
           "the file is written");
  }
  memory_file(const memory_file&) = delete;
  memory_file& operator=(const memory_file&) = delete;
  ~memory_file() { ::close(number_); }

  [[nodiscard]] std::string path() const { return "/dev/fd/" + std::to_string(number_); }

private:
  int number_;
};

std::vector<std::string> lines_of(std::string_view bytes) {
  const memory_file file{bytes};
  example::line_reader reader{file.path()};
  std::vector<std::string> all;
  while (reader.read([&](std::string_view line, bool is_whole) {
    expect(is_whole, "no line here is too long");
    all.emplace_back(line);
  })) {
  }
  expect(reader.reason().empty(), "a file in memory can be read");
  std::vector<std::string> wanted;
  std::istringstream in{std::string{bytes}};
  for (std::string line; std::getline(in, line);)
    wanted.push_back(line);
  expect(all == wanted, "a model finds the same lines");
  return all;
}

// The words of a line, which has no line end.
std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> all;
  for (std::string word; in >> word;)
    all.push_back(word);
  return all;
}

// How a command is spelled.
std::vector<std::string> words_of(const command& read) {
  if (const auto* op = std::get_if<stack::operation>(&read.what)) {
    if (const auto* pushed = std::get_if<stack_example::push>(op))
      return {read.client, "push", pushed->item};
    return {read.client, std::holds_alternative<stack_example::pop>(*op) ? "pop" : "reverse"};
  }
  if (std::holds_alternative<stack_example::undoes>(read.what))
    return {read.client, "undo"};
  if (std::holds_alternative<stack_example::redoes>(read.what))
    return {read.client, "redo"};
  return {read.client, std::holds_alternative<stack_example::joins>(read.what) ? "join" : "leave"};
}

void apply(const stack::operation& op, stack& data, std::vector<std::string>& model) {
  const auto done = libsync::reducer<stack>::step(data, op);
  if (const auto* pushed = std::get_if<stack_example::push>(&op))
    model.insert(model.begin(), pushed->item);
  else if (std::holds_alternative<stack_example::reverse>(op))
    std::reverse(model.begin(), model.end());
  else if (expect(done.accepted() != model.empty(), "only an empty stack refuses"); done)
    model.erase(model.begin());
  expect(data.items.size() == model.size(), "a model has as many texts");
  for (std::size_t i = 0; i < model.size(); ++i)
    expect(data[i] == model[i], "a model has the same texts");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto lines = lines_of({reinterpret_cast<const char*>(bytes), size});
  stack data;
  std::vector<std::string> model;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto words = words_of(lines[i]);
    const auto read = read_command(lines[i], i + 1);
    const bool is_empty = words.empty() || words[0].starts_with('#');
    expect(std::holds_alternative<std::monostate>(read) == is_empty,
           "just blank lines and comments say nothing");
    if (const auto* reason = std::get_if<std::string>(&read))
      expect(reason->starts_with("expected "), "a refusal says what was expected");
    const auto* one = std::get_if<command>(&read);
    if (one == nullptr)
      continue;
    expect(one->line == i + 1 && words_of(*one) == words, "a command is what the words say");
    if (const auto* op = std::get_if<stack::operation>(&one->what))
      apply(*op, data, model);
  }
  return 0;
}
