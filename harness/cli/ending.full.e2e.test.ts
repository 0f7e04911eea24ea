import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'vitest';
import { packageRoot } from '../../simulator/package-root.ts';
import { UserPlace } from '../testing/brownout.ts';

const BROWNOUT = `'${process.execPath}' '${path.join(packageRoot(), 'bin/brownout.mjs')}'`;

/** A line of shell in the place of a user. */
function shell(place: UserPlace, script: string): Promise<{ code: number | null; output: string }> {
  const child = spawn('bash', ['-c', script], { cwd: place.folder, env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

describe.concurrent('however a run ends, its exit code says how', { timeout: 60_000 }, () => {
  test.for([['SIGTERM', 143], ['SIGHUP', 129]] as const)('%s gives %i and leaves nothing behind', async ([signal, code], { expect }) => {
    using place = new UserPlace().withOwnPipeline();
    let sent = false;
    const ended = await place.brownout(['run', 'pipeline.yaml', 'quick.yaml'], (seen, child) => {
      if (sent || !seen.includes(' s  failures')) return;
      sent = true;
      child.kill(signal);
    });
    expect(ended.stderr).toContain('interrupted; everything it had started is ended');
    expect(ended.code).toBe(code);
    expect(place.leftovers()).toEqual([]);
  });

  test('whoever reads its messages or its data may stop: the verdict and the reports are as without that', async ({ expect }) => {
    using place = new UserPlace().withOwnPipeline();
    const { code, output } = await shell(place, `${BROWNOUT} run pipeline.yaml quick.yaml --json 2> >(head -1 >&2) | head -c 10; exit \${PIPESTATUS[0]}`);
    expect(code, output).toBe(0);
    for (const file of ['report.html', 'result.json', 'junit.xml', 'summary.md']) expect(place.read(`runs/latest/${file}`).length).toBeGreaterThan(100);
  });

  test('a full disk is told in one message, and leaves nothing half', async ({ expect }) => {
    using place = new UserPlace().withOwnPipeline();
    const script = `mkdir disk && mount -t tmpfs -o size=200k tmpfs disk && ${BROWNOUT} run pipeline.yaml quick.yaml --runs disk/runs; code=$?; find disk -type f > left; exit $code`;
    const { code, output } = await shell(place, `unshare ${process.getuid!() === 0 ? '-m' : '-Urm'} bash -c '${script.replaceAll("'", `'\\''`)}'`);
    expect(output).toMatch(/the disk is full/);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(3);
    expect(place.read('left')).toBe('');
  });

  test('a folder in the place of a report, or of runs/latest, is told', async ({ expect }) => {
    using place = new UserPlace().withOwnPipeline();
    const { code, output } = await shell(place, `mkdir -p runs/latest; ${BROWNOUT} run pipeline.yaml quick.yaml && cd runs/2* && rm report.html && mkdir report.html && ${BROWNOUT} report .`);
    expect(output).toContain('runs/latest is a folder, so it does not lead to this run');
    expect(output).toContain('report.html cannot be written: there is a folder in its place');
    expect(code).toBe(3);
  });
});

test('a prediction that takes long can be stopped', { timeout: 60_000 }, async ({ expect }) => {
  using place = new UserPlace();
  let sentAtMs = 0;
  const { code, stderr } = await place.brownout(['predict', '--outage', '366d', '--keep-alive', '100ms'], (seen, child) => {
    if (sentAtMs || !seen.includes(' %')) return;
    sentAtMs = performance.now();
    child.kill('SIGINT');
  });
  expect(performance.now() - sentAtMs).toBeLessThan(5000);
  expect(stderr).toContain('the model lives through it: ');
  expect(code).toBe(130);
});

