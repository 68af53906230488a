// How fast deltas of text are transformed, composed and applied, and how fast many editors of one
// notebook are simulated.

#include <algorithm>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "baselines/programs.hpp"
#include "notebook/editing/simulation.hpp"
#include "support/program.hpp"
#include "support/stopwatch.hpp"
#include "text_trace.hpp"

#include "libsync/testing/random.hpp"
#include "libsync/text/compose.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/transform.hpp"

namespace {

using libsync::delta;

// The same deltas as in baselines/text_baseline.js, by splitmix64.
using random_numbers = libsync::testing::random;

void must(const libsync::outcome& done) {
  if (!done)
    throw std::logic_error(done.reason());
}

// So many operations, each behind a retain: an insert of a few letters, or a deletion.
delta generate(random_numbers& random, std::size_t operations) {
  delta made;
  for (std::size_t i = 0; i < operations; ++i) {
    must(made.retain(1 + random.below(8)));
    if (random.below(2) == 0)
      must(made.insert(std::string_view{"abcdefgh"}.substr(0, 1 + random.below(4))));
    else
      must(made.erase(1 + random.below(4)));
  }
  return made;
}

std::uint32_t digest_of(const delta& what) {
  std::uint32_t sum = 0;
  what.for_each([&](const libsync::delta_component&) { ++sum; });
  what.for_each([&](const libsync::delta_component& next) {
    using kind = libsync::delta_component::kind;
    const std::uint32_t code = next.what == kind::insert ? 7 : next.what == kind::erase ? 3 : 0;
    sum = sum * 31 + static_cast<std::uint32_t>(next.units) + code;
  });
  return sum;
}

delta transformed(const delta& first, const delta& second) {
  return transform(first, second, libsync::priority::left);
}

delta composed(const delta& first, const delta& second) {
  return *compose(first, second);
}

/// Pairs of deltas, and how often each is worked on in one run.
struct work {
  std::string name;
  std::size_t operations;
  std::size_t pairs;
  std::uint64_t rounds;

  [[nodiscard]] delta operator()(const delta& first, const delta& second) const {
    return name == "transform" ? transformed(first, second) : composed(first, second);
  }

  [[nodiscard]] std::vector<std::pair<delta, delta>> all() const {
    random_numbers random{42};
    std::vector<std::pair<delta, delta>> made;
    for (std::size_t i = 0; i < pairs; ++i) {
      auto first = generate(random, operations);
      made.emplace_back(std::move(first), generate(random, operations));
    }
    return made;
  }

  [[nodiscard]] double digest() const {
    std::uint32_t sum = 0;
    for (const auto& [first, second] : all())
      sum = sum * 31 + digest_of((*this)(first, second));
    return sum;
  }
};

template <class Work>
bench::figures measure_pairs(const work& what, Work one) {
  const auto all = what.all();
  std::uint64_t kept = 0;
  const auto run = [&](std::uint64_t rounds) {
    for (std::uint64_t round = 0; round < rounds; ++round)
      for (const auto& [first, second] : all)
        kept += one(first, second).after();
  };
  run(what.rounds / 2 + 1);
  const bench::stopwatch watch;
  run(what.rounds);
  const auto seconds = watch.seconds();
  if (kept == 0)
    throw std::logic_error("nothing was done");
  return {{"deltas/s", static_cast<double>(what.pairs * what.rounds) / seconds}};
}

bench::figures measure_ours(const work& what) {
  return what.name == "transform" ? measure_pairs(what, transformed)
                                  : measure_pairs(what, composed);
}

bench::figures measure_node(const work& what) {
  auto measured = baselines::node_text(what.name, what.operations, what.pairs, what.rounds);
  if (measured["digest"] != what.digest())
    throw std::runtime_error(what.name + ": the baseline has made other deltas");
  measured.erase("digest");
  return measured;
}

libsync::text text_of(std::string_view piece, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes)
    all += piece;
  return *libsync::text::read(std::move(all));
}

// A delta that types letters at places all over a text, or next to each other, and one that deletes
// them again.
bench::figures measure_places(std::size_t places, bool far, std::size_t bytes,
                              std::uint64_t times) {
  auto shown = text_of("abcdefgh", bytes);
  const auto gap = far ? shown.size() / (places + 1) : 3;
  delta type, undo;
  for (std::size_t i = 0; i < places; ++i) {
    must(type.retain(gap));
    must(type.insert("x"));
    must(undo.retain(gap));
    must(undo.erase(1));
  }
  const bench::stopwatch watch;
  for (std::uint64_t i = 0; i < times; ++i) {
    must(apply_delta(shown, type));
    must(apply_delta(shown, undo));
  }
  return {{"deltas/s", 2 * static_cast<double>(times) / watch.seconds()}};
}

// A letter typed at some place, and deleted again.
bench::figures measure_apply(std::string_view piece, std::size_t bytes, std::uint64_t times) {
  auto shown = text_of(piece, bytes);
  random_numbers random{42};
  const auto piece_units = libsync::utf8::units(piece);
  std::vector<std::pair<delta, delta>> edits;
  for (int i = 0; i < 64; ++i) {
    const auto at = random.below(shown.size() / piece_units) * piece_units;
    edits.emplace_back();
    must(edits.back().first.retain(at));
    must(edits.back().first.insert("x"));
    must(edits.back().second.retain(at));
    must(edits.back().second.erase(1));
  }
  const bench::stopwatch watch;
  for (std::uint64_t i = 0; i < times; ++i) {
    const auto& [type, undo] = edits[i % edits.size()];
    must(apply_delta(shown, type));
    must(apply_delta(shown, undo));
  }
  return {{"deltas/s", 2 * static_cast<double>(times) / watch.seconds()}};
}

// Characters of one unit, typed at some places and deleted at others. With `kept`, there is a copy
// of the text before each edit.
bench::figures measure_random(std::string_view piece, std::size_t bytes, bool kept,
                              std::uint64_t times) {
  auto shown = text_of(piece, bytes);
  const auto memory = [&] {
    return static_cast<double>(size_of(shown)) / static_cast<double>(shown.bytes());
  };
  bench::figures measured{{"bytes a byte before", memory()}};
  random_numbers random{42};
  const bench::stopwatch watch;
  for (std::uint64_t i = 0; i < times; ++i) {
    const auto before = kept ? shown : libsync::text{};
    const auto units = 1 + random.below(8);
    delta change;
    must(change.retain(random.below(shown.size() - units)));
    must(i % 2 == 0 ? change.insert(piece.substr(0, units * (piece.size() / 8)))
                    : change.erase(units));
    must(apply_delta(shown, change));
  }
  measured["deltas/s"] = static_cast<double>(times) / watch.seconds();
  measured["bytes a byte"] = memory();
  return measured;
}

bench::figures measure_copies(std::string_view piece, std::size_t bytes, std::uint64_t times) {
  const auto shown = text_of(piece, bytes);
  std::vector<libsync::text> copies(1000);
  const bench::stopwatch watch;
  for (std::uint64_t i = 0; i < times; ++i)
    copies[i % copies.size()] = shown;
  return {{"copies/s", static_cast<double>(times) / watch.seconds()}};
}

bench::figures measure_simulation(std::size_t editors, std::uint64_t edits) {
  const bench::stopwatch watch;
  const auto end = notebook_example::simulate({editors, edits, 1});
  const auto seconds = watch.seconds();
  if (!end.difference.empty())
    throw std::logic_error(end.difference);
  return {{"edits/s", static_cast<double>(edits) / seconds},
          {"versions", static_cast<double>(end.versions)}};
}

} // namespace

int main(int argc, char** argv) {
  bench::program program{"Deltas of text: transformed, composed and applied in a second; edits a "
                         "second of many editors of one notebook."};
  bool with_baselines = false;
  program.app.add_flag("--baselines,--peers", with_baselines,
                       "also plain JavaScript under Node, and Yjs for traces");
  std::vector<std::string> traces;
  program.app.add_option("--trace", traces,
                         "replay these traces instead: files of JSON, or such as .json.gz");
  CLI11_PARSE(program.app, argc, argv);
  if (!traces.empty()) {
    std::vector<bench::subject> replays;
    try {
      for (const auto& path : traces)
        for (auto& one : trace_subjects(path, program.quick ? 1 : 10, with_baselines))
          replays.push_back(std::move(one));
    } catch (const std::exception& error) {
      std::cerr << "benchmark: " << error.what() << '\n';
      return 1;
    }
    return program.measure(std::move(replays));
  }
  const auto scaled = [&](std::uint64_t usual) {
    return program.quick ? std::max<std::uint64_t>(1, usual / 1000) : usual;
  };

  std::vector<bench::subject> subjects;
  for (const std::string name : {"transform", "compose"})
    for (const auto& [operations, pairs, rounds] :
         {std::tuple{1U, 256U, 20'000U}, {10U, 256U, 2'000U}, {1000U, 32U, 200U}}) {
      const work what{name, operations, pairs, scaled(rounds)};
      const auto count = what.pairs * what.rounds;
      const auto title = name + ' ' + std::to_string(operations);
      subjects.push_back(
          {title, "libsync", 1, count, {"deltas/s"}, [what] { return measure_ours(what); }});
      if (with_baselines)
        subjects.push_back(
            {title, "node", 1, count, {"deltas/s"}, [what] { return measure_node(what); }});
    }
  for (const auto& [size, bytes, times] : {std::tuple{"1 kB", 1'000U, 2'000'000U},
                                           {"100 kB", 100'000U, 100'000U},
                                           {"10 MB", 10'000'000U, 100'000U}})
    for (const auto& [system, piece] : {std::pair{"ASCII", "The quick brown fox. "},
                                        {"any characters", "Größe 漢字 😀, and so on. "}})
      subjects.push_back({std::string{"apply "} + size,
                          system,
                          1,
                          2 * scaled(times),
                          {"deltas/s"},
                          [piece = piece, bytes = bytes, count = scaled(times)] {
                            return measure_apply(piece, bytes, count);
                          }});
  for (const bool far : {false, true})
    subjects.push_back(
        {"3 places 8 kB",
         far ? "far" : "near",
         1,
         2 * scaled(1'000'000),
         {"deltas/s"},
         [far, count = scaled(1'000'000)] { return measure_places(3, far, 8'000, count); }});
  for (const auto& [script, piece] :
       {std::pair{"ASCII", "abcdefgh"}, {"Chinese", "協作編輯文本共享"}}) {
    for (const bool kept : {false, true}) {
      const auto count = scaled(kept ? 200'000 : 2'000'000);
      subjects.push_back({"random 10 MB",
                          script + std::string{kept ? ", copied" : ""},
                          1,
                          count,
                          {"deltas/s"},
                          [piece = piece, kept, count] {
                            return measure_random(piece, 10'000'000, kept, count);
                          }});
    }
    subjects.push_back({"copy 10 MB",
                        script,
                        1,
                        scaled(10'000'000),
                        {"copies/s"},
                        [piece = piece, count = scaled(10'000'000)] {
                          return measure_copies(piece, 10'000'000, count);
                        }});
  }
  for (const auto& [editors, edits] : {std::pair{1U, 200'000U}, {8U, 200'000U}, {64U, 40'000U}})
    subjects.push_back({"notebook",
                        "simulation",
                        editors,
                        scaled(edits),
                        {"edits/s"},
                        [editors = editors, count = scaled(edits)] {
                          return measure_simulation(editors, count);
                        }});
  return program.measure(subjects);
}
