// error: libsync: the function of a watcher takes a `const Value&`
#include "libsync/actors/session.hpp"
#include <string>
struct data {
  using operation = int;
  int value = 0;
};
void reduce(data&, int);
auto watch(libsync::session<data>& from) {
  return from.watch(&data::value, [](const std::string&) {});
}
