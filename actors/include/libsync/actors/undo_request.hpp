#pragma once

/// What a client that can undo may be asked for.

#include <ostream>

namespace libsync {

/// Sent to an optimistic client, in an envelope, as a submission is, it is answered by a receipt.
/// Sessions, handles and embedded clients have members for it.
enum class undo_request : unsigned char {
  /// Submit the inverse of one's newest step.
  undo,
  /// Submit again what was undone last.
  redo,
  /// All that is submitted from here on is one step.
  begin_step,
  end_step,
};

inline std::ostream& operator<<(std::ostream& out, undo_request what) {
  switch (what) {
  case undo_request::undo:
    return out << "undo";
  case undo_request::redo:
    return out << "redo";
  case undo_request::begin_step:
    return out << "begin a step";
  case undo_request::end_step:
    return out << "end a step";
  }
  return out;
}

} // namespace libsync
