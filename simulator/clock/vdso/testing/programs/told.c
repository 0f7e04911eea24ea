// Prints what every way to ask for the wall clock says: seconds, or BAD where they disagree.
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  for (;;) {
    struct timespec now, coarse;
    struct timeval day;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_REALTIME_COARSE, &coarse);
    gettimeofday(&day, 0);
    time_t whole = time(0);
    double seconds = now.tv_sec + now.tv_nsec / 1e9;
    double others[] = {coarse.tv_sec + coarse.tv_nsec / 1e9, day.tv_sec + day.tv_usec / 1e6, whole + 0.5};
    int bad = 0;
    for (int i = 0; i < 3; i++) bad |= others[i] - seconds > (i == 2 ? 0.7 : 0.1) || seconds - others[i] > (i == 2 ? 0.7 : 0.1);
    printf(bad ? "BAD\n" : "%.6f\n", seconds);
    usleep(20000);
  }
}
