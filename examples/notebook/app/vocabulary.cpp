#include "notebook/app/vocabulary.hpp"

#include <algorithm>
#include <numeric>

#include "notebook/app/command.hpp"

namespace notebook_example {

namespace {

using names = std::vector<std::string_view>;

constexpr std::string_view all_commands[] = {"find", "help", "offline", "online",
                                             "quit", "save", "show",    "who"};
constexpr std::string_view all_actions[] = {
    "add",  "attach", "branch", "detach",  "erase",   "go",    "join",  "language", "leave", "move",
    "name", "remove", "rename", "replace", "restore", "split", "title", "type",     "undo"};

// How many letters have to be put, taken or changed.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    auto diagonal = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const auto changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

enum class wanted_names { none, cells, sections, deleted };

// What follows an action, and then another word.
wanted_names names_behind(const std::vector<std::string>& before) {
  const auto& action = before[1];
  const auto count = before.size();
  const bool alone = count == 2;
  if (action == "go" || action == "split" || action == "branch" || action == "language" ||
      action == "replace")
    return alone ? wanted_names::cells : wanted_names::none;
  if (action == "restore")
    return alone ? wanted_names::deleted : wanted_names::none;
  if (action == "attach" || (alone && (action == "detach" || action == "name")))
    return count <= 3 ? wanted_names::sections : wanted_names::none;
  if (count < 3)
    return wanted_names::none;
  if (action == "add")
    return count == 3 && before[2] != "section" ? wanted_names::sections : wanted_names::none;
  if (action == "move" || action == "remove") {
    if (count == 3)
      return before[2] == "cell" ? wanted_names::cells : wanted_names::sections;
    if (count == 4 && action == "move" && before[2] == "cell")
      return wanted_names::sections;
  }
  return wanted_names::none;
}

names words_behind(const std::vector<std::string>& before) {
  const auto& action = before[1];
  if (before.size() == 2 && action == "add")
    return {"code", "section", "text"};
  if (before.size() == 2 && (action == "move" || action == "remove"))
    return {"cell", "section"};
  if (before.size() == 2 && action == "replace")
    return {"all"};
  return {};
}

void add_names(std::vector<std::string>& to, wanted_names which, const notebook& data) {
  if (which == wanted_names::cells)
    for (const auto& [key, one] : data.cells)
      to.push_back(key);
  if (which == wanted_names::sections)
    for (const auto& one : data.sections)
      to.push_back(one.key);
  if (which == wanted_names::deleted)
    for (const auto& one : data.bin)
      to.push_back(one.cell);
}

} // namespace

std::span<const std::string_view> commands() {
  return all_commands;
}

std::span<const std::string_view> actions() {
  return all_actions;
}

bool is_one_of(std::span<const std::string_view> all, std::string_view word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

std::string no_command(std::string_view word, std::span<const std::string_view> all) {
  std::string why = "there is no command ";
  why += word;
  std::string_view nearest;
  auto least = word.size() > 3 ? std::size_t{3} : std::size_t{2}; // as far is not near
  for (const auto one : all)
    if (const auto far = distance(word, one); far < least) {
      least = far;
      nearest = one;
    }
  if (!nearest.empty())
    why.append(", but ").append(nearest);
  return why + " (try help)";
}

std::vector<std::string> complete(std::string_view line, const notebook& data) {
  const auto begin = line.find_last_of(" \t") + 1; // of all, if there is no blank
  const auto word = line.substr(begin);
  std::vector<std::string> before;
  for (words rest{line.substr(0, begin)}; !rest.at_end();)
    before.push_back(rest.next());
  std::vector<std::string> all;
  if (before.empty()) {
    all.assign(commands().begin(), commands().end());
    for (const auto& [client, user] : data.clients)
      all.push_back(client);
  } else if (before.size() == 1 && before.front() == "show") {
    add_names(all, wanted_names::cells, data);
  } else if (before.size() == 1 && before.front() == "quit") {
    all.emplace_back("anyway");
  } else if (before.size() == 1 && !is_one_of(commands(), before.front())) {
    all.assign(actions().begin(), actions().end());
  } else if (before.size() > 1 && !is_one_of(commands(), before.front())) {
    const auto behind = words_behind(before);
    all.assign(behind.begin(), behind.end());
    add_names(all, names_behind(before), data);
  }
  std::erase_if(all, [&](const std::string& one) { return !one.starts_with(word); });
  std::sort(all.begin(), all.end());
  return all;
}

} // namespace notebook_example
