# A port for vcpkg, used from a checkout:
#   vcpkg install 'libsync[json]' --overlay-ports=packaging/vcpkg
# The feature actors needs one of the versions of CAF that libsync was tested with.

cmake_path(SET SOURCE_PATH NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../..")
if(NOT "actors" IN_LIST FEATURES AND NOT "sqlite" IN_LIST FEATURES
    AND NOT "redis" IN_LIST FEATURES)
  set(VCPKG_BUILD_TYPE release) # headers only
endif()

vcpkg_check_features(OUT_FEATURE_OPTIONS features
  FEATURES
    actors LIBSYNC_ACTORS
    json LIBSYNC_JSON
    network LIBSYNC_NETWORK
    redis LIBSYNC_REDIS
    sqlite LIBSYNC_SQLITE)
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS ${features} -DLIBSYNC_TESTS=OFF -DLIBSYNC_EXAMPLES=OFF -DLIBSYNC_BENCHMARKS=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/libsync)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
