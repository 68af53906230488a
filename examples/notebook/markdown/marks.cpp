#include "notebook/markdown/marks.hpp"

#include "notebook/markdown/composer.hpp"
#include "notebook/markdown/forced.hpp"
#include "notebook/markdown/lines.hpp"

namespace notebook_example {

namespace {

using kind = piece::kind;

bool is_heading(const wanted& what) {
  return what.what == kind::title || what.what == kind::section;
}

// A source with the line ends of the file.
std::string source_of(const wanted& what, line_end usual) {
  const auto& ends = what.frame->ends;
  if (ends.empty() && usual == line_end::lf)
    return std::string{what.content};
  composer all{usual};
  std::size_t number = 0;
  for (auto left = what.content; !left.empty(); ++number) {
    const auto line = first_line(left);
    left.remove_prefix(line.size());
    all.add(without_line_end(line));
    if (line.ends_with('\n'))
      all.add(bytes_of(number < ends.size() ? ends[number] : usual));
  }
  return all.all();
}

// The line end of the source, which a closing line begins with unless there was no source.
std::string_view line_end_before(std::string_view closer) {
  return closer.find_first_of("\r\n") == 0 ? first_line(closer) : std::string_view{};
}

bool closes(std::string_view source, const fence& open) {
  for (; !source.empty(); source.remove_prefix(first_line(source).size()))
    if (open.closed_by(first_line(source)))
      return true;
  return false;
}

// With the fence that it had, as far as it will do: its language stands there.
void fence_safely(marked& made, std::string_view usual) {
  auto open = fence::opened_by(made.opener).value_or(fence{});
  const auto first_mark = made.opener.find(open.mark);
  while (closes(made.content, open)) {
    ++open.length;
    made.opener.insert(first_mark, 1, open.mark);
  }
  made.closer = std::string{line_end_before(made.closer)} + std::string(open.length, open.mark) +
                std::string{usual};
}

void border_safely(marked& made, std::string_view usual, std::size_t border) {
  while (made.content.find(number_comment(cell_ends, border)) != made.content.npos)
    ++border;
  made.opener = number_comment(cell_begins, border).append(usual);
  made.closer = number_comment(cell_ends, border).append(usual);
}

} // namespace

marked in_own_marks(const wanted& what, const style& usual) {
  const auto& frame = *what.frame;
  const auto end = bytes_of(usual.usual_end);
  if (is_heading(what)) {
    if (!frame.has_marks())
      return in_safe_marks(what, usual);
    const bool same = name_from_heading(frame.name) == what.content;
    return {std::string{what.above},
            {},
            frame.opener,
            same ? frame.name : name_to_heading(what.content),
            frame.closer,
            {},
            frame.below};
  }
  marked made{std::string{what.above},
              frame.smart,
              frame.opener,
              source_of(what, usual.usual_end),
              frame.closer,
              frame.outputs,
              frame.below};
  if (what.is_forced)
    made.content = force_text(made.content, usual.rules, end);
  if (frame.number == 0) {
    made.closer = end;
    if (what.what == kind::code) {
      if (made.opener.empty()) // else it has a language
        made.opener = std::string{"```"}.append(usual.language).append(end);
      made.closer = std::string{"```"}.append(end);
    }
  }
  return made;
}

marked in_safe_marks(const wanted& what, const style& usual) {
  const auto end = bytes_of(usual.usual_end);
  if (is_heading(what))
    return {std::string{what.above},
            {},
            what.what == kind::title || usual.rules.is_lowered ? "# " : "## ",
            name_to_heading(what.content),
            std::string{end},
            {},
            what.frame->below};
  auto made = in_own_marks(what, usual);
  if (what.what != kind::code) {
    border_safely(made, end, usual.border);
    return made;
  }
  if (!usual.rules.is_code(made.opener))
    made.opener = std::string{"```"}.append(usual.language).append(end);
  fence_safely(made, end);
  return made;
}

} // namespace notebook_example
