#include "replay/delta.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replay/cases.hpp"

#include "libsync/text/compose.hpp"
#include "libsync/text/delta_json.hpp"
#include "libsync/text/shared_text.hpp"
#include "libsync/text/text_editor.hpp"
#include "libsync/text/transform.hpp"

namespace {

using libsync::apply_delta;
using libsync::delta;
using libsync::outcome;
using libsync::priority;
using libsync::revision;
using libsync::selections;
using libsync::text;
using replay::differs;
using replay::expect;
using replay::json;

template <class T>
T value_of(libsync::result<T> from) {
  if (!from)
    throw differs(from.reason());
  return *std::move(from);
}

delta delta_of(const json& from) {
  return value_of(libsync::read_delta(from.dump()));
}

json json_of(const delta& from) {
  return json::parse(libsync::write_delta(from));
}

json json_of(const std::optional<delta>& from) {
  return from ? json_of(*from) : json{};
}

text text_of(const json& from) {
  return value_of(text::read(from.get<std::string>()));
}

json json_of(const std::optional<selections>& from) {
  if (!from)
    return nullptr;
  auto all = json::array();
  for (const auto& one : *from)
    all.push_back({one.anchor, one.head});
  return all;
}

std::optional<selections> selections_of(const json& from) {
  if (from.is_null())
    return std::nullopt;
  selections all;
  for (const auto& one : from)
    all.push_back({one.at(0), one.at(1)});
  return all;
}

text applied(text to, const delta& change) {
  if (const auto done = apply_delta(to, change); !done)
    throw differs(done.reason());
  return to;
}

void play_append(const json& one) {
  delta all;
  for (const auto& op : one.at("ops")) {
    const auto& what = op.at(1);
    const outcome done = op.at(0) == "insert"   ? all.insert(what.get<std::string>())
                         : op.at(0) == "retain" ? all.retain(what)
                                                : all.erase(what);
    expect("accepted", done.accepted(), true);
  }
  expect("out", json_of(all), one.at("out"));
}

// What the reason must say.
const std::map<std::string, std::vector<std::string>> reasons{
    {"retain_past_end", {"retain", "beyond the end"}},
    {"delete_past_end", {"erase", "beyond the end"}},
    {"retain_splits_surrogate", {"retain", "surrogate pair"}},
    {"delete_splits_surrogate", {"erase", "surrogate pair"}},
};

void play_apply(const json& one) {
  auto changed = text_of(one.at("text"));
  const auto done = apply_delta(changed, delta_of(one.at("delta")));
  expect("ok", done.accepted(), one.at("ok"));
  expect("result", changed.utf8(), done ? one.at("result") : one.at("text"));
  if (!done)
    for (const auto& part : reasons.at(one.at("why")))
      if (done.reason().text().find(part) == std::string_view::npos)
        throw differs("why: found " + done.reason() + ", recorded " + one.at("why").dump());
}

void play_compose(const json& one) {
  const auto composed = value_of(libsync::compose(delta_of(one.at("a")), delta_of(one.at("b"))));
  expect("out", json_of(composed), one.at("out"));
  expect("result", applied(text_of(one.at("text")), composed).utf8(), one.at("result"));
}

void play_transform(const json& one) {
  const auto a = delta_of(one.at("a"));
  const auto b = delta_of(one.at("b"));
  expect("left", json_of(transform(a, b, priority::left)), one.at("left"));
  expect("right", json_of(transform(a, b, priority::right)), one.at("right"));
}

void play_position(const json& one) {
  expect("out", libsync::transform_position(delta_of(one.at("delta")), one.at("index")),
         one.at("out"));
}

void play_tp1(const json& one) {
  const auto a = delta_of(one.at("a"));
  const auto b = delta_of(one.at("b"));
  const auto begin = text_of(one.at("text"));
  const auto play = [&](const json& order, priority of_b, priority of_a) {
    const auto b2 = transform(a, b, of_b);
    const auto a2 = transform(b, a, of_a);
    expect("b2", json_of(b2), order.at("b2"));
    expect("a2", json_of(a2), order.at("a2"));
    expect("result", applied(applied(begin, a), b2).utf8(), order.at("result"));
    expect("the other result", applied(applied(begin, b), a2).utf8(), order.at("result"));
    expect("composed", json_of(value_of(libsync::compose(a, b2))), order.at("composed"));
    expect("composed otherwise", json_of(value_of(libsync::compose(b, a2))), order.at("composed"));
  };
  play(one.at("a_first"), priority::left, priority::right);
  play(one.at("b_first"), priority::right, priority::left);
}

using server = libsync::shared_text<std::string>;

outcome do_event(server& at, const json& event) {
  if (event.contains("join"))
    return at.join(event.at("join"));
  if (event.contains("leave"))
    return at.leave(event.at("leave"));
  if (event.contains("report"))
    return at.report(event.at("client"), event.at("report"));
  return at.submit(event.at("client"), delta_of(event.at("delta")), selections_of(event.at("sel")),
                   event.at("rev"));
}

void play_server(const json& one) {
  server at{text_of(one.at("text"))};
  for (std::size_t i = 0; i < one.at("steps").size(); ++i) {
    const auto& step = one.at("steps")[i];
    const auto& recorded = step.at("exp");
    const auto place = "step " + std::to_string(i);
    const auto before = at;
    const auto done = do_event(at, step.at("ev"));
    expect(place + ", ok", done.accepted(), recorded.at("ok"));
    expect(place + ", rev", at.revision(), recorded.at("rev"));
    expect(place + ", kept", at.unseen(), recorded.at("kept"));
    if (!done && !(at == before))
      throw differs(place + ": what was refused has changed something");
    if (!recorded.contains("delta"))
      continue;
    const auto* const latest = at.latest();
    if (latest == nullptr)
      throw differs(place + ": no delta was accepted so far, but one is recorded");
    expect(place + ", delta", json_of(latest->change), recorded.at("delta"));
    expect(place + ", sel", json_of(latest->where), recorded.at("sel"));
    expect(place + ", text", at.text().utf8(), recorded.at("text"));
  }
  expect("final", at.text().utf8(), one.at("final"));
}

struct seen_messages {
  void send(const delta& what, const std::optional<selections>& where, libsync::revision revision) {
    sent.push_back({{"delta", json_of(what)}, {"sel", json_of(where)}, {"rev", revision}});
  }
  void report(libsync::revision revision) { sent.push_back({{"report", revision}}); }
  void show(const delta& what) { shown = json_of(what); }

  json sent = json::array();
  json shown;
};

void play_client(const json& one) {
  libsync::text_editor<std::string> editor{"me", text_of(one.at("start").at("text")),
                                           one.at("start").at("revision")};
  for (std::size_t i = 0; i < one.at("steps").size(); ++i) {
    const auto& step = one.at("steps")[i];
    const auto& in = step.at("in");
    const auto place = "step " + std::to_string(i);
    seen_messages out;
    outcome done;
    if (in.contains("local"))
      done = editor.edit(delta_of(in.at("local")), selections_of(in.at("sel")), out);
    else if (in.contains("delta"))
      done = editor.receive({editor.revision() + 1, in.at("from"), delta_of(in.at("delta")),
                             selections_of(in.at("sel"))},
                            out);
    else if (in.contains("ack"))
      done = editor.receive({editor.revision() + 1, "me", editor.sent().value(), {}}, out);
    else
      editor.report(out);
    expect(place + ", accepted", done.accepted(), true);
    expect(place + ", apply", out.shown, step.value("apply", json{}));
    expect(place + ", send", out.sent, step.value("send", json::array()));
    expect(place + ", text", editor.shown().utf8(), step.at("text"));
    expect(place + ", revision", editor.revision(), step.at("revision"));
    expect(place + ", inflight", json_of(editor.sent()), step.at("inflight"));
    expect(place + ", buffer", json_of(editor.buffer()), step.at("buffer"));
    auto others = json::object();
    for (const auto& [other, where] : editor.others())
      others[other] = json_of(std::optional{where});
    if (step.contains("peers"))
      expect(place + ", peers", others, step.at("peers"));
  }
  expect("final", editor.shown().utf8(), one.at("final"));
  expect("final, confirmed", editor.confirmed().utf8(), one.at("final"));
}

const std::map<std::string, void (*)(const json&)> kinds{
    {"append", play_append},       {"apply", play_apply},       {"compose", play_compose},
    {"transform", play_transform}, {"position", play_position}, {"tp1", play_tp1},
    {"server", play_server},       {"client", play_client},
};

} // namespace

replayed replay_delta(std::istream& cases) {
  return replay::play_lines(cases, [](const json& one) {
    const auto kind = kinds.find(one.at("kind"));
    if (kind == kinds.end())
      throw differs("unknown kind " + one.at("kind").dump());
    kind->second(one);
  });
}
