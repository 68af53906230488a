#include "libsync/actors/envelope.hpp"

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <typeinfo>

#include <cxxabi.h>

namespace libsync::detail {

namespace {

std::string name_of(const std::type_info& type) {
  int failed = 0;
  const std::unique_ptr<char, void (*)(void*)> name{
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &failed), std::free};
  return failed == 0 ? name.get() : type.name();
}

} // namespace

void throw_wrong_content(const std::type_info* found, const std::type_info& expected) {
  throw std::logic_error("libsync: an envelope holds " +
                         (found == nullptr ? std::string{"nothing"} : name_of(*found)) +
                         ", expected " + name_of(expected));
}

} // namespace libsync::detail
