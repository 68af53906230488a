#include "support/trace.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "support/subprocess.hpp"

#include "libsync/text/compose.hpp"
#include "libsync/text/utf8.hpp"

namespace bench {

namespace {

std::string contents(const std::string& path) {
  if (!path.ends_with(".gz")) {
    std::ifstream file{path};
    if (!file)
      throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  std::string all;
  auto* pipe = ::popen(("gzip -dc -- " + quoted(path)).c_str(), "r");
  if (pipe == nullptr)
    throw std::runtime_error("cannot run gzip");
  std::array<char, 65536> part{};
  for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), pipe)) != 0;)
    all.append(part.data(), size);
  if (::pclose(pipe) != 0)
    throw std::runtime_error("gzip cannot read " + path);
  return all;
}

// Returns ASCII letters, one for each character, and the same for the same.
std::string letters_of(std::string_view utf8) {
  std::string made;
  for (std::size_t at = 0; at < utf8.size();) {
    unsigned code = 0;
    do
      code = code * 64 + (static_cast<unsigned char>(utf8[at]) & 0x3FU);
    while (++at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0) == 0x80);
    made += static_cast<char>('a' + code % 26);
  }
  return made;
}

void must(const libsync::outcome& done) {
  if (!done)
    throw std::runtime_error(std::string{done.reason()});
}

libsync::delta change_of(const nlohmann::json& patch, bool letters) {
  const auto inserted = patch.at(2).get<std::string>();
  // Traces count characters, and deltas code units.
  if (std::any_of(inserted.begin(), inserted.end(),
                  [](char one) { return static_cast<unsigned char>(one) >= 0xF0; }))
    throw std::runtime_error("a trace with surrogate pairs");
  libsync::delta made;
  must(made.retain(patch.at(0).get<std::uint64_t>()));
  must(made.insert(letters ? letters_of(inserted) : inserted));
  must(made.erase(patch.at(1).get<std::uint64_t>()));
  return made;
}

} // namespace

trace trace::read(const std::string& path, bool letters) {
  const auto json = nlohmann::json::parse(contents(path));
  const auto text = [&](const char* name) {
    const auto found = json.value(name, std::string{});
    return letters ? letters_of(found) : found;
  };
  trace made;
  made.name = std::filesystem::path{path}.filename().string();
  made.name.resize(std::min(made.name.find(".concurrent"), made.name.find(".json")));
  made.begin = text("startContent");
  made.end = text("endContent");
  made.people = json.value("numAgents", std::size_t{1});
  std::vector<std::vector<std::size_t>> seen_with; // each edit, and what its author had seen
  std::vector<std::size_t> count(made.people);
  for (const auto& one : json.at("txns")) {
    traced_edit next;
    next.by = one.value("agent", std::size_t{0});
    next.seen.resize(made.people);
    if (!one.contains("parents"))
      next.seen = count;
    else
      for (const auto& parent : one.at("parents")) {
        const auto& known = seen_with.at(parent.get<std::size_t>());
        for (std::size_t i = 0; i < made.people; ++i)
          next.seen[i] = std::max(next.seen[i], known[i]);
      }
    if (next.seen.at(next.by) != count.at(next.by))
      throw std::runtime_error("a person has not seen an edit of their own");
    for (const auto& patch : one.at("patches")) {
      auto both = compose(next.change, change_of(patch, letters));
      if (!both)
        throw std::runtime_error(both.reason());
      next.change = *std::move(both);
    }
    seen_with.push_back(next.seen);
    ++count[next.by];
    ++seen_with.back()[next.by];
    made.edits.push_back(std::move(next));
  }
  return made;
}

} // namespace bench
