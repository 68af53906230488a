# What `cmake --install` puts where: headers, compiled libraries, the package for find_package, the
# files for pkg-config, and documents.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/libsync")

set(components libsync testing)
if(LIBSYNC_WITH_ACTORS)
  list(APPEND components actors actors_testing load)
endif()
if(LIBSYNC_WITH_JSON)
  list(APPEND components json)
endif()
if(LIBSYNC_WITH_SQLITE)
  list(APPEND components sqlite)
endif()
if(LIBSYNC_WITH_REDIS)
  list(APPEND components redis)
endif()
if(LIBSYNC_WITH_NETWORK)
  list(APPEND components network)
endif()
set(compiled "")
foreach(component IN LISTS components)
  get_target_property(type libsync_${component} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    list(APPEND compiled ${component})
  endif()
  # An export of its own, so that each component is found without what the others need.
  get_target_property(sets libsync_${component} INTERFACE_HEADER_SETS)
  list(TRANSFORM sets PREPEND "FILE_SET;")
  install(TARGETS libsync_${component} EXPORT libsync-${component} ${sets})
  install(EXPORT libsync-${component} NAMESPACE libsync:: DESTINATION "${package_dir}"
    FILE libsync-${component}-targets.cmake)
endforeach()

if(TARGET libsync_journal_tool)
  # It finds the library beside it, if that is a shared one.
  file(RELATIVE_PATH path "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
  if(BUILD_SHARED_LIBS)
    set_target_properties(libsync_journal_tool PROPERTIES INSTALL_RPATH "$ORIGIN/${path}")
  endif()
  install(TARGETS libsync_journal_tool)
  install(FILES tools/journal/libsync-journal.1 DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endif()

set(LIBSYNC_COMPILED_WITH_CAF "")
if("actors" IN_LIST compiled)
  set(LIBSYNC_COMPILED_WITH_CAF "${CAF_VERSION}")
endif()
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/libsync-config.cmake.in"
  "${PROJECT_BINARY_DIR}/libsync-config.cmake"
  INSTALL_DESTINATION "${package_dir}")
set(for_any_processor "")
if(NOT compiled)
  set(for_any_processor ARCH_INDEPENDENT)
endif()
write_basic_package_version_file("${PROJECT_BINARY_DIR}/libsync-config-version.cmake"
  COMPATIBILITY SameMinorVersion ${for_any_processor})
install(FILES
  "${PROJECT_BINARY_DIR}/libsync-config.cmake"
  "${PROJECT_BINARY_DIR}/libsync-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/Findhiredis.cmake"
  DESTINATION "${package_dir}")

# pkg-config. Paths are relative to the file, so that an installed tree may be moved.
foreach(place PREFIX FULL_INCLUDEDIR FULL_LIBDIR)
  file(RELATIVE_PATH path "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_${place}}")
  string(REGEX REPLACE "/$" "" path "${path}")
  set(${place} "\${pcfiledir}/${path}")
endforeach()

#   libsync_pkg_config(COMPONENT NAME DESCRIPTION
#     [REQUIRES NAME...] [CFLAGS FLAG...] [LIBS FLAG...])
function(libsync_pkg_config component name description)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "REQUIRES;CFLAGS;LIBS")
  list(PREPEND arg_CFLAGS "-I\${includedir}")
  if(component IN_LIST compiled)
    list(PREPEND arg_LIBS "-L\${libdir}" -lsync_${component})
  endif()
  set(fields "")
  if(arg_REQUIRES)
    list(JOIN arg_REQUIRES ", " requires)
    string(APPEND fields "Requires: ${requires}\n")
  endif()
  list(JOIN arg_CFLAGS " " cflags)
  string(APPEND fields "Cflags: ${cflags}\n")
  if(arg_LIBS)
    list(JOIN arg_LIBS " " libs)
    string(APPEND fields "Libs: ${libs}\n")
  endif()
  set(file "${PROJECT_BINARY_DIR}/${name}.pc")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/libsync.pc.in" "${file}" @ONLY)
  install(FILES "${file}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()

set(checked "")
if(LIBSYNC_CHECKED)
  set(checked CFLAGS -DLIBSYNC_CHECKED=1)
endif()
libsync_pkg_config(libsync libsync "${PROJECT_DESCRIPTION}: the values" ${checked})
libsync_pkg_config(testing libsync-testing "${PROJECT_DESCRIPTION}: tests of your own data"
  REQUIRES "libsync = ${PROJECT_VERSION}")
if(LIBSYNC_WITH_ACTORS)
  # CAF has no file for pkg-config. Where the compiler looks by itself, it is not told to.
  set(caf_cflags "")
  if(LIBSYNC_FIRST_TYPE_ID)
    list(APPEND caf_cflags -DLIBSYNC_FIRST_TYPE_ID=${LIBSYNC_FIRST_TYPE_ID})
  endif()
  set(caf_libs -lcaf_core -pthread)
  get_target_property(includes CAF::core INTERFACE_INCLUDE_DIRECTORIES)
  foreach(directory IN LISTS includes)
    if(IS_DIRECTORY "${directory}"
        AND NOT directory IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
      list(APPEND caf_cflags "-I${directory}")
    endif()
  endforeach()
  get_target_property(type CAF::core TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    get_target_property(location CAF::core LOCATION)
    cmake_path(GET location PARENT_PATH directory)
    if(NOT directory IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
      list(PREPEND caf_libs "-L${directory}")
    endif()
  endif()
  libsync_pkg_config(actors libsync-actors "${PROJECT_DESCRIPTION}: servers and clients, on CAF"
    REQUIRES "libsync = ${PROJECT_VERSION}" CFLAGS ${caf_cflags} LIBS ${caf_libs})
  libsync_pkg_config(actors_testing libsync-actors-testing
    "${PROJECT_DESCRIPTION}: servers and clients in tests"
    REQUIRES "libsync-testing = ${PROJECT_VERSION}" "libsync-actors = ${PROJECT_VERSION}")
  libsync_pkg_config(load libsync-load "${PROJECT_DESCRIPTION}: measuring your own data"
    REQUIRES "libsync-testing = ${PROJECT_VERSION}" "libsync-actors = ${PROJECT_VERSION}")
endif()
if(LIBSYNC_WITH_JSON)
  libsync_pkg_config(json libsync-json "${PROJECT_DESCRIPTION}: JSON text of values"
    REQUIRES "libsync = ${PROJECT_VERSION}" nlohmann_json)
endif()
if(LIBSYNC_WITH_SQLITE)
  libsync_pkg_config(sqlite libsync-sqlite "${PROJECT_DESCRIPTION}: kept in files of SQLite's"
    REQUIRES "libsync-json = ${PROJECT_VERSION}" sqlite3)
endif()
if(LIBSYNC_WITH_REDIS)
  libsync_pkg_config(redis libsync-redis "${PROJECT_DESCRIPTION}: kept in a Redis"
    REQUIRES "libsync-json = ${PROJECT_VERSION}" hiredis LIBS -pthread)
endif()

if(LIBSYNC_WITH_NETWORK)
  libsync_pkg_config(network libsync-network
    "${PROJECT_DESCRIPTION}: servers of other processes"
    REQUIRES "libsync-actors = ${PROJECT_VERSION}" openssl LIBS -lcaf_io)
endif()

install(FILES README.md CHANGELOG.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}")
