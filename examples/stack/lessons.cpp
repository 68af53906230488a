#include "lessons.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <latch>
#include <mutex>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "stack.hpp"

#include "libsync/actors.hpp"

namespace stack_example {
namespace {

using operation = stack::operation;
using session = libsync::session<stack>;

/// Prints whole lines from any thread, in colour on a terminal unless NO_COLOR is set.
class screen {
public:
  template <class... Parts>
  void line(const std::string& who, const Parts&... parts) {
    std::ostringstream text;
    text << "  " << who << ":" << std::string(who.size() < 7 ? 7 - who.size() : 1, ' ');
    (text << ... << parts);
    const std::lock_guard guard{mutex_};
    std::cout << colour(who) << text.str() << (colour(who)[0] != '\0' ? "\033[0m" : "") << '\n';
  }

  void title(const std::string& text) { std::cout << '\n' << text << '\n'; }

private:
  [[nodiscard]] const char* colour(const std::string& who) const {
    if (!colourful_)
      return "";
    return who == "green" ? "\033[32m" : who == "yellow" ? "\033[33m" : "";
  }

  static bool wants_colour() {
    const char* refused = std::getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) != 0 && (refused == nullptr || *refused == '\0');
  }

  std::mutex mutex_;
  bool colourful_ = wants_colour();
};

void operations_as_data() {
  screen out;
  out.title("1. Operations as data: a reducer takes one state to the next");
  stack data;
  for (const operation& op : {operation{push{"1"}}, operation{push{"2"}}, operation{push{"3"}},
                              operation{pop{}}, operation{reverse{}}, operation{pop{}}}) {
    std::cout << "  " << data << " -- " << op << " --> ";
    if (const auto result = libsync::reducer<stack>::step(data, op); !result)
      std::cout << "refused: " << result.reason();
    std::cout << data << '\n';
  }
}

libsync::client_options<stack> shown_as(screen& out, const std::string& name) {
  libsync::client_options<stack> options;
  options.on_change = [&out, name](const libsync::change<stack>& what) {
    if (what.operations.empty())
      return; // the snapshot that it began with
    out.line(name, "received ", what.operations.front(), ", new data: ", what.data);
  };
  return options;
}

/// Submits from two threads that begin at the same time, and waits for all receipts.
void submit_concurrently(session& green, const std::vector<operation>& of_green, session& yellow,
                         const std::vector<operation>& of_yellow, screen& out) {
  std::latch begin{2};
  const auto play = [&](const char* name, session& in, const std::vector<operation>& operations) {
    begin.arrive_and_wait();
    std::vector<libsync::receipt_future> receipts;
    receipts.reserve(operations.size());
    for (const auto& op : operations)
      receipts.push_back(in.submit(op));
    for (std::size_t i = 0; i < receipts.size(); ++i)
      if (const auto answer = receipts[i].get(); !answer.is_accepted())
        out.line(name, operations[i], " was ", answer);
  };
  std::jthread one{play, "green", std::ref(green), std::cref(of_green)};
  std::jthread other{play, "yellow", std::ref(yellow), std::cref(of_yellow)};
}

/// Waits until both have come as far as the server, and says what they show.
void show_agreement(const libsync::server<stack>& server, session& green, session& yellow,
                    screen& out) {
  session reader{server};
  const auto truth = reader.snapshot();
  if (!truth)
    return out.line("server", truth.reason());
  out.line("server", "version ", truth->version, ", data: ", *truth->data);
  for (auto& [name, one] : {std::pair<const char*, session&>{"green", green}, {"yellow", yellow}}) {
    if (const auto there = one.wait_for(truth->version, std::chrono::seconds(10)); !there)
      out.line(name, there.reason());
    if (const auto copy = one.snapshot())
      out.line(name, "version ", copy->version, ", data: ", *copy->data);
  }
}

/// Returns the operations in the order in which the server accepted them.
std::vector<operation> synchronized_state() {
  screen out;
  out.title("2. Synchronized state: two clients submit at once, all see one order");
  std::vector<operation> accepted;
  libsync::runtime runtime;
  libsync::server_options<stack> options;
  options.on_change = [&](const libsync::change<stack>& what) {
    accepted.push_back(what.operations.front());
    out.line("server", "received ", what.operations.front(), ", new data: ", what.data);
  };
  options.on_refused = [&](libsync::client_id, std::span<const operation> refused,
                           const std::string& why) {
    out.line("server", "received ", refused.front(), ", refused: ", why);
  };
  auto server = libsync::spawn_server(runtime, stack{}, options);
  session green{server, shown_as(out, "green")};
  session yellow{server, shown_as(out, "yellow")};
  for (const auto* one : {&green, &yellow})
    static_cast<void>(one->snapshot()); // it has joined, so it sees every change
  submit_concurrently(green, {push{"1"}, pop{}}, yellow, {push{"2"}, push{"3"}, reverse{}, pop{}},
                      out);
  std::cout << "  in the end:\n";
  show_agreement(server, green, yellow, out);
  return accepted;
}

void race() {
  screen out;
  out.title("3. Race: one item, two clients pop it");
  libsync::runtime runtime;
  auto server = libsync::spawn_server(runtime, stack{{"the last one"}});
  session green{server};
  session yellow{server};
  auto of_green = green.submit(pop{});
  auto of_yellow = yellow.submit(pop{});
  out.line("green", "pop was ", of_green.get());
  out.line("yellow", "pop was ", of_yellow.get());
  show_agreement(server, green, yellow, out);
}

void undo(const std::vector<operation>& operations) {
  screen out;
  out.title("4. Undo: the operations of lesson 2 are kept, so every state can be gone back to");
  libsync::history<stack> history{stack{}};
  for (const auto& op : operations)
    static_cast<void>(history.apply(op));
  std::cout << "  version " << history.version() << ": " << history.data() << '\n';
  while (history.undo())
    std::cout << "  undo, version " << history.version() << ": " << history.data() << '\n';
  std::cout << "  undo: " << history.undo().reason() << '\n';
  if (history.go_to(2))
    std::cout << "  go to version 2: " << history.data() << '\n';
  if (history.redo())
    std::cout << "  redo, version " << history.version() << ": " << history.data() << '\n';
}

} // namespace

void show_lessons() {
  operations_as_data();
  const auto accepted = synchronized_state();
  race();
  undo(accepted);
}

} // namespace stack_example
