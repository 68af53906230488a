#include <algorithm>
#include <cstdint>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>

#include "libsync/actors/load/load_result.hpp"

namespace libsync {

namespace {

// Three digits that count.
std::string digits(double value) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(value < 10 ? 2 : value < 100 ? 1 : 0) << value;
  return std::move(text).str();
}

std::string number(double value) {
  for (const char* unit : {"", " k", " M", " G"}) {
    if (value < 1000)
      return (*unit == '\0' && value == static_cast<double>(static_cast<int>(value))
                  ? std::to_string(static_cast<int>(value))
                  : digits(value)) +
             unit;
    value /= 1000;
  }
  return digits(value) + " T";
}

std::string time_of(double nanoseconds) {
  for (const char* unit : {" ns", " us", " ms"}) {
    if (nanoseconds < 1000)
      return (*(unit + 1) == 'n' ? std::to_string(static_cast<int>(nanoseconds))
                                 : digits(nanoseconds)) +
             unit;
    nanoseconds /= 1000;
  }
  return number(nanoseconds) + (nanoseconds < 1000 ? " s" : "s");
}

std::string time_of(std::uint64_t nanoseconds) {
  return time_of(static_cast<double>(nanoseconds));
}

// One line of a table, and what is said in it.
void line(std::ostream& out, const char* name, const std::string& value) {
  out << std::left << std::setw(20) << name << std::right << std::setw(10) << value << '\n';
}

void line(std::ostream& out, const char* name, std::uint64_t value) {
  line(out, name, std::to_string(value));
}

// Text that may be long, cut.
std::string brief(const std::string& text) {
  constexpr std::size_t most = 60;
  return text.size() <= most ? text : text.substr(0, most) + "...";
}

void print_end(std::ostream& out, const std::string& disagreement, const std::string& agreement) {
  constexpr std::size_t width = 80;
  std::istringstream words{disagreement.empty() ? agreement : "differs: " + disagreement};
  std::size_t column = 0;
  for (std::string word; words >> word; column += word.size()) {
    if (column > 0 && column + 1 + word.size() > width) {
      out << '\n';
      column = 0;
    }
    if (column > 0) {
      out << ' ';
      ++column;
    }
    out << word;
  }
  out << '\n';
}

} // namespace

void print_latencies(std::ostream& out, const histogram& nanoseconds) {
  if (nanoseconds.empty()) {
    out << "no latency was measured\n";
    return;
  }
  const auto flags = out.flags();
  out << std::left << std::setw(20) << "latency" << std::right;
  for (const auto& [name, percent] :
       {std::pair{"p50", 50.0}, std::pair{"p90", 90.0}, std::pair{"p99", 99.0}})
    out << ' ' << name << ' ' << std::setw(8) << time_of(nanoseconds.percentile(percent));
  out << " max " << std::setw(8) << time_of(nanoseconds.max()) << '\n';

  constexpr std::uint64_t bar = 40;
  std::uint64_t first = 1;
  while (first <= nanoseconds.min() / 2)
    first *= 2;
  // How many lie between `from` and twice that. The first line has what is less, too.
  const auto count_from = [&](std::uint64_t from) {
    return nanoseconds.count_up_to(from - 1 + from) -
           (from == first ? 0 : nanoseconds.count_up_to(from - 1));
  };
  const auto lines = [&](const auto& each) {
    each(first);
    for (auto from = first * 2; from != 0 && from <= nanoseconds.max(); from *= 2)
      each(from);
  };
  std::uint64_t most = 1;
  lines([&](std::uint64_t from) { most = std::max(most, count_from(from)); });
  lines([&](std::uint64_t from) {
    const auto count = count_from(from);
    const auto length = count == 0 ? 0 : std::max<std::uint64_t>(1, count * bar / most);
    out << std::setw(9) << time_of(from) << " to " << std::setw(8)
        << time_of(2 * static_cast<double>(from)) << ' ' << std::left << std::setw(bar)
        << std::string(length, '#') << std::right << ' ' << number(static_cast<double>(count))
        << '\n';
  });
  out.flags(flags);
}

std::ostream& operator<<(std::ostream& out, const load_result& one) {
  const auto flags = out.flags();
  line(out, "clients", one.clients);
  line(out, "submitters", one.submitters);
  line(out, "submitted", one.submitted);
  line(out, "accepted", one.accepted);
  line(out, "refused", one.refused);
  if (one.unknown > 0)
    line(out, "unknown", one.unknown);
  if (!one.first_reason.empty())
    out << "  first reason: " << brief(one.first_reason) << '\n';
  line(out, "time", time_of(one.seconds * 1e9));
  line(out, "operations/s", number(one.operations_a_second()));
  line(out, "deliveries/s", number(one.deliveries_a_second()));
  line(out, "bytes/client", one.bytes_a_client ? number(*one.bytes_a_client) : "unknown");
  if (one.suspensions + one.resyncs > 0) {
    line(out, "suspensions", one.suspensions);
    line(out, "resyncs", one.resyncs);
  }
  print_latencies(out, one.latencies);
  const auto version = std::to_string(one.version);
  print_end(out, one.disagreement,
            one.compared > 0 ? "all copies agree at version " + version
                             : "no copies were compared, since others use the server too");
  out.flags(flags);
  return out;
}

std::ostream& operator<<(std::ostream& out, const peers_result& one) {
  const auto flags = out.flags();
  line(out, "peers", one.peers);
  line(out, "submitters", one.submitters);
  line(out, "changed", one.changed);
  line(out, "refused", one.refused);
  if (!one.first_reason.empty())
    out << "  first reason: " << brief(one.first_reason) << '\n';
  line(out, "time", time_of(one.seconds * 1e9));
  line(out, "after the last", time_of(one.settling_seconds * 1e9));
  line(out, "changes/s", number(one.changes_a_second()));
  line(out, "merges/s", number(one.merges_a_second()));
  line(out, "merged", one.merged);
  line(out, "repeated", one.repeated);
  line(out, "failed", one.failed);
  print_latencies(out, one.latencies);
  if (one.may_have_lost)
    print_end(out, {}, "a merge may have lost something");
  print_end(out, one.disagreement, "all peers are equal");
  out.flags(flags);
  return out;
}

} // namespace libsync
