#include "support/tape_actors.hpp"

template class libsync::detail::typed_server<tape::data>;
template class libsync::detail::client_core<tape::data>;
template class libsync::detail::typed_intake<tape::data, libsync::own_copy>;
template class libsync::embedded_client<tape::data>;
template class libsync::session<tape::data>;
