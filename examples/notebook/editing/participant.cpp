#include "notebook/editing/participant.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "notebook/model/lookup.hpp"

namespace notebook_example {

using libsync::outcome;
using libsync::refused;

namespace {

libsync::client_options<notebook> observed_by(libsync::observer<notebook> observer) {
  libsync::client_options<notebook> options;
  options.on_change = std::move(observer);
  return options;
}

} // namespace

participant::participant(const libsync::server<notebook>& to, id name)
    : name_(std::move(name)),
      editors_(name_, [this](operation op) { waiting_.push_back(std::move(op)); }),
      session_(to, observed_by([this](const auto& what) { note(what); })) {}

void participant::note(const libsync::change<notebook>& what) {
  const std::lock_guard guard{mutex_};
  if (what.operations.empty())
    news_.emplace_back(std::make_shared<const notebook>(what.data));
  else
    news_.emplace_back(hear_of(what));
}

libsync::result<libsync::version> participant::catch_up(libsync::version version) {
  if (auto there = session_.wait_for(version, std::chrono::seconds(60)); !there)
    return there;
  std::deque<std::variant<heard, snapshot>> news;
  {
    const std::lock_guard guard{mutex_};
    news.swap(news_);
  }
  for (const auto& one : news) {
    if (const auto* next = std::get_if<heard>(&one)) {
      if (auto done = editors_.hear(*next); !done)
        return libsync::result<libsync::version>::failed(name_ +
                                                         " cannot follow: " + done.reason());
    } else { // every receipt was waited for, so what is in flight is in the snapshot
      editors_.resync(*std::get<snapshot>(one),
                      [](const id&) { return libsync::in_flight::accepted; });
    }
  }
  // What was refused is made anew, unless its cell is gone.
  const auto lost = std::exchange(lost_, {});
  if (!lost.empty()) {
    const auto done = session_.read([&](const notebook& now) {
      for (const auto& cell : lost)
        editors_.lose(now, cell);
    });
    if (!done)
      return libsync::result<libsync::version>::failed(done.reason());
  }
  if (editors_.find(here_) == nullptr)
    here_.clear();
  close_others();
  return speak(version);
}

libsync::version participant::speak(libsync::version version) {
  for (auto& op : std::exchange(waiting_, {})) {
    const auto* delta = std::get_if<apply_cell_delta>(&op);
    const auto cell = delta != nullptr ? delta->cell : id{};
    const auto answer = submit(std::move(op));
    if (answer.is_accepted()) {
      version = std::max(version, answer.version);
      continue;
    }
    refusals_.push_back(answer.reason);
    if (!cell.empty())
      lost_.insert(cell);
  }
  return version;
}

void participant::close_others() {
  std::vector<id> others;
  editors_.for_each([&](const id& cell, const auto&) {
    if (cell != here_)
      others.push_back(cell);
  });
  for (const auto& cell : others)
    editors_.close(cell);
}

libsync::result<libsync::version> participant::change(const std::map<id, libsync::delta>& changes,
                                                      libsync::version version) {
  using result = libsync::result<libsync::version>;
  if (!editors_.quiet())
    return result::failed("edits of " + name_ + " wait: go online first");
  if (auto there = session_.wait_for(version, std::chrono::seconds(60)); !there)
    return there;
  for (const auto& [cell, change] : changes) {
    if (auto opened = open(cell); !opened)
      return result::failed(opened.reason());
    libsync::selections where;
    if (cell == here_) {
      const auto to = libsync::transform_position(change, cursor());
      where = {{to, to}};
    }
    if (auto done = editors_.edit(cell, change, where); !done)
      return result::failed(done.reason());
  }
  const auto answer = submit(std::exchange(waiting_, {}));
  if (answer.is_accepted())
    return answer.version;
  for (const auto& [cell, change] : changes)
    lost_.insert(cell);
  return result::failed(answer.reason);
}

std::uint64_t participant::cursor() const {
  const auto& where = editors_.find(here_)->where();
  return where && !where->empty() ? where->front().head : editors_.find(here_)->shown().size();
}

outcome participant::open(const id& cell) {
  const auto done = session_.read([&](const notebook& now) { return editors_.open(now, cell); });
  return done ? *done : refused(done.reason());
}

outcome participant::go(const id& cell, std::int64_t offset, libsync::version version) {
  if (const auto there = session_.wait_for(version, std::chrono::seconds(60)); !there)
    return refused(there.reason());
  if (auto opened = open(cell); !opened)
    return opened;
  const auto size = editors_.find(cell)->shown().size();
  const auto to = offset < 0 ? size : static_cast<std::uint64_t>(offset);
  if (to > size)
    return refused("there are only " + std::to_string(size) + " code units in " + cell);
  libsync::delta stays;
  if (auto fits = stays.retain(to); !fits)
    return fits;
  if (auto done = editors_.edit(cell, stays, {{to, to}}); !done)
    return done;
  if (here_ != cell && !here_.empty())
    editors_.close(here_);
  here_ = cell;
  return libsync::accepted();
}

outcome participant::type(const std::string& text) {
  if (here_.empty())
    return refused(name_ + " is in no cell: go to one first");
  if (auto good = check_source(text); !good) // the editor would keep what nobody accepts
    return good;
  libsync::delta change;
  if (auto fits = change.retain(cursor()); !fits)
    return fits;
  if (auto fits = change.insert(text); !fits)
    return fits;
  return editors_.edit(here_, change, {{change.after(), change.after()}});
}

outcome participant::erase(std::uint64_t count) {
  if (here_.empty())
    return refused(name_ + " is in no cell: go to one first");
  const auto at = cursor();
  if (count > at)
    return refused("there are only " + std::to_string(at) + " code units before");
  libsync::delta change;
  if (auto fits = change.retain(at - count); !fits)
    return fits;
  if (auto fits = change.erase(count); !fits)
    return fits;
  return editors_.edit(here_, change, {{at - count, at - count}});
}

} // namespace notebook_example
