#include "notebook/app/structure.hpp"

#include <utility>

#include "notebook/model/lookup.hpp"

namespace notebook_example {

namespace {

using chosen = libsync::result<operation>;

chosen expected(const std::string& what) {
  return chosen::failed(std::string{"expected "} + what);
}

operations add(const speaker& by, words rest) {
  const auto what = rest.next();
  const auto section = what == "section" ? id{} : rest.next();
  if (what != "section" && ((what != "code" && what != "text") || section.empty()))
    return operations::failed("expected add section [at INDEX] [TEXT], or "
                              "add code|text SECTION [at INDEX] [TEXT]");
  const auto index = rest.place().value_or(-1);
  auto text = rest.text();
  if (!text)
    return operations::failed(text.reason());
  const auto made = by.fresh();
  if (what != "section")
    return std::vector<operation>{insert_cell{
        by.name, section, index, what == "code" ? "code" : "markdown", made, *std::move(text)}};
  std::vector<operation> all{insert_section{by.name, index, made}};
  if (!text->empty())
    all.emplace_back(set_section_name{by.name, made, *std::move(text)});
  return all;
}

chosen move(const speaker& by, words rest) {
  const auto what = rest.next();
  const auto which = rest.next();
  const auto section = what == "cell" ? rest.next() : which;
  const auto index = what == "cell" ? rest.number("an index", -1) : rest.number("an index");
  if ((what != "cell" && what != "section") || section.empty() || !rest.at_end())
    return expected("move section SECTION INDEX, or move cell CELL SECTION [INDEX]");
  if (!index)
    return chosen::failed(index.reason());
  if (const auto now = what == "cell" ? find_cell(by.data, which) : std::nullopt;
      now && by.data.sections[now->section].key == section &&
      static_cast<place>(now->index) == *index)
    return chosen::failed("it is there already");
  return what == "cell" ? chosen{move_cell{by.name, which, section, *index}}
                        : chosen{move_section{by.name, which, *index}};
}

chosen remove(const speaker& by, words rest) {
  const auto what = rest.next();
  const auto which = rest.next();
  const bool with_cells = what == "section" && rest.next() == "with" && rest.next() == "cells";
  if ((what != "cell" && what != "section") || which.empty() || !rest.at_end())
    return expected("remove cell CELL, or remove section SECTION [with cells]");
  return what == "cell" ? chosen{delete_cell{by.name, which}}
                        : chosen{delete_section{by.name, which, with_cells}};
}

chosen split(const speaker& by, const std::string& action, words rest) {
  const auto cell = rest.next();
  if (cell.empty() || !rest.at_end())
    return expected(action + " CELL");
  const auto where = find_cell(by.data, cell);
  if (!where)
    return chosen::failed("there is no cell " + cell);
  const auto& section = by.data.sections[where->section].key;
  const auto index = static_cast<place>(where->index);
  return action == "split"
             ? chosen{insert_section_into{by.name, section, index, by.fresh()}}
             : chosen{insert_branching_section_into{by.name, section, index, by.fresh()}};
}

chosen name(const speaker& by, const std::string& action, words rest) {
  const auto section = action == "name" ? rest.next() : id{};
  if (action == "name" && section.empty())
    return expected("name SECTION TEXT");
  auto text = rest.text();
  if (!text)
    return chosen::failed(text.reason());
  if (action == "name")
    return chosen{set_section_name{by.name, section, *std::move(text)}};
  return action == "title" ? chosen{set_notebook_name{by.name, *std::move(text)}}
                           : chosen{update_user{by.name, "user of " + by.name, *std::move(text)}};
}

chosen read_alone(const speaker& by, const std::string& action, words rest) {
  if (action == "move")
    return move(by, rest);
  if (action == "remove")
    return remove(by, rest);
  if (action == "split" || action == "branch")
    return split(by, action, rest);
  if (action == "title" || action == "rename" || action == "name")
    return name(by, action, rest);
  const bool two = action == "attach" || action == "language";
  const auto which = rest.next();
  const auto other = two ? rest.next() : id{};
  if (which.empty() || (action == "attach" && other.empty()) || !rest.at_end())
    return expected(action == "attach"     ? "attach SECTION PARENT"
                    : action == "language" ? "language CELL [LANGUAGE]"
                    : action == "detach"   ? "detach SECTION"
                                           : "restore CELL");
  if (action == "attach")
    return chosen{set_section_parent{by.name, which, other}};
  if (action == "language")
    return chosen{set_cell_language{by.name, which, other}};
  return action == "detach" ? chosen{unset_section_parent{by.name, which}}
                            : chosen{restore_cell{by.name, which}};
}

} // namespace

operations read_structure(const speaker& by, const std::string& action, words rest) {
  if (action == "add")
    return add(by, rest);
  auto one = read_alone(by, action, rest);
  if (!one)
    return operations::failed(one.reason());
  return std::vector<operation>{*std::move(one)};
}

id made_by(const operation& op) {
  if (const auto* added = std::get_if<insert_section>(&op))
    return added->section;
  if (const auto* split = std::get_if<insert_section_into>(&op))
    return split->added;
  if (const auto* branch = std::get_if<insert_branching_section_into>(&op))
    return branch->added;
  if (const auto* cell = std::get_if<insert_cell>(&op))
    return cell->cell;
  return {};
}

} // namespace notebook_example
