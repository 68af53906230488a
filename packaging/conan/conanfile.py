"""Recipe for Conan 2, used from a checkout: conan create packaging/conan"""

import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir

required_conan_version = ">=2.0"


class LibsyncConan(ConanFile):
    name = "libsync"
    description = "State shared by many concurrent clients inside one process"
    license = "MIT"
    package_type = "library"
    topics = ("actors", "state", "operational-transformation")
    settings = "os", "arch", "compiler", "build_type"
    # Off, because a recipe of the version of CAF that libsync was tested with may have to be made.
    # It, what is built on it, and sqlite and redis, which need json, are all that is compiled:
    # without them the package consists of headers, and the options shared and fPIC are gone.
    options = {"actors": [True, False], "json": [True, False], "sqlite": [True, False],
               "redis": [True, False], "network": [True, False],
               "shared": [True, False], "fPIC": [True, False]}
    default_options = {"actors": False, "json": True, "sqlite": False,
                       "redis": False, "network": False, "shared": False, "fPIC": True}

    def _checkout(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._checkout(), "CMakeLists.txt"))
        self.version = re.search(r"project\(libsync VERSION ([\d.]+)", text).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "*.md", "LICENSE", "cmake/*", "docs/*", "libsync/*",
                        "testing/*", "actors/*", "json/*", "sqlite/*", "redis/*",
                        "network/*", "tools/*"):
            copy(self, pattern, src=self._checkout(), dst=self.export_sources_folder,
                 excludes=("build/*", "tests/*", "examples/*", "benchmarks/*"))

    def configure(self):
        compiled = self.options.actors or self.options.sqlite or self.options.redis
        if not compiled or self.options.shared:
            self.options.rm_safe("fPIC")
        if not compiled:
            self.options.rm_safe("shared")
            self.package_type = "header-library"

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        if self.options.actors:
            self.requires("caf/0.17.6", transitive_headers=True, transitive_libs=True)
        if self.options.json:
            self.requires("nlohmann_json/3.11.2", transitive_headers=True)
        if self.options.sqlite:
            self.requires("sqlite3/3.45.3")
        if self.options.redis:
            self.requires("hiredis/1.2.0")
        if self.options.network:
            self.requires("openssl/3.2.2")

    def validate(self):
        check_min_cppstd(self, 20)
        for name in ("sqlite", "redis"):
            if self.options.get_safe(name) and not self.options.json:
                raise ConanInvalidConfiguration(f"the option {name} needs the option json")
        if self.options.network and not self.options.actors:
            raise ConanInvalidConfiguration("the option network needs the option actors")

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["LIBSYNC_ACTORS"] = bool(self.options.actors)
        toolchain.cache_variables["LIBSYNC_JSON"] = bool(self.options.json)
        toolchain.cache_variables["LIBSYNC_SQLITE"] = bool(self.options.sqlite)
        toolchain.cache_variables["LIBSYNC_REDIS"] = bool(self.options.redis)
        toolchain.cache_variables["LIBSYNC_NETWORK"] = bool(self.options.network)
        for part in ("TESTS", "EXAMPLES", "BENCHMARKS"):
            toolchain.cache_variables[f"LIBSYNC_{part}"] = False
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", src=self.source_folder,
             dst=os.path.join(self.package_folder, "licenses"))
        # Conan writes its own files for CMake and pkg-config.
        for folder in (("share",), ("lib", "cmake"), ("lib", "pkgconfig")):
            rmdir(self, os.path.join(self.package_folder, *folder))

    def package_id(self):
        options = self.info.options
        if not options.actors and not options.sqlite and not options.redis:
            self.info.settings.clear()  # headers only

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "libsync")
        needed = {"libsync": [], "testing": ["libsync"]}
        if self.options.actors:
            needed["actors"] = ["libsync", "caf::caf_core"]
            needed["actors_testing"] = ["testing", "actors"]
            needed["load"] = ["testing", "actors"]
        if self.options.json:
            needed["json"] = ["libsync", "nlohmann_json::nlohmann_json"]
        if self.options.sqlite:
            needed["sqlite"] = ["json", "sqlite3::sqlite"]
        if self.options.redis:
            needed["redis"] = ["json", "hiredis::hiredis"]
        if self.options.network:
            needed["network"] = ["actors", "caf::caf_io", "openssl::ssl"]
        for name, requires in needed.items():
            component = self.cpp_info.components[name]
            component.bindirs = []
            compiled = name.startswith("actors") or name in ("load", "sqlite", "redis", "network")
            component.libdirs = ["lib"] if compiled else []
            component.libs = [f"sync_{name}"] if compiled else []
            component.requires = requires
            component.set_property("cmake_target_name", f"libsync::{name}")
            of_pkg_config = "libsync" if name == "libsync" else f"libsync-{name}"
            component.set_property("pkg_config_name", of_pkg_config.replace("_", "-"))
