#pragma once

/// What benchmarks say to CAF itself and what its versions spell differently. Everything else they
/// say as in 0.17, which later versions still take, so that each version does the same work. This
/// header names nothing of libsync's, because programs by CAF alone include it too.

#include <cstddef>
#include <string>

#include <caf/all.hpp>

#if CAF_MAJOR_VERSION == 0 && CAF_MINOR_VERSION < 18

namespace bench {

template <class... Inputs>
using reacts = caf::reacts_to<Inputs...>;

template <class Result, class... Inputs>
using replies = typename caf::replies_to<Inputs...>::template with<Result>;

/// Chooses how workers share the work: "sharing" or "stealing".
inline void set_policy(caf::actor_system_config& config, const std::string& name) {
  config.set("scheduler.policy", caf::atom_from_string(name));
}
inline void set_workers(caf::actor_system_config& config, std::size_t count) {
  config.set("scheduler.max-threads", count);
}

} // namespace bench

#define BENCH_BEGIN_MESSAGES(block, first) static_assert(true)
#define BENCH_ATOM(name)                                                                           \
  namespace bench {                                                                                \
  using name##_atom = caf::atom_constant<caf::atom(#name)>;                                        \
  inline constexpr name##_atom name##_atom_v{};                                                    \
  }                                                                                                \
  static_assert(true)
#define BENCH_TYPE(block, type) static_assert(true)
#define BENCH_END_MESSAGES(block) static_assert(true)

#else

#include <caf/init_global_meta_objects.hpp>

namespace bench {

template <class... Inputs>
using reacts = caf::result<void>(Inputs...);

template <class Result, class... Inputs>
using replies = caf::result<Result>(Inputs...);

inline void set_policy(caf::actor_system_config& config, const std::string& name) {
  config.set("caf.scheduler.policy", name);
}
inline void set_workers(caf::actor_system_config& config, std::size_t count) {
  config.set("caf.scheduler.max-threads", count);
}

} // namespace bench

// From here on CAF numbers the types in messages, in blocks, and is told of each before `main`.
#define BENCH_BEGIN_MESSAGES(block, first)                                                         \
  CAF_BEGIN_TYPE_ID_BLOCK(block, first)                                                            \
  static_assert(true)
#define BENCH_ATOM(name)                                                                           \
  CAF_ADD_ATOM(bench_atoms, bench, name##_atom)                                                    \
  static_assert(true)
#define BENCH_TYPE(block, type)                                                                    \
  CAF_ADD_TYPE_ID(block, (type))                                                                   \
  static_assert(true)
#define BENCH_END_MESSAGES(block)                                                                  \
  CAF_END_TYPE_ID_BLOCK(block)                                                                     \
  inline const bool block##_are_known =                                                            \
      (caf::core::init_global_meta_objects(),                                                      \
       caf::init_global_meta_objects<caf::id_block::block>(), true)

#endif

// A message's first part: the type bench::NAME_atom and the value bench::NAME_atom_v.
BENCH_BEGIN_MESSAGES(bench_atoms, 1300);
BENCH_ATOM(changed);
BENCH_ATOM(go);
BENCH_ATOM(join);
BENCH_ATOM(submit);
BENCH_ATOM(wait);
BENCH_END_MESSAGES(bench_atoms);

namespace bench {

/// The state of a stateful actor.
template <class Actor>
auto& state_of(Actor* self) {
#if CAF_MAJOR_VERSION == 0
  return self->state;
#else
  return self->state();
#endif
}

} // namespace bench
