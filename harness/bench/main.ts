/** npm run bench [-- NAME...]: prints figures, where there is a peer as ratios to it in the same run. Benchmarks are no tests. */
import { benchDisk } from './disk.ts';
import { benchJudge } from './judge.ts';
import { benchLink } from './link.ts';
import { benchModel } from './model.ts';
import { benchPoll } from './poll.ts';
import { benchRun } from './run.ts';

const BENCHES: Record<string, () => void | Promise<void>> = { judge: benchJudge, disk: benchDisk, link: benchLink, model: benchModel, poll: benchPoll, run: benchRun };

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  const bench = BENCHES[name];
  if (!bench) {
    console.error(`no benchmark ${name}; there are ${Object.keys(BENCHES).join(', ')}`);
    process.exit(4);
  }
  await bench();
}
