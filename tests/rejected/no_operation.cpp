// error: the data type needs a nested type `operation`
#include "libsync/reducer.hpp"
struct data {};
template class libsync::reducer<data>;
