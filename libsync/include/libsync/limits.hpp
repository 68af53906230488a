#pragma once

/// The limits of every queue, in one place.

#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace libsync {

/// Limits of a server's and a client's queues. The defaults suit operations of some tens of bytes.
/// All counts are of operations unless a line says otherwise, and each is at least 1.
struct limits {
  /// Most operations in one batch. When the next parcel would exceed it, what is pending is sent
  /// out first; a parcel is split only if it is larger. The default is as many as a processor's
  /// branch prediction surely learns while one client after the other applies them.
  std::size_t batch = 4096;
  /// Most operations in one parcel, the message by which a client submits. A transaction is never
  /// split: one that is larger has a parcel, and a batch, of its own.
  std::size_t parcel = 4096;
  /// Most submissions that a client holds undecided. One more is answered `overloaded`.
  std::size_t outbox = 16'384;
  /// Operations that the server keeps for clients that come back. One that missed more gets a
  /// snapshot instead.
  std::size_t log = 65'536;
  /// Versions that a client may be behind before the server suspends it. It may hold this many and
  /// one batch more in its mailbox; a client acknowledges at least four times in that span. At full
  /// speed the default is some ten milliseconds, for which a busy machine may well hold up a
  /// thread.
  std::size_t lag = 524'288;
  /// Clients that left for which the server remembers the last parcel, so that one which comes back
  /// hears what became of it. The oldest are forgotten first.
  std::size_t absent = 1024;
  /// Effects that are not reported done. While there are this many, submissions are refused; the
  /// effects of one submission may exceed it.
  std::size_t effects = 16'384;

  /// Returns these limits. Throws std::invalid_argument, naming the first that is 0.
  [[nodiscard]] const limits& checked() const {
    struct named {
      const char* name;
      std::size_t value;
    };
    for (const auto& [name, value] :
         {named{"batch", batch}, named{"parcel", parcel}, named{"outbox", outbox},
          named{"log", log}, named{"lag", lag}, named{"absent", absent}, named{"effects", effects}})
      if (value == 0)
        throw std::invalid_argument(std::string{"libsync::limits: `"} + name +
                                    "` is 0, expected at least 1");
    return *this;
  }
};

} // namespace libsync
