// error: a session that is not optimistic shows nothing but the confirmed data
#include "libsync/actors/session.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
auto what(const libsync::session<data, libsync::shared_view>& session) {
  return session.confirmed();
}
