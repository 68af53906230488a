#include "notebook/editing/simulated_editor.hpp"

#include <array>

#include "libsync/libsync.hpp"
#include "libsync/text.hpp"

namespace notebook_example {

void simulated_editor::connect() {
  link_ = {};
  replica_.connect(*this);
}

void simulated_editor::receive() {
  auto next = std::move(link_.down.front());
  link_.down.pop_front();
  if (const auto* welcome = std::get_if<libsync::welcome_ptr<notebook>>(&next))
    replica_.receive(**welcome, *this);
  else if (const auto* batch = std::get_if<libsync::batch_ptr<notebook>>(&next))
    replica_.receive(*batch, *this);
  else if (const auto* answers = std::get_if<libsync::reply_ptr>(&next))
    replica_.receive(**answers, *this);
  else
    replica_.receive(std::get<libsync::suspended>(next), *this);
  settle_editors();
  submit_waiting();
}

void simulated_editor::changed(const libsync::change<notebook>& what) {
  if (what.operations.empty()) {
    took_snapshot_ = true;
    ++snapshots_;
    return;
  }
  if (const auto heard = editors_.hear(hear_of(what)); !heard)
    broken_ += name_ + " cannot follow: " + heard.reason() + "; ";
}

void simulated_editor::decided(libsync::submission_number number, libsync::in_flight fate) {
  const auto found = sent_.find(number);
  if (found == sent_.end())
    return;
  fates_[found->second] = fate;
  sent_.erase(found);
}

// What was accepted is known to the editors already, unless it is part of a snapshot.
void simulated_editor::settle_editors() {
  if (std::exchange(took_snapshot_, false)) {
    editors_.resync(replica_.confirmed(), [this](const id& cell) {
      if (const auto told = fates_.find(cell); told != fates_.end())
        return told->second;
      return std::any_of(sent_.begin(), sent_.end(),
                         [&](const auto& one) { return one.second == cell; })
                 ? libsync::in_flight::undecided
                 : libsync::in_flight::lost;
    });
  } else {
    for (const auto& [cell, fate] : fates_)
      if (fate == libsync::in_flight::lost)
        editors_.lose(replica_.confirmed(), cell);
  }
  fates_.clear();
  if (replica_.has_data() && replica_.joined()) {
    const bool there = replica_.confirmed().clients.contains(name_);
    if (!there && !std::exchange(joining_, true))
      waiting_.insert(waiting_.begin(), client_join{name_, "user of " + name_, name_});
    else if (there)
      joining_ = false;
  }
}

void simulated_editor::submit_waiting() {
  for (auto& op : std::exchange(waiting_, {})) {
    const auto* delta = std::get_if<apply_cell_delta>(&op);
    const auto cell = delta != nullptr ? delta->cell : id{};
    const auto taken = replica_.push(std::move(op));
    if (!taken)
      broken_ += name_ + " has a full outbox; ";
    else if (!cell.empty())
      sent_[*taken] = cell;
  }
  replica_.pump(*this);
}

void simulated_editor::report() {
  editors_.report();
  submit_waiting();
}

bool simulated_editor::act(dice& by, std::uint64_t& fresh) {
  // An editor that is far ahead of its answers pauses, as a person would.
  if (!replica_.has_data() || !replica_.confirmed().clients.contains(name_) ||
      replica_.undecided() > 100)
    return false;
  const auto what = by.below(100);
  if (what < 4) {
    waiting_.push_back(rearrange(by, fresh));
  } else {
    if ((what < 7 || editors_.find(here_) == nullptr) && !go_somewhere(by))
      return false;
    if (!write(by))
      return false;
  }
  submit_waiting();
  return true;
}

bool simulated_editor::go_somewhere(dice& by) {
  const auto& data = replica_.confirmed();
  if (data.cells.empty())
    return false;
  auto chosen = data.cells.begin();
  std::advance(chosen, by.below(data.cells.size()));
  editors_.close(here_); // stays open while something is in flight
  here_ = chosen->first;
  cursor_ = by.below(chosen->second.source.text().size() + 1);
  return editors_.open(data, here_).accepted();
}

// Types or deletes at the cursor, or goes elsewhere in the cell.
bool simulated_editor::write(dice& by) {
  static constexpr std::array<const char*, 10> words{"a", "of ", "the ", "text\n", "x = 1\n",
                                                     "é", "漢",  "😀",    "and ",   "edit "};
  const auto& shown = editors_.find(here_)->shown();
  const auto size = shown.size();
  cursor_ = std::min<std::uint64_t>(cursor_, size);
  libsync::delta change;
  bool good = true;
  // Others may have moved what stands here, so the cursor may stand inside a character.
  const auto place = [&](std::uint64_t at) { return shown.substring(at, at) ? at : at - 1; };
  const auto what = by.below(100);
  if (what < 70 && size < 2000) {
    cursor_ = place(cursor_);
    good = change.retain(cursor_).accepted() && change.insert(words[by.below(words.size())]);
    cursor_ = change.after();
  } else if (what < 90 && size != 0) {
    const auto end = place(std::min(size, cursor_ + 1 + by.below(size < 1000 ? 4 : 400)));
    cursor_ = std::min(place(cursor_), end);
    good = change.retain(cursor_).accepted() && change.erase(end - cursor_).accepted();
  } else {
    cursor_ = place(by.below(size + 1));
  }
  return good && editors_.edit(here_, change, {{cursor_, cursor_}}).accepted();
}

operation simulated_editor::rearrange(dice& by, std::uint64_t& fresh) const {
  const auto& data = replica_.confirmed();
  const auto& section = data.sections[by.below(data.sections.size())].key;
  const auto index = static_cast<place>(by.below(8));
  const auto what = by.below(8);
  if (what == 0 || data.cells.empty())
    return insert_cell{name_,
                       section,
                       index,
                       by.below(2) == 0 ? "code" : "markdown",
                       "n" + std::to_string(++fresh),
                       "new\n"};
  auto cell = data.cells.begin();
  std::advance(cell, by.below(data.cells.size()));
  if (what == 1 && data.cells.size() > 4)
    return delete_cell{name_, cell->first};
  if (what == 2 && !data.bin.empty())
    return restore_cell{name_, data.bin[by.below(std::min<std::size_t>(data.bin.size(), 4))].cell};
  if (what == 3)
    return set_section_name{name_, section, "Section of " + name_};
  if (what == 4)
    return move_section{name_, section, static_cast<place>(by.below(data.sections.size() + 1))};
  return move_cell{name_, cell->first, section, index};
}

} // namespace notebook_example
