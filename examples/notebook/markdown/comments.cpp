#include "notebook/markdown/comments.hpp"

#include <algorithm>
#include <array>

#include "notebook/model/language.hpp"

namespace notebook_example {

namespace {

constexpr auto blanks = " \t";
constexpr std::string_view branch_member = "branch_parent_index";

/// A member of a JSON object: where its name begins, its value, and what follows that.
struct member {
  std::size_t name = 0;
  std::size_t value = 0;
  std::size_t end = 0;
};

std::size_t skip_blanks(std::string_view in, std::size_t at) {
  return std::min(in.find_first_not_of(blanks, at), in.size());
}

// Where a string ends that begins here, behind its quote.
std::size_t end_of_string(std::string_view in, std::size_t at) {
  for (++at; at < in.size() && in[at] != '"'; ++at)
    at += in[at] == '\\' ? 1 : 0;
  return std::min(at + 1, in.size());
}

// Where a value ends that begins here.
std::size_t end_of_value(std::string_view in, std::size_t at) {
  for (std::size_t depth = 0; at < in.size();) {
    const char one = in[at];
    if (one == '"') {
      at = end_of_string(in, at);
      continue;
    }
    if (depth == 0 && (one == ',' || one == '}'))
      break;
    if (one == '{' || one == '[')
      ++depth;
    else if ((one == '}' || one == ']') && depth != 0)
      --depth;
    ++at;
  }
  return at;
}

std::optional<member> find_member(std::string_view object, std::string_view name) {
  if (!object.starts_with('{'))
    return std::nullopt;
  for (std::size_t at = 0; at < object.size() && object[at] != '}';) {
    member found;
    found.name = skip_blanks(object, at + 1);
    if (!object.substr(found.name).starts_with('"'))
      return std::nullopt;
    const auto behind = end_of_string(object, found.name);
    const auto colon = skip_blanks(object, behind);
    if (!object.substr(colon).starts_with(':'))
      return std::nullopt;
    found.value = skip_blanks(object, colon + 1);
    found.end = end_of_value(object, found.value);
    if (object.substr(found.name + 1, behind - found.name - 2) == name)
      return found;
    at = found.end;
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const auto end = text.substr(0, text.find_last_not_of(blanks) + 1);
  return end.substr(skip_blanks(end, 0));
}

// An object without one of its members, and the comma beside that; empty if it was the only one.
std::string without(std::string_view object, const member& gone) {
  std::string left{object.substr(0, gone.name)};
  auto rest = object.substr(gone.end);
  if (rest.starts_with(','))
    rest.remove_prefix(1);
  else if (const auto comma = left.find_last_not_of(blanks); left[comma] == ',')
    left.resize(comma);
  else
    return {};
  return left.append(rest);
}

std::string without_branch(std::string_view above) {
  const auto found = attachments_at(above);
  const auto left = without(found.object, *find_member(found.object, branch_member));
  if (left.empty())
    return std::string{above.substr(0, found.last)};
  return std::string{above}.replace(static_cast<std::size_t>(found.object.data() - above.data()),
                                    found.object.size(), left);
}

// The bytes of a block of code in its fence; nothing if nothing closes it.
std::optional<std::size_t> fenced_size(std::string_view left, const fence& open) {
  for (auto size = first_line(left).size(); size < left.size();) {
    const auto line = first_line(left.substr(size));
    size += line.size();
    if (open.closed_by(line))
      return size;
  }
  return std::nullopt;
}

} // namespace

std::size_t blank_lines(std::string_view left) {
  std::size_t size = 0;
  for (auto line = first_line(left); !line.empty() && is_blank(line);
       line = first_line(left.substr(size)))
    size += line.size();
  return size;
}

std::optional<comment> comment_at(std::string_view left) {
  const auto indent = left.find_first_not_of(' ');
  if (indent > 3 || !left.substr(indent).starts_with("<!--") ||
      number_in_comment(first_line(left), cell_begins))
    return std::nullopt;
  const auto end = left.find("-->");
  if (end == left.npos)
    return std::nullopt;
  const auto rest = first_line(left.substr(end + 3));
  if (!is_blank(rest))
    return std::nullopt;
  constexpr std::string_view livebook = "livebook:";
  auto inside = left.substr(indent + 4, std::max(end, indent + 4) - indent - 4);
  inside.remove_prefix(std::min(inside.find_first_not_of(" \t\r\n"), inside.size()));
  comment found{end + 3 + rest.size(), inside.starts_with(livebook), {}};
  if (found.is_of_livebook && inside.find_first_of("\r\n") == inside.npos)
    found.object = trimmed(inside.substr(livebook.size()));
  return found;
}

attachments attachments_at(std::string_view left) {
  attachments found;
  for (;;) {
    const bool for_any = found.of_any_piece == found.all;
    found.all += blank_lines(left.substr(found.all));
    if (for_any)
      found.of_any_piece = found.all;
    const auto next = comment_at(left.substr(found.all));
    if (!next || next->forces_text())
      return found;
    found.last = found.all;
    found.object = next->object;
    found.all += next->size;
    if (for_any && next->is_of_livebook)
      found.of_any_piece = found.all;
  }
}

std::optional<std::string_view> json_member(std::string_view object, std::string_view name) {
  const auto found = find_member(object, name);
  return found ? std::optional{trimmed(object.substr(found->value, found->end - found->value))}
               : std::nullopt;
}

std::optional<std::size_t> branch_in(std::string_view object) {
  const auto value = json_member(object, branch_member);
  if (!value || value->empty() || value->size() > 9 ||
      value->find_first_not_of("0123456789") != value->npos)
    return std::nullopt;
  return std::stoul(std::string{*value});
}

std::string with_branch(std::string_view above, std::optional<std::size_t> number,
                        std::string_view line_end) {
  if (!number) {
    std::string left{above};
    while (branch_in(attachments_at(left).object)) // one may have stood above another
      left = without_branch(left);
    return left;
  }
  const auto found = attachments_at(above);
  const auto old = find_member(found.object, branch_member);
  const auto now = '"' + std::string{branch_member} + "\":" + std::to_string(*number);
  if (find_member(found.object, "livebook_object") || !found.object.starts_with("{\""))
    return std::string{above} + "<!-- livebook:{" + now + "} -->" + std::string{line_end} +
           std::string{line_end};
  const auto at = static_cast<std::size_t>(found.object.data() - above.data());
  return old ? std::string{above}.replace(at + old->name, old->end - old->name, now)
             : std::string{above}.insert(at + 1, now + ',');
}

bool ends_in_stamp(std::string_view comments) {
  const auto last = attachments_at(comments).object;
  return find_member(last, "offset") && find_member(last, "stamp");
}

std::string without_output_marks(std::string_view above) {
  std::string all;
  while (!above.empty()) {
    const auto found = comment_at(above);
    auto size = found ? found->size : first_line(above).size();
    if (found && found->object == output_object)
      size += blank_lines(above.substr(size)); // they would be of what stands before
    else
      all += above.substr(0, size);
    above.remove_prefix(size);
  }
  return all;
}

bool is_run_by_livebook(std::string_view opener) {
  static constexpr std::array<std::string_view, 4> all{"elixir", "erlang", "python",
                                                       "pyproject.toml"};
  return std::find(all.begin(), all.end(), info_of(opener)) != all.end();
}

std::size_t outputs_size(std::string_view left, dialect is) {
  std::size_t size = 0;
  for (;;) {
    auto at = size + blank_lines(left.substr(size));
    const auto said = comment_at(left.substr(at));
    const bool is_output = said && said->object == output_object;
    if (is_output) {
      at += said->size;
      at += blank_lines(left.substr(at));
    }
    const auto line = first_line(left.substr(at));
    const auto open = fence::opened_by(line);
    // Livebook once wrote outputs as a language.
    if (!open || !(is_output || (is == dialect::livemd && info_of(line) == "output")))
      return size;
    const auto block = fenced_size(left.substr(at), *open);
    if (!block)
      return size;
    size = at + *block;
  }
}

} // namespace notebook_example
