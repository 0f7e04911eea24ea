import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { startRunClock } from '../../simulator/run-clock.ts';
import { MemoryRecorder } from '../../simulator/testing/memory-recorder.ts';
import { HostWatch } from './host-watch.ts';

function spin(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test('a process that was busy for too long to take its turn records from when to when it stood still', async () => {
  const recorder = new MemoryRecorder();
  const clock = startRunClock();
  using watching = new DisposableStack();
  watching.use(new HostWatch(clock, recorder));
  await vi.waitFor(() => expect(clock.nowMicros()).toBeGreaterThan(60_000));
  const fromMicros = clock.nowMicros();
  spin(300);
  const toMicros = clock.nowMicros();
  await vi.waitFor(() => expect(recorder.eventsOf('host-stall').some((stall) => stall.fromMicros <= fromMicros && stall.atMicros >= toMicros)).toBe(true));
});

test('a process that was stopped by a signal records it', { timeout: 20_000 }, async () => {
  const program = `
    import { HostWatch } from ${JSON.stringify(new URL('./host-watch.ts', import.meta.url).href)};
    import { startRunClock } from ${JSON.stringify(new URL('../../simulator/run-clock.ts', import.meta.url).href)};
    new HostWatch(startRunClock(), { event: (event) => event.kind === 'host-stall' && console.log(event.atMicros - event.fromMicros) });
    console.log('watching');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const said: string[] = [];
    child.stdout.on('data', (chunk) => said.push(...String(chunk).trim().split('\n')));
    await vi.waitFor(() => expect(said).toContain('watching'), { timeout: 10_000 });
    child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGCONT');
    await vi.waitFor(() => expect(Math.max(0, ...said.map(Number).filter(Number.isFinite))).toBeGreaterThan(800_000), { timeout: 5000 });
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test('one that comes late again and again records by how much, though it never stands still for long', async () => {
  const recorder = new MemoryRecorder();
  using watching = new DisposableStack();
  watching.use(new HostWatch(startRunClock(), recorder));
  const burner = setInterval(() => spin(40), 1);
  try {
    await vi.waitFor(() => expect(recorder.eventsOf('host-starved').length).toBeGreaterThan(0), { timeout: 5000 });
  } finally {
    clearInterval(burner);
  }
  const { atMicros, fromMicros, lateMicros } = recorder.eventsOf('host-starved')[0]!;
  expect(lateMicros).toBeGreaterThan((atMicros - fromMicros) / 4);
  expect(lateMicros).toBeLessThan(atMicros - fromMicros);
});

test.for([3600e6, -200_000])('a wall clock that steps by %d microseconds is recorded once, and one that does not never', async (stepMicros) => {
  const recorder = new MemoryRecorder();
  const clock = startRunClock();
  let offset = 1.7e15;
  using watching = new DisposableStack();
  watching.use(new HostWatch(clock, recorder, () => Math.floor((offset + clock.nowMicros()) / 1000) * 1000));
  await vi.waitFor(() => expect(clock.nowMicros()).toBeGreaterThan(200_000));
  expect(recorder.eventsOf('host-clock-step')).toEqual([]);
  offset += stepMicros;
  await vi.waitFor(() => expect(recorder.eventsOf('host-clock-step').length).toBe(1));
  await vi.waitFor(() => expect(clock.nowMicros()).toBeGreaterThan(600_000));
  expect(recorder.eventsOf('host-clock-step')).toEqual([expect.objectContaining({ stepMicros: expect.closeTo(stepMicros, -4) })]);
});
