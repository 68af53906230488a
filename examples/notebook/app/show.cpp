#include "notebook/app/show.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "notebook/markdown/comments.hpp"
#include "notebook/markdown/lines.hpp"
#include "notebook/model/language.hpp"

#include "libsync/text.hpp"

namespace notebook_example {

namespace {

// Behind each other's lines; what would move a terminal's cursor is shown as a dot.
void print_lines(std::ostream& out, std::string_view text, std::size_t indent) {
  bool first = true;
  for (; first || !text.empty(); first = false) {
    const auto line = first_line(text);
    text.remove_prefix(line.size());
    out << (first ? "" : std::string(indent, ' ')) << "| ";
    for (const char one : without_line_end(line))
      out << (static_cast<unsigned char>(one) < 0x20 && one != '\t' ? '.' : one);
    out << '\n';
  }
}

// Comments, or the front matter of the file; nothing if there are none.
void print_comments(std::ostream& out, std::string_view all, const std::string& head) {
  if (all.starts_with(byte_order_mark))
    all.remove_prefix(byte_order_mark.size());
  all = all.substr(0, all.find_last_not_of(" \t\r\n") + 1);
  if (all.empty())
    return;
  out << head;
  print_lines(out, all, head.size());
}

std::string word_for(cell_type type, const frame& around) {
  if (type != cell_type::code)
    return "text ";
  std::string words = "code ";
  if (const auto language = language_of(around); !language.empty())
    words.append(language) += ' ';
  return words;
}

void print_cell(std::ostream& out, const notebook& data, const id& key, const std::string& indent) {
  const auto& cell = data.cells.at(key);
  print_comments(out, cell.frame.above + cell.frame.smart, indent + key + " above ");
  const auto head = indent + key + ' ' + word_for(cell.type, cell.frame);
  out << head;
  const auto source = cell.source.text().utf8();
  print_lines(out, source, head.size());
  const auto& outputs = cell.frame.outputs;
  print_comments(out, outputs.substr(blank_lines(outputs)), indent + key + " output ");
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

void show(std::ostream& out, const notebook& data) {
  print_comments(out, data.sheet.front, "above ");
  print_comments(out, data.sheet.title.above, "above ");
  print_lines(out, data.name + (data.dirty() ? " (not saved)" : ""), 0);
  for (const auto& one : data.sections) {
    // The number of a parent is for the file; it is told behind the name.
    print_comments(out, with_branch(one.frame.above, std::nullopt, {}), one.key + " above ");
    out << one.key << ' ';
    print_lines(out, one.name + (one.parent ? " (branches off " + *one.parent + ")" : ""),
                one.key.size() + 1);
    for (const auto& key : one.cells)
      print_cell(out, data, key, "  ");
  }
  print_comments(out, data.sheet.ending, "below ");
  for (const auto& one : data.bin) {
    print_comments(out, one.frame.above + one.frame.smart, "bin: " + one.cell + " above ");
    const std::string head = "bin: " + one.cell + ' ' + word_for(one.type, one.frame);
    out << head;
    print_lines(out, one.source.utf8(), head.size());
  }
}

void show_cell(std::ostream& out, const notebook& data, const id& cell) {
  print_cell(out, data, cell, "");
}

void show_place(std::ostream& out, const id& cell, const libsync::text& in, std::uint64_t place) {
  const auto all = in.utf8();
  const auto before = all.substr(0, libsync::utf8::advance(all, place).bytes);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto begin = before.rfind('\n');
  const auto column = libsync::utf8::units(before.substr(begin == before.npos ? 0 : begin + 1));
  out << cell << ", line " << line << ", column " << column + 1;
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
