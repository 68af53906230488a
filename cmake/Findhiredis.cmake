# Finds hiredis, the C library for Redis, and makes the target hiredis::hiredis.
#
# Versions from 1.0 on bring a CMake package of their own, which is preferred. Debian's
# libhiredis-dev 0.14.1 brings none that makes a target, so header and library are looked for.

find_package(hiredis CONFIG QUIET)
if(TARGET hiredis::hiredis)
  set(hiredis_FOUND TRUE)
  return()
endif()

find_path(hiredis_INCLUDE_DIR hiredis/hiredis.h)
find_library(hiredis_LIBRARY hiredis)
mark_as_advanced(hiredis_INCLUDE_DIR hiredis_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(hiredis
  REQUIRED_VARS hiredis_LIBRARY hiredis_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install Debian's libhiredis-dev")

if(hiredis_FOUND)
  add_library(hiredis::hiredis UNKNOWN IMPORTED)
  # No include directory where the compiler looks by itself: -isystem /usr/include breaks <cstdlib>.
  if(NOT hiredis_INCLUDE_DIR STREQUAL "/usr/include")
    target_include_directories(hiredis::hiredis SYSTEM INTERFACE "${hiredis_INCLUDE_DIR}")
  endif()
  set_target_properties(hiredis::hiredis PROPERTIES IMPORTED_LOCATION "${hiredis_LIBRARY}")
endif()
