// error: no reduce\(Data&, const operation&\) is found for this operation; declare it in the
// namespace of the data type
#include "libsync/reducer.hpp"
struct data {
  using operation = int;
};
template class libsync::reducer<data>;
