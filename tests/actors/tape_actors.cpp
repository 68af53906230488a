#include "support/tape_actors.hpp"

template class libsync::server_actor<tape::data>;
template class libsync::client_actor<tape::data>;
template class libsync::embedded_client<tape::data>;
template class libsync::session<tape::data>;
template class libsync::supervisor_actor<tape::data>;
