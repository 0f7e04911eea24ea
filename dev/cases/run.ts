import { parseArgs } from 'node:util';
import { readCases } from './case.ts';
import { inLanes } from './lanes.ts';
import { tableOf, tally } from './table.ts';
import { tryCase } from './try-case.ts';

const USAGE = `npm run cases -- [--only NAME]... [--lanes 4] [--keep FOLDER]

Runs every case of dev/cases/expectations.yaml and prints what version 0.1.0 said, what is right, and what is said now.
  --only NAME    this case, or all whose names begin with it; may be repeated
  --lanes N      so many at a time
  --keep FOLDER  keeps the files and the runs of each case there
Exit code: 0 if every case that was run is right, 1 if one is not, 4 for a mistake on the command line.`;

function options() {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, lanes: { type: 'string', default: '4' }, keep: { type: 'string' }, help: { type: 'boolean' } } });
    const { only = [], lanes, keep, help } = values;
    if (help) return undefined;
    if (!/^[1-9]\d?$/.test(lanes)) throw new Error(`--lanes: expected a number from 1 to 99, found ${lanes}`);
    const all = readCases();
    const chosen = only.length === 0 ? all : all.filter((it) => only.some((name) => it.case === name || it.case.startsWith(name)));
    if (chosen.length === 0) throw new Error(`--only: no case begins with ${only.join(', ')}; there are ${all.map((it) => it.case).join(', ')}`);
    return { chosen, lanes: Number(lanes), keep };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(4);
  }
}

const wanted = options();
if (!wanted) {
  console.log(USAGE);
  process.exit(0);
}
const tried = await inLanes(wanted.chosen, wanted.lanes, async (it) => {
  const done = await tryCase(it, wanted.keep);
  console.error(`${{ right: '✓', wrong: '✗', 'not-yet': '-', 'cannot-here': '-' }[done.state]} ${it.case}: ${done.now}${done.why.map((why) => `\n    ${why}`).join('')}`);
  return done;
});
console.log(`${tableOf(tried)}\n\n${tally(tried)}`);
process.exit(tried.some(({ state }) => state === 'wrong') ? 1 : 0);
