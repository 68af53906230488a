// error: a shared view shows the data at the ends of batches only: it has no operations to apply
#include "libsync/replica.hpp"
struct data {
  using operation = int;
};
void reduce(data&, int);
struct nowhere {};
void receive(libsync::replica<data, libsync::shared_view>& viewer,
             const libsync::batch_ptr<data>& what, nowhere& out) {
  viewer.receive(what, out);
}
