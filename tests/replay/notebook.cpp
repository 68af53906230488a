#include "replay/notebook.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "notebook/model/notebook.hpp"
#include "replay/cases.hpp"

#include "libsync/reducer.hpp"
#include "libsync/text/delta_json.hpp"

namespace {

using namespace notebook_example;
using replay::differs;
using replay::expect;
using replay::json;

std::string text_in(const json& from, const char* field) {
  return from.at(field).get<std::string>();
}

libsync::delta delta_in(const json& from) {
  auto read = libsync::read_delta(from.at("delta").dump());
  if (!read)
    throw differs(read.reason());
  return *std::move(read);
}

using reader = operation (*)(const json&, const id&);

template <class Op>
operation read_split(const json& from, const id& client) {
  return Op{client, from.at("section"), from.at("index"), from.at("id")};
}

// Each kind of operation, as it is written in a case.
const std::map<std::string, reader> readers{
    {"insert_section",
     [](const json& from, const id& client) -> operation {
       return insert_section{client, from.at("index"), from.at("id")};
     }},
    {"insert_section_into", read_split<insert_section_into>},
    {"insert_branching_section_into", read_split<insert_branching_section_into>},
    {"set_section_parent",
     [](const json& from, const id& client) -> operation {
       return set_section_parent{client, from.at("section"), from.at("parent")};
     }},
    {"unset_section_parent",
     [](const json& from, const id& client) -> operation {
       return unset_section_parent{client, from.at("section")};
     }},
    {"set_section_name",
     [](const json& from, const id& client) -> operation {
       return set_section_name{client, from.at("section"), from.at("name")};
     }},
    {"move_section",
     [](const json& from, const id& client) -> operation {
       return move_section{client, from.at("section"), from.at("index")};
     }},
    {"delete_section",
     [](const json& from, const id& client) -> operation {
       return delete_section{client, from.at("section"), from.at("delete_cells")};
     }},
    {"insert_cell",
     [](const json& from, const id& client) -> operation {
       return insert_cell{client,          from.at("section"), from.at("index"),
                          from.at("type"), from.at("id"),      from.at("source")};
     }},
    {"move_cell",
     [](const json& from, const id& client) -> operation {
       return move_cell{client, from.at("cell"), from.at("section"), from.at("index")};
     }},
    {"delete_cell",
     [](const json& from, const id& client) -> operation {
       return delete_cell{client, from.at("cell")};
     }},
    {"restore_cell",
     [](const json& from, const id& client) -> operation {
       return restore_cell{client, from.at("cell")};
     }},
    {"apply_cell_delta",
     [](const json& from, const id& client) -> operation {
       return apply_cell_delta{client, from.at("cell"), delta_in(from), from.at("revision")};
     }},
    {"report_cell_revision",
     [](const json& from, const id& client) -> operation {
       return report_cell_revision{client, from.at("cell"), from.at("revision")};
     }},
    {"set_notebook_name",
     [](const json& from, const id& client) -> operation {
       return set_notebook_name{client, from.at("name")};
     }},
    {"notebook_saved",
     [](const json&, const id& client) -> operation { return notebook_saved{client}; }},
    {"client_join",
     [](const json& from, const id& client) -> operation {
       return client_join{client, from.at("user"), from.at("user_name")};
     }},
    {"client_leave",
     [](const json&, const id& client) -> operation { return client_leave{client}; }},
    {"update_user",
     [](const json& from, const id& client) -> operation {
       return update_user{client, from.at("user"), from.at("user_name")};
     }},
};

operation operation_of(const json& from) {
  const auto found = readers.find(text_in(from, "op"));
  if (found == readers.end())
    throw differs("unknown operation " + from.at("op").dump());
  return found->second(from, from.at("client"));
}

json json_of(cell_type type) {
  return type == cell_type::code ? "code" : "markdown";
}

json json_of(const id& key, const cell& from) {
  auto clients = json::object();
  for (const auto& one : from.source.members())
    clients[one.client] = one.seen;
  return {{"id", key},
          {"type", json_of(from.type)},
          {"source", from.source.text().utf8()},
          {"revision", from.source.revision()},
          {"kept", from.source.unseen()},
          {"clients", clients}};
}

json json_of(const notebook& from) {
  auto sections = json::array();
  for (const auto& one : from.sections) {
    auto cells = json::array();
    for (const auto& key : one.cells)
      cells.push_back(json_of(key, from.cells.at(key)));
    sections.push_back({{"id", one.key},
                        {"name", one.name},
                        {"parent", one.parent ? json(*one.parent) : json{}},
                        {"cells", cells}});
  }
  auto bin = json::array();
  for (const auto& one : from.bin)
    bin.push_back({{"cell", one.cell},
                   {"type", json_of(one.type)},
                   {"source", one.source.utf8()},
                   {"section", one.section},
                   {"section_name", one.section_name},
                   {"index", one.index}});
  return {{"name", from.name},       {"dirty", from.dirty()}, {"sections", sections},
          {"clients", from.clients}, {"users", from.users},   {"bin", bin}};
}

// What is broadcast for an accepted operation.
json report_of(const notebook& after, const operation& op) {
  const auto* edit = std::get_if<apply_cell_delta>(&op);
  if (edit == nullptr)
    return nullptr;
  const auto& latest = *after.cells.at(edit->cell).source.latest();
  return {{{"client", latest.by},
           {"cell", edit->cell},
           {"delta", json::parse(libsync::write_delta(latest.change))}}};
}

void play(const json& one) {
  notebook data;
  const auto& steps = one.at("steps");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    const auto place = "step " + std::to_string(i) + ", " + text_in(step.at("op"), "op");
    const auto op = operation_of(step.at("op"));
    const auto before = data;
    const auto done = libsync::reducer<notebook>::step(data, op);
    expect(place + ": ok (" + done.reason() + ")", done.accepted(), step.at("ok"));
    if (!done && !(data == before))
      throw differs(place + ": what was refused has changed something");
    if (done)
      expect(place + ": report", report_of(data, op), step.value("report", json{}));
    if (step.contains("state"))
      expect(place + ": state", json_of(data), step.at("state"));
  }
  expect("final", json_of(data), one.at("final"));
}

} // namespace

replayed replay_notebook(std::istream& cases) {
  return replay::play_lines(cases, play);
}
