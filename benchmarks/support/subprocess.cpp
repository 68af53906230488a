#include "support/subprocess.hpp"

#include <array>
#include <chrono>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "libsync/actors/load/memory.hpp"

#include "support/stopwatch.hpp"

namespace bench {

namespace {

void send(int to, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const auto some = write(to, text.data() + sent, text.size() - sent);
    if (some <= 0)
      return;
    sent += static_cast<std::size_t>(some);
  }
}

// Looks at the memory of this process every few milliseconds for as long as `measure` runs.
figures measure_watched(const std::function<figures()>& measure) {
  curve memory;
  const stopwatch watch;
  const auto look = [&] { memory.emplace_back(watch.seconds(), resident_mib()); };
  look();
  std::jthread observer{[&](const std::stop_token& over) {
    while (!over.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      look();
    }
  }};
  auto measured = measure();
  observer.request_stop();
  observer.join();
  measured.curve = std::move(memory);
  return measured;
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
  return static_cast<double>(libsync::resident_bytes().value_or(0)) / (1024 * 1024);
}

double peak_mib() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;)
    if (word == "VmHWM:") {
      double kib = 0;
      status >> kib;
      return kib / 1024;
    }
  return 0;
}

figures run_in_subprocess(const std::function<figures()>& measure, bool watch_memory) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0)
    throw std::runtime_error("no pipe can be made");
  const auto child = fork();
  if (child < 0)
    throw std::runtime_error("no process can be started");
  if (child == 0) {
    close(ends[0]);
    try {
      auto measured = watch_memory ? measure_watched(measure) : measure();
      measured.emplace("peak_mib", peak_mib()); // unless it has run a program that says its own
      const std::map<std::string, double>& named = measured;
      send(ends[1], nlohmann::json{{"named", named}, {"curve", measured.curve}}.dump());
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
  figures measured;
  for (const auto& [name, value] : answer.at("named").items())
    measured.emplace(name, value);
  measured.curve = answer.at("curve");
  return measured;
}

std::string quoted(const std::string& argument) {
  std::string made = "'";
  for (const char one : argument)
    made += one == '\'' ? std::string{"'\\''"} : std::string{one};
  return made + '\'';
}

} // namespace bench
