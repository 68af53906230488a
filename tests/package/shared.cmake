# Builds shared libraries: that of the actors, whose types have other numbers than usual, and that
# of SQLite if `sqlite` is set. Installs them, and builds and runs programs outside the tree against
# that.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

# Many sources at once and nothing optimized, since only the linking is tested.
run(${configure} -S ${source} -B ${scratch}/tree
  -D BUILD_SHARED_LIBS=ON -D CMAKE_UNITY_BUILD=ON -D CMAKE_BUILD_TYPE=None
  -D LIBSYNC_FIRST_TYPE_ID=2000 -D LIBSYNC_ACTORS=ON -D LIBSYNC_JSON=${sqlite}
  -D LIBSYNC_SQLITE=${sqlite} -D LIBSYNC_REDIS=OFF -D LIBSYNC_NETWORK=OFF
  -D LIBSYNC_TESTS=OFF -D LIBSYNC_EXAMPLES=OFF -D LIBSYNC_BENCHMARKS=OFF)
run(${CMAKE_COMMAND} --build ${scratch}/tree)
run(${CMAKE_COMMAND} --install ${scratch}/tree --prefix ${scratch}/prefix)
set(components actors)
set(programs main caf)
if(sqlite)
  list(APPEND components sqlite)
  list(APPEND programs kept)
endif()
foreach(component IN LISTS components)
  file(GLOB_RECURSE library ${scratch}/prefix/*/libsync_${component}.so)
  if(NOT library)
    message(FATAL_ERROR "no shared library is installed: ${component}")
  endif()
endforeach()
# Nothing may be found where it was built.
file(REMOVE_RECURSE ${scratch}/tree)

# Programs that hide what they do not name share the variables of threads with the library all the
# same, and take the numbers of its types from the package: or messages of theirs were misread.
set(build ${scratch}/build)
list(JOIN components "\\;" components)
run(${configure} -S ${CMAKE_CURRENT_LIST_DIR} -B ${build} "-Dcomponents=${components}"
  -D CMAKE_PREFIX_PATH=${scratch}/prefix
  -D CMAKE_CXX_VISIBILITY_PRESET=hidden -D CMAKE_VISIBILITY_INLINES_HIDDEN=ON)
run(${CMAKE_COMMAND} --build ${build} --target ${programs})
run_prints("${printed_by_main}" ${build}/main)
run_prints("7\n" ${build}/caf)
if(sqlite)
  run_prints("1 2\n" ${build}/kept ${scratch}/kept.db)
endif()

# pkg-config tells the same.
if(NOT pkg_config)
  return()
endif()
ask_pkg_config(compiled ${scratch}/prefix --cflags libsync-actors)
if(NOT "-DLIBSYNC_FIRST_TYPE_ID=2000" IN_LIST compiled)
  message(FATAL_ERROR "libsync-actors.pc does not tell the number of the first type: ${compiled}")
endif()
separate_arguments(flags UNIX_COMMAND "${flags}")
ask_pkg_config(linked ${scratch}/prefix --libs libsync-actors)
file(GLOB_RECURSE object ${build}/*/main.cpp.o)
run(${compiler} ${flags} ${object} -o ${scratch}/main ${linked})
run_prints("${printed_by_main}" ${scratch}/main)
