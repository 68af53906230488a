// error: reduce must return void, bool or outcome when it changes Data& in place, or Data or
// std::optional<Data>
#include "libsync/reducer.hpp"
struct data {
  using operation = int;
};
int reduce(data&, int);
template class libsync::reducer<data>;
