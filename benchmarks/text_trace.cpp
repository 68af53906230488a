#include "text_trace.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "baselines/programs.hpp"
#include "support/stopwatch.hpp"
#include "support/trace.hpp"

#include "libsync/text/shared_text.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/text_editor.hpp"
#include "libsync/text/transform.hpp"

namespace {

using libsync::delta;
using libsync::priority;
using libsync::revision;
using libsync::selections;
using libsync::text;

void must(const libsync::outcome& done) {
  if (!done)
    throw std::logic_error(std::string{done.reason()});
}

void check_end(const text& shown, const bench::trace& of) {
  if (shown != *text::read(of.end))
    throw std::logic_error(of.name + " ends with another text");
}

// One person: each edit is one apply_delta.
void replay_alone(const bench::trace& what) {
  auto shown = *text::read(what.begin);
  for (const auto& next : what.edits)
    must(apply_delta(shown, next.change));
  check_end(shown, what);
}

/// A server, and an editor for each person. The server takes each delta at once, and rewrites it
/// over what its author had not received. An editor receives only what its person has seen by the
/// trace. It receives more only where its last delta is in flight, because an edit that waited
/// would join the next one, and the trace may show one of them to others without the other.
///
/// So an editor may show more than its person has seen. What is not seen yet waits in `unseen`, and
/// the person's edit is rewritten over it, as a program does that repaints late.
class meeting {
public:
  explicit meeting(const bench::trace& what) : what_(what), server_{*text::read(what.begin)} {
    edits_by_.resize(what.people);
    for (const auto& one : what.edits)
      edits_by_[one.by].push_back(&one);
    for (std::size_t i = 0; i < what.people; ++i) {
      must(server_.join(i));
      people_.emplace_back(people_.size(), server_.text());
    }
  }

  void replay() {
    while (accepted_.size() < what_.edits.size()) {
      edit(next_edit());
      for (std::size_t i = 0; i < people_.size(); ++i)
        if (accepted_.size() - people_[i].received > most_behind)
          receive_all(i);
    }
    check_end(server_.text(), what_);
    for (std::size_t i = 0; i < people_.size(); ++i) {
      receive_all(i);
      check_end(people_[i].editor.shown(), what_);
    }
  }

private:
  /// The place of an edit in the trace: the author, and how many edits of the author came before.
  struct place {
    std::size_t by;
    std::size_t number;
  };

  struct not_seen {
    place of;
    delta change; // of the text that the person has seen, with those before
  };

  struct person {
    person(std::size_t number, const text& shown) : editor{number, shown, 0} {}

    libsync::text_editor<std::size_t> editor;
    std::size_t received = 0; // so many accepted deltas
    std::size_t made = 0;     // so many own edits
    std::deque<not_seen> unseen;
    // Where the editor's calls go.
    std::optional<place> shown_by; // the others' edit that is received now
    std::optional<std::pair<delta, revision>> sent;

    void show(const delta& change) {
      if (shown_by)
        unseen.push_back({*shown_by, change});
    }
    void send(const delta& change, const std::optional<selections>&, revision made_for) {
      sent.emplace(change, made_for);
    }
    void report(revision) {}
  };

  struct accepted {
    place of;
    libsync::accepted_delta<std::size_t> what;
  };

  // Far fewer than the server keeps.
  static constexpr std::size_t most_behind = libsync::text_limits::kept_deltas / 4;

  // What was typed at once may be accepted in any order that keeps causes before effects. Here it
  // is that of the people's numbers as far as possible. So where inserts of two people meet,
  // because what was between them is deleted, the same one stands in front as in the trace.
  const bench::traced_edit& next_edit() {
    for (std::size_t i = 0; i < people_.size(); ++i) {
      if (people_[i].made == edits_by_[i].size())
        continue;
      const auto& next = *edits_by_[i][people_[i].made];
      bool is_ready = true;
      for (std::size_t other = 0; other < people_.size(); ++other)
        is_ready = is_ready && next.seen[other] <= people_[other].made;
      if (is_ready)
        return next;
    }
    throw std::logic_error("the trace shows effects before their causes");
  }

  void edit(const bench::traced_edit& next) {
    auto& author = people_[next.by];
    const auto is_seen = [&](const place& of) { return of.number < next.seen[of.by]; };
    // Accepted deltas are received in their order, up to the last one that was seen.
    auto last = accepted_.size();
    while (last > author.received &&
           (accepted_[last - 1].of.by == next.by || !is_seen(accepted_[last - 1].of)))
      --last;
    while (author.received < last || !author.editor.synchronised())
      receive(next.by);
    while (!author.unseen.empty() && is_seen(author.unseen.front().of))
      author.unseen.pop_front();
    auto change = next.change;
    for (auto& other : author.unseen) {
      if (is_seen(other.of))
        throw std::logic_error("the trace shows a later edit before an earlier one");
      auto moved = transform(other.change, change, priority::left);
      other.change = transform(change, std::move(other.change), priority::right);
      change = std::move(moved);
    }
    must(author.editor.edit(change, {}, author));
    submit(next.by);
  }

  void submit(std::size_t by) {
    auto& author = people_[by];
    if (!author.sent) // the edit changed nothing
      throw std::logic_error("an edit was not sent");
    const auto [change, made_for] = *std::exchange(author.sent, std::nullopt);
    must(server_.submit(by, change, {}, made_for));
    accepted_.push_back({{by, author.made++}, *server_.latest()});
  }

  void receive(std::size_t to) {
    auto& one = people_[to];
    const auto& next = accepted_.at(one.received++);
    if (next.of.by != to)
      one.shown_by = next.of;
    must(one.editor.receive(next.what, one));
    one.shown_by.reset();
  }

  void receive_all(std::size_t to) {
    while (people_[to].received < accepted_.size())
      receive(to);
    must(server_.report(to, people_[to].editor.revision()));
  }

  const bench::trace& what_;
  std::vector<std::vector<const bench::traced_edit*>> edits_by_;
  libsync::shared_text<std::size_t> server_;
  std::deque<person> people_;
  std::vector<accepted> accepted_;
};

bench::figures measure(const bench::trace& what, std::size_t times) {
  const bench::stopwatch watch;
  for (std::size_t i = 0; i < times; ++i)
    if (what.people == 1)
      replay_alone(what);
    else
      meeting{what}.replay();
  return {{"edits/s", static_cast<double>(times * what.edits.size()) / watch.seconds()}};
}

bench::figures measure_yjs(const std::string& path) {
  auto measured = baselines::yjs_trace(path);
  if (measured["differ"] != 0)
    throw std::logic_error("Yjs ends with another text than " + path);
  measured.erase("differ");
  return measured;
}

} // namespace

std::vector<bench::subject> trace_subjects(const std::string& path, std::size_t times,
                                           bool with_yjs) {
  std::vector<bench::subject> made;
  for (const bool letters : {true, false}) {
    const auto what = std::make_shared<bench::trace>(bench::trace::read(path, letters));
    made.push_back({what->name,
                    letters ? "letters" : "as typed",
                    what->people,
                    times * what->edits.size(),
                    {"edits/s"},
                    [what, times] { return measure(*what, times); },
                    false,
                    letters ? "" : "letters"});
    if (!letters && with_yjs)
      made.push_back({what->name, "Yjs", what->people, what->edits.size(), {"edits/s"}, [path] {
                        return measure_yjs(path);
                      }});
  }
  return made;
}
