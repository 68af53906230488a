#pragma once

/// Laws checked by RapidCheck, as part of a Catch2 test. (RapidCheck's own adapter includes one
/// fixed version of Catch2.) How many cases, and the seed to repeat a failure, come from RC_PARAMS.

#include <string>

#include <rapidcheck.h>

#include "support/catch.hpp"

/// Checks `property`; a failure prints the shrunk counterexample and its seed.
template <class Property>
void check_law(const std::string& name, const Property& property) {
  INFO(name);
  CHECK(rc::check(name, property));
}
