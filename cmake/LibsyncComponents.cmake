# How libraries are added: each is a component that users name libsync::NAME, both in this tree and
# after `find_package(libsync COMPONENTS NAME)`. Its target is libsync_NAME, which collides with no
# target of a project that includes this one.

# Offers the choice LIBSYNC_NAME, and sets LIBSYNC_WITH_NAME where the component can be built.
#   libsync_optional_component(NAME NEEDS PACKAGE [AND COMPONENT])
macro(libsync_optional_component name needs package)
  string(TOUPPER ${name} libsync_upper)
  set(LIBSYNC_${libsync_upper} AUTO CACHE STRING
    "Build the component ${name}: ON, OFF, or AUTO, which means if ${package} is found")
  set_property(CACHE LIBSYNC_${libsync_upper} PROPERTY STRINGS AUTO ON OFF)
  set(LIBSYNC_WITH_${libsync_upper} OFF)
  if(LIBSYNC_${libsync_upper})
    find_package(${package} QUIET)
    set(libsync_base "${ARGN}")
    list(POP_FRONT libsync_base)
    string(TOUPPER "${libsync_base}" libsync_base_upper)
    if(libsync_base AND NOT LIBSYNC_WITH_${libsync_base_upper})
      if(NOT LIBSYNC_${libsync_upper} STREQUAL "AUTO")
        message(FATAL_ERROR "libsync: the component ${name} needs the component ${libsync_base}, "
          "which is left out. Set LIBSYNC_${libsync_base_upper} to ON, "
          "or LIBSYNC_${libsync_upper} to OFF.")
      endif()
      message(STATUS
        "libsync: the component ${name} is left out, since the component ${libsync_base} is")
    elseif(${package}_FOUND)
      set(LIBSYNC_WITH_${libsync_upper} ON)
    elseif(LIBSYNC_${libsync_upper} STREQUAL "AUTO")
      message(STATUS "libsync: the component ${name} is left out, since ${package} is not found")
    else()
      message(FATAL_ERROR "libsync: the component ${name} needs ${package}, which is not found. "
        "Install it, add its prefix to CMAKE_PREFIX_PATH, or set LIBSYNC_${libsync_upper} to OFF.")
    endif()
  endif()
endmacro()

# Adds the component of the directory: the headers below include/, and the sources, if it has any.
# Headers of OPTIONAL include what the component itself does not need, so they are installed, but do
# not have to stand alone. That those below detail/ stand alone, too, is proven if
# LIBSYNC_VERIFY_INTERNAL is set: they are many, and only this tree includes them.
#   libsync_component(NAME [SOURCES FILE...] [LINK TARGET...] [OPTIONAL HEADER...])
function(libsync_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;OPTIONAL")
  set(target libsync_${name})
  if(arg_SOURCES)
    set(scope PUBLIC)
    add_library(${target} ${arg_SOURCES}) # static or shared, as BUILD_SHARED_LIBS says
    set_target_properties(${target} PROPERTIES
      OUTPUT_NAME sync_${name} # libsync_NAME.so
      VERSION ${PROJECT_VERSION}
      SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
      POSITION_INDEPENDENT_CODE ON
      # A program that names no function of CAF's may not look for CAF: the library finds it itself.
      INSTALL_RPATH_USE_LINK_PATH ON)
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(libsync::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_link_libraries(${target} ${scope} ${arg_LINK})
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/libsync/*.hpp)
  list(TRANSFORM arg_OPTIONAL PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/include/")
  if(arg_OPTIONAL)
    list(REMOVE_ITEM headers ${arg_OPTIONAL})
  endif()
  set(internal ${headers})
  list(FILTER internal INCLUDE REGEX "/detail/")
  list(FILTER headers EXCLUDE REGEX "/detail/")
  target_sources(${target} ${scope}
    FILE_SET HEADERS BASE_DIRS include FILES ${headers}
    FILE_SET internal TYPE HEADERS BASE_DIRS include FILES ${internal}
    FILE_SET optional TYPE HEADERS BASE_DIRS include FILES ${arg_OPTIONAL})
  set(alone HEADERS)
  if(LIBSYNC_VERIFY_INTERNAL)
    list(APPEND alone internal)
  endif()
  set_target_properties(${target} PROPERTIES INTERFACE_HEADER_SETS_TO_VERIFY "${alone}")
endfunction()
