// Writing Markdown.

#include "notebook/markdown/markdown.hpp"

#include <string_view>
#include <utility>

#include "notebook/markdown/lines.hpp"
#include "notebook/model/lookup.hpp"

namespace notebook_example {

namespace {

// How a piece would be written, without its last line end.
struct rendered {
  std::string text;
  bool is_plain_text = false;
};

class writer {
public:
  writer(const notebook& data, const layout& before) : data_(data), before_(before) {
    all_.layout.line_end = before.line_end;
  }

  written write() {
    put({"", data_.name, 0, false, {}}, [&] { return title(); });
    for (const auto& one : data_.sections) {
      const auto parent = one.parent ? *find_section(data_, *one.parent) + 1 : 0;
      put(
          {one.key, one.name, parent, false, {}}, [&] { return heading_of(one, parent); },
          one.cells.empty());
      for (const auto& key : one.cells) {
        const auto& cell = data_.cells.at(key);
        const auto source = cell.source.text().utf8();
        if (cell.type == cell_type::code)
          put({key, source, 0, false, {}}, [&] { return code_of(key, source); });
        else
          put({key, source, 0, false, {}}, [&] { return text_of(source); });
      }
    }
    keep_line_end();
    return std::move(all_);
  }

private:
  // The first line tells a reader how lines end. Where it is an edited text that ends otherwise, a
  // blank line comes before it.
  void keep_line_end() {
    const auto first = first_line(all_.bytes);
    if (!first.ends_with('\n') || first.ends_with("\r\n") == (before_.line_end == "\r\n"))
      return;
    const auto at = first.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    all_.bytes.insert(at, before_.line_end);
    all_.layout.insert_into_title(at, before_.line_end);
  }

  [[nodiscard]] rendered title() const {
    const auto* old = before_.find("");
    const bool marked = old != nullptr && old->raw.starts_with(byte_order_mark);
    return {std::string{marked ? byte_order_mark : ""} + "# " + name_to_heading(data_.name)};
  }

  [[nodiscard]] rendered heading_of(const section& of, std::size_t parent) const {
    auto text = std::string{"## "} + name_to_heading(of.name);
    if (parent != 0)
      text += before_.line_end + number_comment(branches_off, parent);
    return {std::move(text)};
  }

  // With the fence that it had, if that will do: its language stands there.
  [[nodiscard]] rendered code_of(const id& key, const std::string& source) const {
    std::string opening = "```";
    if (const auto* old = before_.find(key))
      opening = without_line_end(first_line(old->raw));
    auto open = fence::opened_by(opening).value_or(fence{});
    const auto first_mark = opening.find(open.mark);
    while (closes(source, open)) {
      ++open.length;
      opening.insert(first_mark, 1, open.mark);
    }
    return {opening + before_.line_end + source + (source.empty() ? "" : before_.line_end) +
            std::string(open.length, open.mark)};
  }

  static bool closes(std::string_view source, const fence& open) {
    for (; !source.empty(); source.remove_prefix(first_line(source).size()))
      if (open.closed_by(first_line(source)))
        return true;
    return false;
  }

  // Plain, where it is read as the same text again, and else between borders.
  [[nodiscard]] rendered text_of(const std::string& source) const {
    if (!last_is_plain_text_ && !heading(first_line(source), "#")) {
      const auto read = read_markdown(before_.line_end + source + before_.line_end);
      if (read && read->data.cells.size() == 1) {
        const auto& only = read->layout.pieces().back();
        if (only.is_plain_text && only.content == source)
          return {source, true};
      }
    }
    std::size_t border = 1;
    while (source.find(number_comment(cell_ends, border)) != source.npos)
      ++border;
    return {number_comment(cell_begins, border) + before_.line_end + source +
            (source.empty() ? "" : before_.line_end) + number_comment(cell_ends, border)};
  }

  // A section without a heading, which a file may begin with, must have something in it.
  template <class Render>
  void put(piece next, Render render, bool needs_heading = false) {
    const auto* old = before_.find(next.key);
    const bool same = old != nullptr && old->content == next.content && old->parent == next.parent;
    const bool first = all_.layout.pieces().empty();
    const bool stays = same && (first || before_.adjacent(last_, next.key)) &&
                       !(needs_heading && is_blank(old->raw)) &&
                       !(old->is_plain_text && last_is_plain_text_);
    if (!stays || !last_is_as_it_was_)
      separate();
    last_is_as_it_was_ = stays || (same && !is_blank(old->raw) && !runs_together(*old));
    if (last_is_as_it_was_) {
      next.raw = old->raw;
      next.is_plain_text = old->is_plain_text;
    } else {
      auto made = render();
      next.raw = std::move(made.text) + before_.line_end;
      next.is_plain_text = made.is_plain_text;
    }
    last_ = next.key;
    last_is_plain_text_ = next.is_plain_text;
    all_.bytes += next.raw;
    all_.layout.add(std::move(next));
  }

  // Text at a new place: as its own piece it may need borders there.
  [[nodiscard]] bool runs_together(const piece& text) const {
    return text.is_plain_text && (last_is_plain_text_ || heading(first_line(text.raw), "#"));
  }

  // Lets what comes next begin behind a blank line.
  void separate() {
    const auto& bytes = all_.bytes;
    if (bytes.empty() || bytes.ends_with("\n\n") || bytes.ends_with("\n\r\n"))
      return;
    auto gap = before_.line_end;
    if (bytes.ends_with('\r') && gap == "\r\n") // the file had ended within a line end
      gap = "\n" + gap;
    else if (!bytes.ends_with('\n'))
      gap += before_.line_end;
    all_.bytes += gap;
    all_.layout.extend(gap);
  }

  const notebook& data_;
  const layout& before_;
  written all_;
  id last_;
  bool last_is_plain_text_ = false;
  bool last_is_as_it_was_ = true;
};

} // namespace

written write_markdown(const notebook& data, const layout& before) {
  return writer{data, before}.write();
}

} // namespace notebook_example
