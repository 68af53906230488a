// Names in headings.

#include "notebook/markdown/lines.hpp"

namespace notebook_example {

namespace {

struct reference {
  char stands_for;
  std::string_view text;
};

constexpr reference references[]{{'&', "&amp;"}, {'\n', "&#10;"}, {'\r', "&#13;"},
                                 {'\t', "&#9;"}, {' ', "&#32;"},  {'#', "&#35;"}};

const reference* find_reference(std::string_view text) {
  for (const auto& one : references)
    if (text.starts_with(one.text))
      return &one;
  return nullptr;
}

// Whether the marks at the end of a name would be read as the end of the heading.
bool ends_in_closing_marks(std::string_view name) {
  const auto last = name.find_last_not_of('#');
  return name.ends_with('#') && (last == name.npos || name[last] == ' ' || name[last] == '\t');
}

} // namespace

std::string name_to_heading(std::string_view name) {
  const bool closes = ends_in_closing_marks(name);
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char next = name[i];
    const bool last = i + 1 == name.size();
    const bool replaced = next == '\n' || next == '\r' || (last && closes) ||
                          ((last || i == 0) && (next == ' ' || next == '\t')) ||
                          (next == '&' && find_reference(name.substr(i)) != nullptr);
    if (!replaced)
      text += next;
    else
      for (const auto& one : references)
        text += next == one.stands_for ? one.text : "";
  }
  return text;
}

std::string name_from_heading(std::string_view text) {
  std::string name;
  while (!text.empty()) {
    if (const auto* found = find_reference(text)) {
      name += found->stands_for;
      text.remove_prefix(found->text.size());
    } else if (text.front() == '\n' || text.front() == '\r') { // with the blanks around it
      name.erase(name.find_last_not_of(" \t") + 1);
      name += '\n';
      text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    } else {
      name += text.front();
      text.remove_prefix(1);
    }
  }
  return name;
}

} // namespace notebook_example
