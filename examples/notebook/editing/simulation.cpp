#include "notebook/editing/simulation.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "notebook/editing/roster.hpp"
#include "notebook/editing/simulated_editor.hpp"

namespace notebook_example {

namespace {

libsync::limits small_limits() {
  libsync::limits bounds;
  bounds.log = 128; // so that who was away for long takes a snapshot
  return bounds;
}

notebook first_notebook() {
  notebook data;
  const auto must = [&](const operation& op) {
    static_cast<void>(libsync::reducer<notebook>::step(data, op)); // none is refused
  };
  for (int i = 1; i <= 3; ++i) {
    const auto section = "s" + std::to_string(i);
    must(insert_section{"", -1, section});
    for (int k = 1; k <= 3; ++k)
      must(insert_cell{"", section, -1, k == 1 ? "markdown" : "code",
                       "c" + std::to_string(3 * i + k), "It begins.\n"});
  }
  return data;
}

// FNV-1a, by Fowler, Noll and Vo.
class digest {
public:
  void add(std::string_view bytes) {
    for (const char one : bytes)
      sum_ = (sum_ ^ static_cast<unsigned char>(one)) * 0x100000001B3;
    sum_ = (sum_ ^ bytes.size()) * 0x100000001B3;
  }
  [[nodiscard]] std::uint64_t sum() const noexcept { return sum_; }

private:
  std::uint64_t sum_ = 0xCBF29CE484222325;
};

std::uint64_t digest_of(const notebook& data) {
  digest all;
  all.add(data.name);
  for (const auto& one : data.sections) {
    all.add(one.key);
    all.add(one.name);
    for (const auto& key : one.cells) {
      const auto& cell = data.cells.at(key);
      all.add(key);
      all.add(cell.source.text().utf8());
      all.add(std::to_string(cell.source.revision()));
    }
  }
  for (const auto& one : data.bin)
    all.add(one.source.utf8());
  return all.sum();
}

/// The server's side and the network; also the sink of the sequencer.
class world {
public:
  explicit world(const simulation_options& options)
      : options_(options), dice_(options.seed),
        order_(first_notebook(), libsync::epoch_id{1}, small_limits(),
               {.on_left = [this](libsync::client_id left) { return roster_.last_word_of(left); }}),
        next_route_(static_cast<int>(options.editors)) {
    for (std::size_t i = 0; i < options.editors; ++i) {
      editors_.push_back(
          std::make_unique<simulated_editor>("e" + std::to_string(i + 1), small_limits()));
      routes_.push_back(static_cast<int>(i));
      editors_.back()->connect();
    }
  }

  simulation_result run() {
    for (std::uint64_t done = 0; done < options_.edits;)
      done += step() ? 1 : 0;
    finish();
    result_.versions = order_.version();
    result_.digest = digest_of(order_.data());
    for (const auto& one : editors_) {
      result_.snapshots += one->snapshots();
      compare(*one);
    }
    return result_;
  }

  template <class Message>
  void send(int route, const Message& what) {
    for (std::size_t i = 0; i < routes_.size(); ++i)
      if (routes_[i] == route)
        editors_[i]->messages().down.emplace_back(what);
  }
  void send(int, const libsync::snapshot<notebook>&) {} // there are no viewers
  void ask_for_flush() { flush_wanted_ = true; }
  bool run(const libsync::effect_key&, const libsync::no_effect&) { return true; }
  [[nodiscard]] bool observes() const { return true; }
  void changed(const libsync::change<notebook>& what) {
    for (const auto& op : what.operations)
      roster_.note(what.by, op);
  }
  void refused(libsync::client_id, libsync::submission_number, std::span<const operation>,
               const std::string&) {
    ++result_.refused;
  }

private:
  // Returns whether somebody has edited something.
  bool step() {
    const auto which = dice_.below(editors_.size());
    auto& who = *editors_[which];
    const auto what = dice_.below(1000);
    if (what < 450)
      return who.act(dice_, fresh_);
    if (routes_[which] == away) {
      if (what < 460)
        reconnect(which);
    } else if (what < 700) {
      for (auto count = 1 + dice_.below(4); count != 0 && !who.messages().up.empty(); --count)
        deliver_up(which);
    } else if (what < 900) {
      for (auto count = dice_.below(1 + 2 * who.messages().down.size());
           count != 0 && !who.messages().down.empty(); --count)
        who.receive();
    } else if (what < 980) {
      flush();
    } else if (what < 999) {
      who.report();
    } else if (dice_.below(4) == 0) {
      lose_connection(which);
    }
    return false;
  }

  // What was on its way is lost. The editor goes on, and finds out when it connects again; the
  // server may hear of it only after that.
  void lose_connection(std::size_t which) {
    ++result_.breaks;
    lost_.push_back(std::exchange(routes_[which], away));
    editors_[which]->messages() = {};
    if (dice_.below(2) == 0)
      notice_lost();
  }

  void notice_lost() {
    for (const int route : std::exchange(lost_, {}))
      order_.leave(route, ++time_, *this);
  }

  void reconnect(std::size_t which) {
    routes_[which] = next_route_++;
    editors_[which]->connect();
    deliver_up(which);
    notice_lost();
  }

  void deliver_up(std::size_t from) {
    auto& up = editors_[from]->messages().up;
    const auto next = std::move(up.front());
    up.pop_front();
    const int route = routes_[from];
    if (const auto* request = std::get_if<libsync::join_request>(&next))
      order_.join(route, *request, ++time_, *this);
    else if (const auto* parcel = std::get_if<libsync::parcel_ptr<notebook>>(&next))
      order_.submit(route, **parcel, ++time_, *this);
    else if (const auto* reached = std::get_if<libsync::version>(&next))
      order_.acknowledge(route, *reached, *this);
    else
      order_.leave(route, ++time_, *this);
  }

  void flush() {
    if (std::exchange(flush_wanted_, false))
      order_.flush(*this);
  }

  // Everything arrives, until nothing is on its way.
  void finish() {
    for (std::size_t i = 0; i < editors_.size(); ++i)
      if (routes_[i] == away)
        reconnect(i);
    for (bool quiet = false; !quiet;) {
      quiet = true;
      for (std::size_t i = 0; i < editors_.size(); ++i) {
        quiet = quiet && editors_[i]->quiet();
        while (!editors_[i]->messages().up.empty())
          deliver_up(i);
      }
      quiet = quiet && !flush_wanted_;
      flush();
      for (const auto& one : editors_)
        while (!one->messages().down.empty())
          one->receive();
    }
  }

  void compare(const simulated_editor& one) {
    auto& text = result_.difference;
    text += one.broken();
    if (one.copy().version() != order_.version() || !(one.copy().confirmed() == order_.data()))
      text += "a copy differs; ";
    one.editors().for_each([&](const id& cell, const libsync::text_editor<id>& editor) {
      const auto found = order_.data().cells.find(cell);
      if (found == order_.data().cells.end() || editor.shown() != found->second.source.text())
        text += "an editor's text of " + cell + " differs; ";
    });
  }

  static constexpr int away = -1;

  simulation_options options_;
  dice dice_;
  roster roster_;
  libsync::sequencer<notebook, int> order_;
  std::vector<std::unique_ptr<simulated_editor>> editors_;
  // Where the server reaches each editor.
  std::vector<int> routes_;
  std::vector<int> lost_;
  int next_route_;
  std::uint64_t fresh_ = 0;
  bool flush_wanted_ = false;
  libsync::timestamp time_ = 0;
  simulation_result result_;
};

} // namespace

simulation_result simulate(const simulation_options& options) {
  return world{options}.run();
}

} // namespace notebook_example
