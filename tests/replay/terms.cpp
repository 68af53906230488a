#include "replay/terms.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace replay {

using libsync::counter;
using libsync::dynamic;
using libsync::dynamic_operation;
using pairs = dynamic::pairs;
using elements = dynamic::elements;

namespace {

elements elements_of(const json& from) {
  elements all;
  for (const auto& one : from.get<std::vector<json>>())
    all.insert(value_of(one));
  return all;
}

dynamic_operation operation_of(const json& from) {
  const auto name = from.at(0).get<std::string>();
  const auto argument = [&](std::size_t i) -> const json& { return from.at(i); };
  const auto number = [&](std::size_t i) { return from.at(i).get<std::int64_t>(); };
  if (name == "store")
    return pairs::store{value_of(argument(1)), value_of(argument(2))};
  if (name == "erase")
    return pairs::erase{value_of(argument(1))};
  if (name == "delete")
    return pairs::erase_pair{value_of(argument(1)), value_of(argument(2))};
  if (name == "union")
    return pairs::unite{value_of(argument(1)), elements_of(argument(2))};
  if (name == "subtract")
    return pairs::subtract{value_of(argument(1)), elements_of(argument(2))};
  if (name == "update")
    return pairs::update{value_of(argument(1)), operations_of(argument(2))};
  if (name == "merge" || name == "merge_proplist")
    return pairs::merge{pairs_of(argument(1))};
  if (name == "set_add")
    return elements::add{value_of(argument(1))};
  if (name == "set_del")
    return elements::remove{value_of(argument(1))};
  if (name == "set_union")
    return elements::unite{elements_of(argument(1))};
  if (name == "set_subtract")
    return elements::subtract{elements_of(argument(1))};
  if (name == "inc_acc")
    return counter::increment::aged(number(1), number(2), number(3), number(4));
  throw std::invalid_argument("no operation has the name " + name);
}

json json_of(const elements& all) {
  json made = json::array();
  for (const auto& one : all)
    made.push_back(replay::json_of(one));
  return made;
}

json json_of(const pairs& all) {
  json made = json::array();
  for (const auto& [key, value] : all)
    made.push_back({replay::json_of(key), replay::json_of(value)});
  return made.empty() ? made : json{{"d", made}};
}

// The arguments of each operation, after its name.
json json_of(const pairs::erase_pair& op) {
  return {"delete", replay::json_of(op.key), replay::json_of(op.value)};
}
json json_of(const pairs::erase& op) {
  return {"erase", replay::json_of(op.key)};
}
json json_of(const pairs::store& op) {
  return {"store", replay::json_of(op.key), replay::json_of(op.value)};
}
json json_of(const pairs::merge& op) {
  return {"merge", json_of(*op.pairs)};
}
json json_of(const pairs::subtract& op) {
  return {"subtract", replay::json_of(op.key), json_of(*op.elements)};
}
json json_of(const pairs::unite& op) {
  return {"union", replay::json_of(op.key), json_of(*op.elements)};
}
json json_of(const pairs::update& op) {
  return {"update", replay::json_of(op.key), replay::json_of(*op.what)};
}
json json_of(const elements::add& op) {
  return {"set_add", replay::json_of(op.element)};
}
json json_of(const elements::remove& op) {
  return {"set_del", replay::json_of(op.element)};
}
json json_of(const elements::unite& op) {
  return {"set_union", json_of(*op.elements)};
}
json json_of(const elements::subtract& op) {
  return {"set_subtract", json_of(*op.elements)};
}
json json_of(const counter::increment& op) {
  // Which may wrap around.
  const auto age =
      static_cast<std::uint64_t>(op.time) - static_cast<std::uint64_t>(op.accumulate_until);
  return {"inc_acc", op.delta, static_cast<std::int64_t>(age), op.time, op.id};
}

} // namespace

dynamic value_of(const json& from) {
  if (from.is_number_integer())
    return from.get<std::int64_t>();
  if (from.is_string())
    return from.get<std::string>();
  if (from.is_object() && from.contains("c"))
    return counter_of(from);
  if (from.is_object())
    return pairs_of(from);
  return elements_of(from);
}

pairs pairs_of(const json& from) {
  std::vector<std::pair<dynamic, dynamic>> all;
  if (!from.empty())
    for (const auto& pair : from.at("d"))
      all.emplace_back(value_of(pair.at(0)), value_of(pair.at(1)));
  return pairs::from_pairs(all);
}

counter counter_of(const json& from) {
  std::vector<counter::entry> all;
  if (!from.empty())
    for (const auto& one : from.at("c")) {
      counter::entry next{one.at(0), std::nullopt, one.at(2)};
      if (one.at(1) != "acc")
        next.id = one.at(1).get<std::int64_t>();
      all.push_back(next);
    }
  auto made = counter::of(std::move(all));
  if (!made)
    throw std::invalid_argument(made.reason());
  return *std::move(made);
}

operations operations_of(const json& from) {
  if (!from.empty() && from.at(0).is_string())
    return operation_of(from);
  operations::list all;
  for (const auto& one : from.get<std::vector<json>>())
    all.push_back(operations_of(one));
  return all;
}

json json_of(const dynamic& value) {
  if (const auto* number = value.as_integer())
    return *number;
  if (const auto* text = value.as_string())
    return *text;
  if (const auto* all = value.as_set())
    return json_of(*all);
  if (const auto* all = value.as_dictionary())
    return json_of(*all);
  return json_of(*value.as_counter());
}

json json_of(const counter& value) {
  json made = json::array();
  for (const auto& one : value.entries())
    made.push_back({one.time, one.id ? json(*one.id) : json("acc"), one.delta});
  return made.empty() ? made : json{{"c", made}};
}

json json_of(const operations& what) {
  if (const auto* one = what.one())
    return std::visit([](const auto& op) { return json_of(op); }, one->what);
  json made = json::array();
  for (const auto& one : *what.many())
    made.push_back(json_of(one));
  return made;
}

} // namespace replay
