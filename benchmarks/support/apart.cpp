#include "support/apart.hpp"

#include <array>
#include <exception>
#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

namespace {

double status_mib(const std::string& field) {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;)
    if (word == field) {
      double kib = 0;
      status >> kib;
      return kib / 1024;
    }
  return 0;
}

void send(int to, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const auto some = write(to, text.data() + sent, text.size() - sent);
    if (some <= 0)
      return;
    sent += static_cast<std::size_t>(some);
  }
}

std::string receive_all(int from) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t some = 0; (some = read(from, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(some));
  return text;
}

} // namespace

double resident_mib() {
  return status_mib("VmRSS:");
}

double peak_mib() {
  return status_mib("VmHWM:");
}

figures run_apart(const std::function<figures()>& measure) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0)
    throw std::runtime_error("no pipe can be made");
  const auto child = fork();
  if (child < 0)
    throw std::runtime_error("no process can be started");
  if (child == 0) {
    close(ends[0]);
    try {
      auto measured = measure();
      measured.emplace("peak_mib", peak_mib()); // unless it has run a program that says its own
      send(ends[1], nlohmann::json(measured).dump());
    } catch (const std::exception& error) {
      send(ends[1], nlohmann::json(error.what()).dump());
    }
    _exit(0);
  }
  close(ends[1]);
  const auto answer = nlohmann::json::parse(receive_all(ends[0]), nullptr, false);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (answer.is_string())
    throw std::runtime_error(answer.get<std::string>());
  if (!answer.is_object())
    throw std::runtime_error("the measuring process died with status " + std::to_string(status));
  return answer.get<figures>();
}

} // namespace bench
