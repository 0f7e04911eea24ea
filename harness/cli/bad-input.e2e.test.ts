import net from 'node:net';
import { describe, expect, test } from 'vitest';
import { UserPlace } from '../testing/brownout.ts';

type Change = [from: string, to: string];

/** Runs the own pipeline with a change in its file; whatever happens, nothing may be left behind. */
async function runWith(changes: Change[], scenario = 'outage.yaml') {
  using place = new UserPlace().withOwnPipeline(changes);
  const ended = await place.brownout(['run', 'pipeline.yaml', scenario]);
  expect(place.leftovers()).toEqual([]);
  expect(ended.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m); // no stack trace
  return ended;
}

describe.concurrent('a mistake in a file ends with exit code 4 and the place of the mistake', { timeout: 60_000 }, () => {
  const mistakes: [what: string, change: Change, message: RegExp][] = [
    ['an unknown key', ['after: [ingest]', 'aftr: [ingest]'], /pipeline\.yaml:\d+:5: .*aftr.*after/s],
    ['a wrong unit', ['period: 100ms', 'period: 100msec'], /pipeline\.yaml:\d+:11: .*duration/s],
    ['a missing node', ['from: gateway, to: plant', 'from: gatewy, to: plant'], /pipeline\.yaml:\d+:\d+: .*gatewy.*gateway/s],
    ['a command that there is none of', ['[node, gateway.mjs]', '[no-such-program]'], /node gateway: command not found: no-such-program/],
    ['a command that is no program', ['[node, gateway.mjs]', "['${pipeline}/gateway.mjs']"], /node gateway: cannot start .*gateway\.mjs: .*EACCES.*chmod/s],
    ['a field that rows do not have', ['value: signal', 'value: sgnal'], /field "sgnal" is missing; the row has .*signal/],
    ['a variable that there is none of', ['${plant.period-ms}', '${plant.periodms}'], /pipeline\.yaml:\d+:\d+: .*plant\.period-ms/s],
  ];
  test.each(mistakes)('%s', async (_, change, message) => {
    const { code, stderr } = await runWith([change], 'quick.yaml');
    expect(stderr).toMatch(message);
    expect(code).toBe(4);
  });

  test('a scenario that aims at a link the pipeline does not have', async () => {
    using place = new UserPlace().withOwnPipeline();
    place.write('typo.yaml', 'version: 1\nname: typo\nfaults:\n  - { fault: blackhole, target: uplnk, at: 1s, for: 1s }\n');
    const { code, stderr } = await place.brownout(['run', 'pipeline.yaml', 'typo.yaml']);
    expect(stderr).toMatch(/typo\.yaml:4:\d+: .*uplnk.*uplink/s);
    expect(code).toBe(4);
    expect(place.leftovers()).toEqual([]);
  });

  test('a command that there is none of', async () => {
    using place = new UserPlace();
    const { code, stderr } = await place.brownout(['rn']);
    expect(stderr).toMatch(/unknown command 'rn'.*run/s);
    expect(code).toBe(4);
  });
});

describe.concurrent('what fails around the pipeline ends with exit code 3 and one clear message', { timeout: 60_000 }, () => {
  const failures: [what: string, changes: Change[], message: RegExp][] = [
    ['a node that dies at start', [['[node, gateway.mjs]', "[node, -e, 'console.error(\"no licence\"); process.exit(7)']"]], /node gateway died at start: exit code 7.*no licence/s],
    ['a node that never gets ready', [['{ log: polling }', '{ log: never said, within: 1s }']], /node gateway never got ready: waited 1 s for a line of its output to match \/never said\/.*polling/s],
    ['an outlet that stays empty', [['${link.uplink.port}', '1']], /0 bytes went over link uplink \(gateway -> ingest:ingest\): gateway never connected to 127\.0\.0\.1:\d+\n.*machines: 2 of 2 were read, \d+ readings taken/s],
    [
      'an outlet full of garbage',
      [['kind: http\n    url: http://127.0.0.1:${port.ingest}/readings?after=${cursor}\n    cursor: row', 'kind: file\n    file: ${pipeline}/ingest.mjs']],
      /the outlet could not be read .*outlet\.readings \(.*ingest\.mjs\): found "\/\/ Keeps each reading.*" \(no JSON\), expected one JSON object per line/,
    ],
    ['an outlet that speaks no TLS', [['url: http://127.0.0.1:${port.ingest}/readings', 'url: https://127.0.0.1:${port.ingest}/readings']], /the outlet could not be read .*: the server does not speak TLS there, expected an https server, or http: in the URL/],
    ['a token that is not set', [['cursor: row', "cursor: row\n    headers: { Authorization: 'Bearer ${env.NO_SUCH_TOKEN}' }"]], /the environment variable NO_SUCH_TOKEN is not set/],
    [
      'a query without an end',
      [['kind: http\n    url: http://127.0.0.1:${port.ingest}/readings?after=${cursor}\n    cursor: row', "kind: sqlite\n    file: ':memory:'\n    query: WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT max(x) AS device FROM c"]],
      /the outlet could not be read .*: has not been read to its end a single time/,
    ],
  ];
  test.each(failures)('%s', async (_, changes, message) => {
    const { code, stderr } = await runWith(changes, 'quick.yaml');
    expect(stderr).toMatch(message);
    expect(code).toBe(3);
  });

  test('a port that somebody has', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const { code, stderr } = await runWith([['ingest: auto', `ingest: ${port}`]]);
    server.close();
    expect(stderr).toContain(`port ingest: ${port} is taken by pid ${process.pid}`);
    expect(code).toBe(3);
  });
});
