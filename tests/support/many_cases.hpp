#pragma once

/// Laws that are checked in many more cases than RapidCheck usually takes.

#include <cstdlib>
#include <iostream>
#include <string>

#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include "support/catch.hpp"

/// Checks `property` in as many cases as the environment's LIBSYNC_LAW_CASES says, else in 10,000.
/// A failure prints the shrunk counterexample, and what to put into RC_PARAMS to see it again.
template <class Property>
void check_law_often(const std::string& name, const Property& property) {
  INFO(name);
  const auto& chosen = rc::detail::configuration();
  auto params = chosen.testParams;
  const char* cases = std::getenv("LIBSYNC_LAW_CASES");
  params.maxSuccess = cases != nullptr ? std::atoi(cases) : 10'000;
  REQUIRE(params.maxSuccess > 0);
  rc::detail::TestMetadata metadata;
  metadata.id = name;
  metadata.description = name;
  rc::detail::TestListenerAdapter silent;
  const auto done = rc::detail::checkTestable(property, metadata, params, silent, chosen.reproduce);
  std::cerr << "- " << name << '\n';
  rc::detail::printResultMessage(done, std::cerr);
  std::cerr << '\n';
  CHECK(done.template is<rc::detail::SuccessResult>());
}
