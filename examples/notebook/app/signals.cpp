#include "notebook/app/signals.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <system_error>

namespace notebook_example {

stop_signals::stop_signals() {
  sigset_t taken;
  sigemptyset(&taken);
  for (const int one : {SIGTERM, SIGHUP, SIGINT}) {
    struct sigaction now {};
    // A signal that is blocked stays pending even if it is ignored, and would be taken.
    if (::sigaction(one, nullptr, &now) == 0 && now.sa_handler != SIG_IGN)
      sigaddset(&taken, one);
  }
  if (const int failed = ::pthread_sigmask(SIG_BLOCK, &taken, &before_); failed != 0)
    throw std::system_error(failed, std::generic_category(), "signals cannot be blocked");
  signals_ = ::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals_ < 0)
    throw std::system_error(errno, std::generic_category(), "signals cannot be read");
}

stop_signals::~stop_signals() {
  ::close(signals_);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int stop_signals::take() const {
  signalfd_siginfo about{};
  return ::read(signals_, &about, sizeof about) == sizeof about ? static_cast<int>(about.ssi_signo)
                                                                : 0;
}

int stop_signals::wait_for_input(int file) const {
  pollfd both[] = {{signals_, POLLIN, 0}, {file, POLLIN, 0}};
  while (::poll(both, 2, -1) < 0 && errno == EINTR)
    continue;
  return take();
}

bool is_hung_up(int terminal) {
  pollfd one{terminal, 0, 0};
  return ::poll(&one, 1, 0) > 0 && (one.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

const char* name_of_signal(int number) {
  return number == SIGTERM ? "SIGTERM" : number == SIGHUP ? "SIGHUP" : "SIGINT";
}

} // namespace notebook_example
