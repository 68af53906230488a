#include "notebook/app/show.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "notebook/app/layout.hpp"
#include "notebook/app/search.hpp"
#include "notebook/markdown/comments.hpp"
#include "notebook/markdown/lines.hpp"
#include "notebook/model/language.hpp"

#include "libsync/text.hpp"

namespace notebook_example {

namespace {

// What would move a terminal's cursor is shown as a dot.
std::string shown(std::string_view line) {
  std::string all{line};
  std::replace_if(
      all.begin(), all.end(),
      [](char one) { return static_cast<unsigned char>(one) < 0x20 && one != '\t'; }, '.');
  return all;
}

// Behind each other's lines.
void print_lines(const page& to, std::string_view text, std::size_t indent) {
  constexpr std::size_t least = 20; // less room would be worse than a line that the terminal breaks
  const auto used = indent + 2;
  const auto room = to.columns > used + least ? to.columns - used : 0;
  bool first = true;
  do {
    const auto line = first_line(text);
    text.remove_prefix(line.size());
    const auto all = shown(without_line_end(line));
    const auto* mark = "| ";
    for (std::string_view left = all; !left.empty() || mark[0] == '|'; mark = ": ") {
      auto part = beginning_of(left, room);
      left.remove_prefix(part.size());
      if (!left.empty() && part.ends_with(' '))
        part.remove_suffix(1); // where it is broken
      to.out << (first ? "" : std::string(indent, ' ')) << mark << part << '\n';
      first = false;
    }
  } while (!text.empty());
}

// Comments, or the front matter of the file; nothing if there are none.
void print_comments(const page& to, std::string_view all, const std::string& head) {
  if (all.starts_with(byte_order_mark))
    all.remove_prefix(byte_order_mark.size());
  all = all.substr(0, all.find_last_not_of(" \t\r\n") + 1);
  if (all.empty())
    return;
  to.out << head;
  print_lines(to, all, head.size());
}

std::string word_for(cell_type type, const frame& around) {
  if (type != cell_type::code)
    return "text ";
  std::string words = "code ";
  if (const auto language = language_of(around.opener); !language.empty())
    words.append(language) += ' ';
  return words;
}

void print_cell(const page& to, const notebook& data, const id& key, const std::string& indent) {
  const auto& cell = data.cells.at(key);
  print_comments(to, cell.frame.above + cell.frame.smart, indent + key + " above ");
  const auto head = indent + key + ' ' + word_for(cell.type, cell.frame);
  to.out << head;
  const auto source = cell.source.text().utf8();
  print_lines(to, source, head.size());
  const auto& outputs = cell.frame.outputs;
  print_comments(to, outputs.substr(blank_lines(outputs)), indent + key + " output ");
}

void print_person(std::ostream& out, const notebook& data, const id& client) {
  bool nowhere = true;
  for (const auto& one : data.sections)
    for (const auto& key : one.cells) {
      const auto& source = data.cells.at(key).source;
      for (const auto& member : source.members())
        if (member.client == client)
          for (const auto& where : member.where) {
            out << (nowhere ? " " : "; ");
            show_place(out, key, source.text(), where.head);
            nowhere = false;
          }
    }
  out << (nowhere ? " nowhere\n" : "\n");
}

} // namespace

void show(const page& to, const notebook& data) {
  print_comments(to, data.sheet.front, "above ");
  print_comments(to, data.sheet.title.above, "above ");
  print_lines(to, data.name + (data.dirty() ? " (not saved)" : ""), 0);
  for (const auto& one : data.sections) {
    // The number of a parent is for the file; it is told behind the name.
    print_comments(to, with_branch(one.frame.above, std::nullopt, {}), one.key + " above ");
    to.out << one.key << ' ';
    print_lines(to, one.name + (one.parent ? " (branches off " + *one.parent + ")" : ""),
                one.key.size() + 1);
    for (const auto& key : one.cells)
      print_cell(to, data, key, "  ");
  }
  print_comments(to, data.sheet.ending, "below ");
  for (const auto& one : data.bin) {
    print_comments(to, one.frame.above + one.frame.smart, "bin: " + one.cell + " above ");
    const std::string head = "bin: " + one.cell + ' ' + word_for(one.type, one.frame);
    to.out << head;
    print_lines(to, one.source.utf8(), head.size());
  }
}

void show_cell(const page& to, const notebook& data, const id& cell) {
  print_cell(to, data, cell, "");
}

void show_place(std::ostream& out, const id& cell, const libsync::text& in, std::uint64_t place) {
  const auto all = in.utf8();
  const auto before = all.substr(0, libsync::utf8::advance(all, place).bytes);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto begin = before.rfind('\n');
  const auto column = libsync::utf8::units(before.substr(begin == before.npos ? 0 : begin + 1));
  out << cell << ", line " << line << ", column " << column + 1;
}

bool show_places(std::ostream& out, const notebook& data, std::string_view what) {
  bool found = false;
  for (const auto& one : data.sections)
    for (const auto& key : one.cells) {
      const auto& text = data.cells.at(key).source.text();
      for (const auto place : find_all(text.utf8(), what)) {
        show_place(out, key, text, place);
        out << '\n';
        found = true;
      }
    }
  return found;
}

void show_people(std::ostream& out, const notebook& data) {
  for (const auto& [client, user] : data.clients) {
    out << client;
    if (const auto& name = data.users.at(user); name != client)
      out << " (" << name << ')';
    out << ':';
    print_person(out, data, client);
  }
  if (data.clients.empty())
    out << "nobody is here\n";
}

} // namespace notebook_example
