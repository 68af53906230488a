#include "replay/statebox.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "replay/cases.hpp"
#include "replay/terms.hpp"

#include "libsync/statebox/statebox.hpp"

namespace {

using libsync::counter;
using libsync::dynamic;
using libsync::result;
using replay::json;
using replay::json_of;
using box = libsync::statebox<dynamic>;

json json_of_box(const box& one) {
  json queue = json::array();
  for (const auto& next : one.queue())
    queue.push_back({next.time, json_of(next.what)});
  return {{"v", json_of(one.value())}, {"t", one.last_modified()}, {"q", queue}};
}

json answer(json value) {
  return {{"v", std::move(value)}};
}

std::vector<counter> counters_of(const json& all) {
  std::vector<counter> made;
  for (const auto& one : all)
    made.push_back(replay::counter_of(one));
  return made;
}

json apply_to_value(const json& command) {
  dynamic value = replay::value_of(command.at("init"));
  const auto done = step_wholly(value, replay::operations_of(command.at("op")));
  return done ? answer(json_of(value)) : json{{"error", done.reason()}};
}

json compare_operations(const json& command) {
  const auto left = replay::operations_of(command.at("x"));
  const auto right = replay::operations_of(command.at("y"));
  const auto order = left <=> right;
  if ((left == right) != (order == 0))
    throw std::runtime_error("== and <=> contradict each other");
  return answer(order < 0 ? -1 : order > 0 ? 1 : 0);
}

json add_to_counter(const json& command) {
  auto value = replay::counter_of(command.at("init"));
  value.add(command.at("t"), command.at("id"), command.at("delta"));
  return answer(json_of(value));
}

json accumulate(const json& command) {
  auto value = replay::counter_of(command.at("init"));
  value.accumulate(command.at("t"));
  return answer(json_of(value));
}

// The boxes of one scenario, and what is done with them.
class scenario {
public:
  /// Throws if a command gives something else than was recorded.
  void play(const json& command) {
    const auto name = command.at("cmd").get<std::string>();
    const auto found = found_by(name, command);
    const auto& recorded = command.at("expect");
    if (!same(name, found, recorded))
      throw std::runtime_error(name + ": found " + found.dump() + ", recorded " + recorded.dump());
  }

private:
  [[nodiscard]] static bool same(const std::string& name, const json& found, const json& recorded) {
    if (!recorded.contains("error"))
      return found == recorded;
    if (!found.contains("error"))
      return false;
    // Our errors are sentences; those that name times must name the recorded ones.
    const auto& reason = found.at("error").get_ref<const std::string&>();
    if (recorded.at("error") != "invalid_timestamp")
      return !reason.empty();
    return name == "modify" && reason == "the time " + recorded.at("given").dump() +
                                             " is older than the last change, at " +
                                             recorded.at("last").dump();
  }

  json found_by(const std::string& name, const json& command) {
    static const std::map<std::string, std::function<json(scenario&, const json&)>> plays{
        {"new", &scenario::begin},
        {"modify", &scenario::modify},
        {"merge", &scenario::merge},
        {"truncate", &scenario::truncate},
        {"expire", &scenario::expire},
        {"is_empty",
         [](scenario& self, const json& line) { return answer(self.source(line).is_empty()); }},
        {"apply", [](scenario&, const json& line) { return apply_to_value(line); }},
        {"from_proplist",
         [](scenario&, const json& line) {
           return answer(json_of(dynamic{replay::pairs_of(line.at("init"))}));
         }},
        {"cmp_ops", [](scenario&, const json& line) { return compare_operations(line); }},
        {"counter_value",
         [](scenario&, const json& line) {
           return answer(replay::counter_of(line.at("init")).value());
         }},
        {"counter_merge",
         [](scenario&, const json& line) {
           return answer(json_of(counter::merge(counters_of(line.at("inits")))));
         }},
        {"counter_inc", [](scenario&, const json& line) { return add_to_counter(line); }},
        {"counter_accumulate", [](scenario&, const json& line) { return accumulate(line); }}};
    const auto play = plays.find(name);
    if (play == plays.end())
      throw std::runtime_error("no command has the name " + name);
    return play->second(*this, command);
  }

  [[nodiscard]] const box& source(const json& command) const {
    return boxes_.at(command.at("src").get<std::string>());
  }

  json keep(const json& command, result<box> made) {
    if (!made)
      return {{"error", made.reason()}};
    auto found = json_of_box(*made);
    boxes_.insert_or_assign(command.at("dst").get<std::string>(), *std::move(made));
    return found;
  }

  json begin(const json& command) {
    return keep(command, box{replay::value_of(command.at("init")), command.at("t")});
  }

  // In both ways, which must not differ.
  json modify(const json& command) {
    const libsync::timestamp time = command.at("t");
    const auto change = replay::operations_of(command.at("op"));
    const auto before = source(command);
    auto in_place = before;
    auto made = std::move(in_place).modify(time, change);
    const auto copy = source(command).modify(time, change);
    if (made ? !copy || *copy != *made : copy || copy.reason() != made.reason())
      throw std::runtime_error("modify gives something else in place than on a copy");
    // NOLINTNEXTLINE(bugprone-use-after-move): a refusal leaves it
    const bool kept_refused = made || in_place == before;
    if (source(command) != before || !kept_refused)
      throw std::runtime_error("modify has changed the original");
    return keep(command, std::move(made));
  }

  json merge(const json& command) {
    std::vector<const box*> siblings;
    for (const auto& name : command.at("src"))
      siblings.push_back(&boxes_.at(name.get<std::string>()));
    return keep(command, box::merge(siblings));
  }

  json truncate(const json& command) {
    return keep(command, source(command).truncate(command.at("n").get<std::ptrdiff_t>()));
  }

  json expire(const json& command) {
    return keep(command, source(command).expire(command.at("age")));
  }

  std::map<std::string, box> boxes_;
};

// Counts scenarios by what their lines did.
class tally {
public:
  void begin(const json& line) {
    end();
    skip_ = false;
    for (const auto& tag : line.at("tags"))
      skip_ = skip_ || tag == "oc";
    open_ = true;
    failed_ = false;
    name_ = "scenario " + line.at("s").dump();
    boxes_ = {};
  }

  void play(std::size_t number, const json& line) {
    if (!open_)
      throw std::runtime_error("a command before the first scenario");
    if (skip_ || failed_)
      return;
    try {
      boxes_.play(line);
    } catch (const std::exception& error) {
      fail(number, error.what());
    }
  }

  void fail(std::size_t number, const std::string& why) {
    const std::string place = "line " + std::to_string(number);
    if (open_)
      failed_ = true;
    else
      ++counted_.failed;
    counted_.failures.push_back((open_ ? name_ + ", " : "") + place + ": " + why);
  }

  void end() {
    if (open_)
      ++(failed_ ? counted_.failed : skip_ ? counted_.skipped : counted_.passed);
    open_ = false;
  }

  [[nodiscard]] replayed counted() && {
    end();
    return std::move(counted_);
  }

private:
  bool open_ = false;
  bool skip_ = false;
  bool failed_ = false;
  std::string name_;
  scenario boxes_;
  replayed counted_;
};

} // namespace

replayed replay_statebox(std::istream& cases) {
  tally all;
  std::size_t number = 0;
  for (std::string line; std::getline(cases, line);) {
    ++number;
    try {
      const auto parsed = replay::read_case(line);
      if (parsed.at("cmd") == "begin")
        all.begin(parsed);
      else
        all.play(number, parsed);
    } catch (const std::exception& error) {
      all.fail(number, error.what());
    }
  }
  return std::move(all).counted();
}
