# What `cmake --install` puts where, so that find_package(libsync) works.

include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/libsync")

install(TARGETS libsync actors EXPORT libsync FILE_SET HEADERS)
install(EXPORT libsync NAMESPACE libsync:: DESTINATION "${package_dir}" FILE libsync-targets.cmake)
if(TARGET json)
  install(TARGETS json EXPORT libsync-json FILE_SET HEADERS)
  install(EXPORT libsync-json NAMESPACE libsync:: DESTINATION "${package_dir}"
    FILE libsync-json-targets.cmake)
endif()
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/libsync-config.cmake.in"
  "${PROJECT_BINARY_DIR}/libsync-config.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/libsync-config-version.cmake"
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES
  "${PROJECT_BINARY_DIR}/libsync-config.cmake"
  "${PROJECT_BINARY_DIR}/libsync-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/FindCAF.cmake"
  DESTINATION "${package_dir}")
