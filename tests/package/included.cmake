# Builds a project that includes libsync by add_subdirectory, or by FetchContent.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
# Many sources at once, since that takes less time.
foreach(fetch OFF ON)
  run(${configure} -S ${CMAKE_CURRENT_LIST_DIR}/included -B ${scratch}/${fetch}
    -D libsync=${source} -D fetch=${fetch} -D CMAKE_UNITY_BUILD=ON)
endforeach()
run(${CMAKE_COMMAND} --build ${scratch}/OFF)
run_prints("1 2\n" ${scratch}/OFF/values)
run_prints("${printed_by_main}" ${scratch}/OFF/linked)

# Nobody asked to install libsync with it.
run(${CMAKE_COMMAND} --install ${scratch}/OFF --prefix ${scratch}/prefix)
file(GLOB installed ${scratch}/prefix/*)
if(installed)
  message(FATAL_ERROR "installed with the including project: ${installed}")
endif()
