import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ProcessFamily, isLiving, seesProcesses } from './process-family.ts';
import { MARK, RunMark, carriedBy, harnessOf, startMarked, type ProcessMark } from './process-mark.ts';

/** Starts a shell as a node is started. Its last line of output is a process id. */
async function start(mark: ProcessMark, script: string) {
  const child = startMarked(mark, () => spawn('sh', ['-c', script], { detached: true, env: { PATH: process.env.PATH, [MARK]: mark.text }, stdio: ['ignore', 'pipe', 'inherit'] }));
  onTestFinished(() => void child.kill('SIGKILL'));
  const family = new ProcessFamily(mark);
  family.adopt(child.pid!);
  const said = String((await once(child.stdout!, 'data'))[0]);
  const pid = Number(said.trim().split('\n').at(-1));
  onTestFinished(() => {
    if (isLiving(pid)) process.kill(pid, 'SIGKILL');
  });
  return { child, family, pid };
}

const ESCAPES: [name: string, script: string][] = [
  ['a child', 'sleep 1000 & echo $!; wait'],
  ['a session of its own', 'setsid sh -c \'echo $$; exec sleep 1000\' & wait'],
  ['a session of its own and no parent', '(setsid sh -c \'echo $$; exec sleep 1000\' &) ; sleep 1000'],
  ['a session of its own, no parent and an empty environment', '(env -i setsid sh -c \'echo $$; exec sleep 1000\' &) ; sleep 1000'],
  ['a grandchild of one that has emptied its environment', '(env -i setsid sh -c \'(setsid sh -c "echo \\$\\$; exec sleep 1000" &)\') ; sleep 1000'],
];

test.skipIf(!seesProcesses).each(ESCAPES)('%s belongs to the family, and dies with it', async (_, script) => {
  const { family, pid } = await start(new RunMark().of('gateway'), script);
  await vi.waitFor(() => expect(family.living().map((it) => it.pid)).toContain(pid));
  family.signal('SIGKILL');
  await vi.waitFor(() => expect(family.alive()).toBe(false));
  expect(isLiving(pid)).toBe(false);
});

test.skipIf(!seesProcesses)('one that emptied its environment is found where there is no prlimit, if it has a parent or a session of the family', async () => {
  const mark = { ...new RunMark().of('gateway'), limit: undefined };
  const { family, pid } = await start(mark, 'env -i sh -c \'echo $$; exec sleep 1000\' & wait');
  expect(carriedBy(pid)).toEqual({});
  expect(family.living().map((it) => it.pid)).toContain(pid);
  family.signal('SIGKILL');
});

test.skipIf(!seesProcesses)('families of one run and of runs side by side do not touch each other; the run is all of them', async () => {
  const [one, other] = [new RunMark(), new RunMark()];
  const daemon = '(env -i setsid sh -c \'echo $$; exec sleep 1000\' &) ; sleep 1000';
  const [a, b, c] = [await start(one.of('a'), daemon), await start(one.of('b'), daemon), await start(other.of('a'), daemon)];
  const daemons = () => [a, b, c].map(({ pid }) => isLiving(pid));
  const whole = new ProcessFamily(new RunMark(one.text));
  expect(whole.living().map(({ pid }) => pid)).toEqual(expect.arrayContaining([a.pid, b.pid]));
  a.family.signal('SIGKILL');
  await vi.waitFor(() => expect(daemons()).toEqual([false, true, true]));
  whole.signal('SIGKILL');
  await vi.waitFor(() => expect(daemons()).toEqual([false, false, true]));
  expect(c.family.living()).toHaveLength(3);
  c.family.signal('SIGKILL');
});

test.skipIf(!seesProcesses)('whoever is started afterwards carries no mark, and the harness is never one of the family', async () => {
  const mark = new RunMark().of('gateway');
  startMarked(mark, () => undefined);
  const bystander = spawn('sleep', ['1000'], { env: {} });
  onTestFinished(() => void bystander.kill('SIGKILL'));
  expect(carriedBy(bystander.pid!)).toEqual({});
  expect(new ProcessFamily(mark).living()).toEqual([]);
  const ourselves = startMarked(mark, () => new ProcessFamily(mark).living());
  expect(ourselves).toEqual([]);
});

test('the harness can be told from either mark', () => {
  const { text, limit } = new RunMark().of('gateway');
  expect([harnessOf({ text }), harnessOf({ limit }), harnessOf({}), harnessOf({ limit: 200_000n })]).toEqual([process.pid, process.pid, undefined, undefined]);
});
