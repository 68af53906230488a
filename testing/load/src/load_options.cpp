#include "libsync/actors/load/load_options.hpp"

#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string>

namespace libsync {

namespace {

template <class T>
void refuse(const char* options, const char* name, const T& value, const std::string& expected) {
  std::ostringstream text;
  text << "libsync::" << options << ": `" << name << "` is " << value << ", expected " << expected;
  throw std::invalid_argument(std::move(text).str());
}

// What both kinds of options say of how much is submitted.
template <class Options>
void check_amount(const char* name, const Options& of) {
  if (of.submitters == 0 || of.submitters > load_options::most_submitters)
    refuse(name, "submitters", of.submitters,
           "1 to " + std::to_string(load_options::most_submitters));
  if (of.duration.count() < 0)
    refuse(name, "duration", std::to_string(of.duration.count()) + " ns", "more than 0");
  if (of.operations == 0 && of.duration.count() == 0)
    throw std::invalid_argument(std::string{"libsync::"} + name +
                                ": neither `operations` nor `duration` is given, expected one");
  if (of.operations != 0 && of.duration.count() != 0)
    throw std::invalid_argument(std::string{"libsync::"} + name +
                                ": both `operations` and `duration` are given, expected one");
  if (of.operations != 0 && of.operations < of.submitters)
    refuse(name, "operations", of.operations,
           "at least one for each of the " + std::to_string(of.submitters) + " submitters");
  if (!std::isfinite(of.rate) || of.rate < 0 || of.rate > load_options::most_rate)
    refuse(name, "rate", of.rate, "0 to 1e9 in a second");
  if (of.rate > 0 && of.operations == 0 &&
      of.rate * std::chrono::duration<double>(of.duration).count() <
          static_cast<double>(of.submitters))
    refuse(name, "rate", of.rate,
           "so many in a second that within `duration` each of the " +
               std::to_string(of.submitters) + " submitters has one");
  if (of.source == operation_source::beforehand && of.operations == 0)
    throw std::invalid_argument(std::string{"libsync::"} + name +
                                ": `source` is `beforehand`, which needs `operations`, since "
                                "nobody knows how many there are in a `duration`");
  if (of.patience.count() <= 0)
    refuse(name, "patience", std::to_string(of.patience.count()) + " ns", "more than 0");
}

} // namespace

const load_options& load_options::checked() const {
  if (clients == 0 || clients > most_clients)
    refuse("load_options", "clients", clients, "1 to " + std::to_string(most_clients));
  check_amount("load_options", *this);
  static_cast<void>(bounds.checked());
  return *this;
}

const peers_options& peers_options::checked() const {
  if (peers == 0 || peers > most_peers)
    refuse("peers_options", "peers", peers, "1 to " + std::to_string(most_peers));
  check_amount("peers_options", *this);
  static_cast<void>(bounds.checked());
  return *this;
}

} // namespace libsync
