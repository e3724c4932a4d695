/// Programs in processes of their own, for work on bytes that nobody vouches for.
///
/// One call starts the program, takes in its output while it runs, and ends only when the process is gone and reaped: there is no handle
/// to lose. The calling thread waits in `poll`, so a time-out and a cancellation are just two more events.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "CMedia.h"

extern char **environ;

enum {
  FIRST_OWN_DESCRIPTOR = 10,  ///< Above all that a child is given, so that giving one never overwrites another.
  LONGEST_WAIT = 20,          ///< Milliseconds between two looks at a child that has closed its output.
};

typedef struct {
  int here;
  int there;
} channel;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void close_open(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

/// A pipe whose both ends are closed in other programs.
static bool open_channel(channel *made) {
  int ends[2];
#ifdef __APPLE__
  if (pipe(ends) != 0) return false;
#else
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
#endif
  made->here = fcntl(ends[0], F_DUPFD_CLOEXEC, FIRST_OWN_DESCRIPTOR);
  made->there = made->here < 0 ? -1 : fcntl(ends[1], F_DUPFD_CLOEXEC, FIRST_OWN_DESCRIPTOR);
  int error = errno;
  close(ends[0]);
  close(ends[1]);
  errno = error;
  return made->there >= 0;
}

/// The signals that this process may ignore or block act in the child as usual.
static int reset_signals(posix_spawnattr_t *attributes) {
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  const int signals[] = {SIGPIPE, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD, SIGXCPU};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaddset(&usual, signals[i]);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#ifdef __APPLE__
  flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
  int error = posix_spawnattr_setsigmask(attributes, &none);
  if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &usual);
  if (error == 0) error = posix_spawnattr_setflags(attributes, flags);
  return error;
}

/// What the child finds open: nothing to read, the two channels to write to, the document; no more.
static int give_descriptors(posix_spawn_file_actions_t *actions, int document, int output, int message) {
  int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
  if (error == 0) error = posix_spawn_file_actions_adddup2(actions, message, STDERR_FILENO);
  if (error == 0) error = posix_spawn_file_actions_adddup2(actions, document, SL_CHILD_DOCUMENT);
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, SL_CHILD_DOCUMENT + 1);
#endif
  return error;
}

/// An errno, or 0.
static int start(char *const *arguments, int document, int output, int message, pid_t *child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    error = give_descriptors(&actions, document, output, message);
    if (error == 0) error = reset_signals(&attributes);
    if (error == 0) error = posix_spawn(child, arguments[0], &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Takes in what has come; false where there was more than room for it. Closes the channel at its end.
static bool take_output(int *from, uint8_t *output, size_t capacity, size_t *count) {
  uint8_t spare;
  bool is_full = *count == capacity;
  ssize_t step = is_full ? read(*from, &spare, 1) : read(*from, output + *count, capacity - *count);
  if (step == 0 || (step < 0 && errno != EINTR && errno != EAGAIN)) close_open(from);
  if (step > 0 && is_full) return false;
  if (step > 0) *count += (size_t)step;
  return true;
}

/// Keeps the last part of what has come.
static void take_message(int *from, sl_child_result *result) {
  size_t half = sizeof result->message / 2;
  if (result->message_count == sizeof result->message) {
    memmove(result->message, result->message + half, half);
    result->message_count = half;
  }
  ssize_t step = read(*from, result->message + result->message_count, sizeof result->message - result->message_count);
  if (step == 0 || (step < 0 && errno != EINTR && errno != EAGAIN)) close_open(from);
  if (step > 0) result->message_count += (size_t)step;
}

static int milliseconds_until(double deadline) {
  double left = (deadline - now()) * 1e3;
  return left <= 0 ? 0 : left > 1e9 ? 1000000000 : (int)left + 1;
}

/// Until the child has closed both channels, or must be stopped. Leaves SL_CHILD_EXITED where it need not.
static sl_child_end listen_to(channel *output, channel *message, int cancellation, double deadline, uint8_t *bytes, size_t capacity,
    sl_child_result *result) {
  while (output->here >= 0 || message->here >= 0) {
    struct pollfd events[] = {{output->here, POLLIN, 0}, {message->here, POLLIN, 0}, {cancellation, POLLIN, 0}};
    int ready = poll(events, 3, milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR && errno != EAGAIN) {
      result->code = errno;
      return SL_CHILD_FAILED;
    }
    if (ready > 0 && events[2].revents != 0) return SL_CHILD_CANCELLED;
    if (now() >= deadline) return SL_CHILD_TIMED_OUT;
    if (ready <= 0) continue;
    if (events[1].revents != 0) take_message(&message->here, result);
    if (events[0].revents != 0 && !take_output(&output->here, bytes, capacity, &result->output_count)) return SL_CHILD_TOO_LONG;
  }
  return SL_CHILD_EXITED;
}

/// Reaps the child, which may still have to be stopped.
static void reap(pid_t child, int cancellation, double deadline, sl_child_result *result) {
  int status = 0;
  struct rusage usage = {0};
  bool is_stopped = result->end != SL_CHILD_EXITED;
  if (is_stopped) kill(child, SIGKILL);
  for (int wait = 1;; wait = wait < LONGEST_WAIT ? wait * 2 : LONGEST_WAIT) {
    pid_t reaped = wait4(child, &status, is_stopped ? 0 : WNOHANG, &usage);
    if (reaped == child) break;
    if (reaped < 0 && errno != EINTR) {  // Somebody else has taken the status of our child; it is gone.
      result->end = SL_CHILD_FAILED;
      result->code = errno;
      return;
    }
    if (is_stopped) continue;
    struct pollfd event = {cancellation, POLLIN, 0};
    if (poll(&event, 1, wait) > 0) {
      result->end = SL_CHILD_CANCELLED;
    } else if (now() >= deadline) {
      result->end = SL_CHILD_TIMED_OUT;
    } else {
      continue;
    }
    is_stopped = true;
    kill(child, SIGKILL);
  }
  result->processor_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                              (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
  if (result->end != SL_CHILD_EXITED) return;
  result->end = WIFSIGNALED(status) ? SL_CHILD_SIGNALLED : SL_CHILD_EXITED;
  result->code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

void sl_child_run(char *const *arguments, int document, int cancellation, double seconds, uint8_t *output, size_t capacity,
    sl_child_result *result) {
  *result = (sl_child_result){.end = SL_CHILD_FAILED};
  double deadline = now() + seconds;
  channel out = {-1, -1}, message = {-1, -1};
  pid_t child = -1;
  int given = fcntl(document, F_DUPFD_CLOEXEC, FIRST_OWN_DESCRIPTOR);
  if (given < 0 || !open_channel(&out) || !open_channel(&message)) {
    result->code = errno;
  } else {
    result->code = start(arguments, given, out.there, message.there, &child);
  }
  close_open(&given);
  close_open(&out.there);
  close_open(&message.there);
  if (child > 0 && result->code == 0) {
    result->end = listen_to(&out, &message, cancellation, deadline, output, capacity, result);
    // A child that still writes is killed, never waited for with its pipe full.
    reap(child, cancellation, deadline, result);
  }
  close_open(&out.here);
  close_open(&message.here);
}
