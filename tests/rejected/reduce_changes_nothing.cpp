// error: this reduce cannot change the data: take them as Data&, or return the new Data
#include "libsync/reducer.hpp"
struct data {
  using operation = int;
};
void reduce(const data&, int);
template class libsync::reducer<data>;
