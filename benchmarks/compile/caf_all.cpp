// What whoever uses CAF compiles at the least.

#include <caf/all.hpp>
