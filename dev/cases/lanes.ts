/** Does all jobs, so many at a time, the first ones first. The results are in the order of the jobs. */
export async function inLanes<Job, Done>(jobs: readonly Job[], lanes: number, work: (job: Job) => Promise<Done>): Promise<Done[]> {
  const done: Done[] = [];
  let next = 0;
  const lane = async () => {
    while (next < jobs.length) {
      const mine = next++;
      done[mine] = await work(jobs[mine]!);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
}
