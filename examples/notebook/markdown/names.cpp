// Names in headings.

#include "notebook/markdown/lines.hpp"

namespace notebook_example {

namespace {

struct reference {
  char stands_for;
  std::string_view text;
};

constexpr reference references[]{
    {'&', "&amp;"}, {'\n', "&#10;"}, {'\r', "&#13;"}, {'\t', "&#9;"}, {' ', "&#32;"}};

const reference* find_reference(std::string_view text) {
  for (const auto& one : references)
    if (text.starts_with(one.text))
      return &one;
  return nullptr;
}

} // namespace

std::string name_to_heading(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char next = name[i];
    const bool at_edge = i == 0 || i + 1 == name.size();
    const bool refers = next == '&' && find_reference(name.substr(i)) != nullptr;
    bool replaced = false;
    for (const auto& one : references)
      if (next == one.stands_for &&
          (next == '\n' || next == '\r' || refers || (at_edge && (next == ' ' || next == '\t')))) {
        text += one.text;
        replaced = true;
      }
    if (!replaced)
      text += next;
  }
  return text;
}

std::string name_from_heading(std::string_view text) {
  std::string name;
  while (!text.empty()) {
    if (const auto* found = find_reference(text)) {
      name += found->stands_for;
      text.remove_prefix(found->text.size());
    } else {
      name += text.front();
      text.remove_prefix(1);
    }
  }
  return name;
}

} // namespace notebook_example
