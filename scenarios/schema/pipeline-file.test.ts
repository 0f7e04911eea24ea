import { expect, test } from 'vitest';
import { pipelineOf } from './load.ts';
import { FileProblems } from './problem.ts';
import { sourceOf } from './read-yaml.ts';

const VALID = `version: 1
name: plain
plant: { machines: 2, period: 100ms }
broker: {}
ports: { web: auto, other: 8080 }
nodes:
  ingest:
    command: [node, ingest.js]
    env: { PORT: "\${port.web}" }
    ready: { http: "http://127.0.0.1:\${port.web}/" }
  gateway:
    command: [node, gateway.js]
    env:
      FIELD: \${link.field.host}:\${link.field.ports}
    ready: { log: serving }
    after: [ingest]
links:
  field: { from: gateway, to: plant }
  uplink: { from: gateway, to: broker }
outlet:
  readings:
    kind: http
    url: http://127.0.0.1:\${port.web}/readings?after=\${cursor}
    cursor: id
claims:
  recovers-within: 5s
`;

const read = (text: string) => pipelineOf(sourceOf('/somewhere/p.yaml', 'p.yaml', Buffer.from(text)));

function problemsOf(text: string): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof FileProblems)) throw error;
    return error.message.split('\n').filter((line) => line.startsWith('p.yaml'));
  }
}

test('a pipeline file is read: durations in milliseconds, defaults filled in, variables kept', () => {
  const pipeline = read(VALID);
  expect(pipeline.plant).toEqual({ protocol: 'modbus-tcp', machines: 2, period: 100, watermark: 'registers' });
  expect(pipeline.nodes.gateway).toMatchObject({ cwd: '${pipeline}', after: ['ingest'], ready: { log: 'serving', within: 30_000 } });
  expect(pipeline.outlet.readings).toMatchObject({ kind: 'http', time: 'ms', fields: { device: 'device', n: 'n', value: 'value' } });
  expect(pipeline.claims['recovers-within']).toBe(5000);
});

const DURATION = 'a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or 72h';
const GATEWAY = 'port.web, port.other, pipeline, plant.period-ms, plant.machines, name-server.host, name-server.port, time-server.host, time-server.port, folder, link.field.host, link.field.name, link.field.ports, link.uplink.host, link.uplink.name or link.uplink.port';
const OUTLET = 'port.web, port.other, pipeline, plant.period-ms, plant.machines, folder.ingest or folder.gateway';

/** What is changed in the valid file, into what, and what is then said of it. */
const MISTAKES: [string, string, ...string[]][] = [
  // keys
  ['command: [node, gateway.js]', 'comand: [node, gateway.js]', '12:5: unknown key comand; expected command, cwd, env, inherit, runtime, ready or after; did you mean command?'],
  ['    after: [ingest]\n', '    after: [ingest]\n    after: []\n', '17:5: this key is there twice'],
  ['from: gateway, to: plant', 'to: plant', '18:3: missing key from in links.field; expected the node that opens the connection'],
  ['version: 1\n', '', '1:1: missing key version; expected the version of this format: 1'],
  ['recovers-within', 'recover-within', '26:3: unknown key recover-within; expected gap-after, time-within, recovers-within, drains-within, live-lag, buffers-for, power-loss-window, alert-within, stale-within, memory-under or disk-under; did you mean recovers-within?'],
  ['web: auto', 'Web: auto', '5:10: the name "Web" is not valid; expected a name of at most 63 lower-case letters, digits and hyphens, such as gateway or edge-1'],
  // values
  ['recovers-within: 5s', 'recovers-within: 5 sec', `26:20: recovers-within cannot be "5 sec"; expected ${DURATION}; did you mean 5s?`],
  ['recovers-within: 5s', 'recovers-within: 5', `26:20: recovers-within cannot be 5; expected ${DURATION}; did you mean 5s?`],
  ['recovers-within: 5s', 'recovers-within: -5s', `26:20: recovers-within cannot be "-5s"; expected ${DURATION}; did you mean 5s?`],
  ['recovers-within: 5s', 'recovers-within:', `26:3: recovers-within is empty; expected ${DURATION}`],
  ['period: 100ms', 'poll-timeout: 0ms', '3:37: poll-timeout cannot be "0ms"; expected at least 10ms and at most 10min'],
  ['period: 100ms', 'poll-timout: 1s', '3:23: unknown key poll-timout; expected protocol, machines, period, poll-timeout or watermark; did you mean poll-timeout?'],
  ['recovers-within: 5s', 'gap-after: 100ms', '26:14: with a period of 100ms, every pause between two readings would be a gap by claims.gap-after (100ms); expected a claim gap-after above the period, such as 500ms'],
  ['period: 100ms', 'period: 0ms', '3:31: period cannot be "0ms"; expected at least 1ms'],
  ['ready: { log: serving }', 'ready: { log: serving, within: 0s }', '15:36: within cannot be "0s"; expected more than 0'],
  ['  field: { from: gateway, to: plant }', "  field: { from: gateway, to: plant }\n  api: { from: ingest, to: 'gateway:web' }", '19:28: gateway does not listen on the port web: nothing that it is started with names it; expected ingest:web'],
  ['  field: { from: gateway, to: plant }', "  field: { from: gateway, to: plant }\n  api: { from: ingest, to: 'gateway:other' }"],
  ['machines: 2', 'machines: two', '3:20: machines cannot be "two"; expected a number'],
  ['machines: 2', 'machines: 0', '3:20: machines cannot be 0; expected at least 1'],
  ['web: auto', 'web: 70000', '5:15: web cannot be 70000; expected auto, or a port number from 1 to 65535'],
  ['web: auto', 'web: any', '5:15: web cannot be "any"; expected auto, or a port number from 1 to 65535'],
  ['web: auto', 'web: 8080', '5:28: port 8080 is also that of web; expected another number, or auto'],
  ['[node, gateway.js]', 'node gateway.js', '12:14: command cannot be "node gateway.js"; expected a list'],
  ['[node, gateway.js]', '[]', '12:14: command cannot be a list; expected at least 1 item'],
  ['[node, gateway.js]', '[node, 5]', '12:21: command cannot be 5; expected a text; did you mean "5"?'],
  ['{ log: serving }', '{ log: serving, tcp: "localhost:1" }', '15:12: wrong keys in nodes.gateway.ready; expected exactly one of http, tcp, log'],
  ['{ log: serving }', '{ log: "(" }', '15:19: log cannot be "("; expected a regular expression'],
  ['{ log: serving }', '{ tcp: localhost }', '15:19: tcp cannot be "localhost"; expected HOST:PORT such as 127.0.0.1:${port.NAME}'],
  ['http://127.0.0.1:${port.web}/readings', '127.0.0.1:${port.web}/readings', '23:10: url cannot be "127.0.0.1:${port.web}/readings?after=${cursor}"; expected a URL such as http://127.0.0.1:${port.NAME}/path'],
  // an outlet of one kind is judged as that kind alone
  ['kind: http', 'kind: htpp', '22:11: kind cannot be "htpp"; expected http, sqlite or file; did you mean http?'],
  ['    kind: http\n', '', '21:3: missing key kind in outlet.readings; expected http, sqlite or file'],
  ['kind: http', 'kind: sqlite', '21:3: missing key file in outlet.readings; expected the database file', '21:3: missing key query in outlet.readings; expected a SELECT', '23:5: unknown key url; expected kind, file, query, cursor, time or fields'],
  // names
  ['from: gateway, to: plant', 'from: gatway, to: plant', '18:18: there is no node "gatway"; expected ingest or gateway; did you mean gateway?'],
  ['to: broker', 'to: ingest:wb', '19:32: there is no destination "ingest:wb"; expected plant, broker, ingest:web, ingest:other, gateway:web or gateway:other; did you mean ingest:web?'],
  ['broker: {}\n', '', '18:32: there is no broker; expected a key broker at the top of the file'],
  ['to: plant', 'to: broker', '17:1: no link leads to the plant; expected at least one link with to: plant'],
  ['after: [ingest]', 'after: [ingst]', '16:13: there is no node "ingst"; expected ingest or gateway; did you mean ingest?'],
  ['after: [ingest]', 'after: [gateway]', '16:13: gateway cannot start after itself'],
  ['ingest.js]\n', 'ingest.js]\n    after: [gateway]\n', '9:13: ingest and gateway wait for each other', '17:13: gateway and ingest wait for each other'],
  // variables
  ['${link.field.ports}', '${link.feld.ports}', `14:33: unknown variable \${link.feld.ports}; expected ${GATEWAY}; did you mean \${link.field.ports}?`],
  ['${link.field.ports}', '${link.field.port}', `14:33: unknown variable \${link.field.port}; expected ${GATEWAY}; did you mean \${link.field.ports}?`],
  ['${link.field.ports}', '${package.no-such-thing}', '14:33: the package of ${package.no-such-thing} is not installed; expected it in a node_modules folder of the pipeline; run npm install'],
  ['PORT: "${port.web}"', 'PORT: "${link.field.host}"', '9:19: ${link.field.host} has no value here; expected port.web, port.other, pipeline, plant.period-ms, plant.machines, name-server.host, name-server.port, time-server.host, time-server.port or folder'],
  ['    cursor: id\n', '', `23:54: \${cursor} has no value here without a key cursor beside it; expected ${OUTLET}`],
  ['cursor: id', 'cursor: id\n    headers: { Authorization: "Bearer ${env.TOKEN}" }'],
  ['http://127.0.0.1:${port.web}/readings', '${env.BASE_URL}/readings'],
  ['http://127.0.0.1:${port.web}/readings', 'https://${env.HOST}:${env.PORT}/readings'],
  ['{ http: "http://127.0.0.1:${port.web}/" }', '{ http: "https://127.0.0.1:${port.web}/?t=${env.TOKEN}", ca: "${folder}/ca.pem", headers: { X-Key: "${env.KEY}" } }'],
  ['PORT: "${port.web}"', 'PORT: "${env.TOKEN}"', '9:19: ${env.TOKEN} has no value here; expected it in a url or in headers of the outlet, or beside ready.http'],
  ['cursor: id', 'cursor: "${env.TOKEN}"', '24:14: ${env.TOKEN} has no value here; expected it in a url or in headers of the outlet, or beside ready.http'],
  ['cursor: id', 'cursor: id\n    headers: { X: "${env.NO-NAME}" }', '25:20: ${env.NO-NAME} names no environment variable; expected ${env.NAME} with a NAME of letters, digits and underscores'],
  ['cursor: id', 'cursor: id\n    headers: { "a b": x }', '25:16: the name "a b" is not valid; expected the name of an HTTP header, such as Authorization'],
  ['cursor: id', 'cursor: id\n    ca: ca.pem', '25:5: ca is of no use without TLS; expected a URL with https beside it'],
  ['http://127.0.0.1:${port.web}/readings?after=${cursor}\n', 'https://127.0.0.1:${port.web}/?${cursor}\n    ca: no-such.pem\n', '24:9: there is no file "no-such.pem"; expected a file with certificates in PEM'],
  ['{ log: serving }', '{ log: serving, ca: ca.pem }', '15:12: wrong keys in nodes.gateway.ready; expected ca and headers only beside http'],
  // YAML itself
  ['  gateway:\n', '\tgateway:\n', '11:1: a tab cannot indent; expected spaces'],
  ['[node, gateway.js]', '*gone', '12:14: the alias *gone has no anchor &gone before it'],
  ['claims:\n', '---\nclaims:\n', '25:1: a second document begins here; expected one document per file'],
  ['claims:\n', 'faults:\n', '25:1: this is a scenario; expected a pipeline file'],
];

test.each(MISTAKES)('%j as %j is told at its place', (from, to, ...told) => {
  expect(VALID).toContain(from);
  expect(problemsOf(VALID.replace(from, () => to))).toEqual(told.map((it) => `p.yaml:${it}`));
});

test('several mistakes are told at once, in the order of the file', () => {
  const text = VALID.replace('machines: 2', 'machines: 0').replace('recovers-within: 5s', 'recovers-within: 5').replace('[ingest]', 'ingest');
  expect(problemsOf(text).map((it) => it.split(': ')[0])).toEqual(['p.yaml:3:20', 'p.yaml:16:12', 'p.yaml:26:20']);
});

test('a problem shows the line of the file, with a caret below the place', () => {
  expect(() => read(VALID.replace('to: broker', 'to: brocker'))).toThrow(
    ['?', '   19 |   uplink: { from: gateway, to: brocker }', '      |                                ^'].join('\n'),
  );
});

test('anchors and merge keys work, and problems inside of them point at what is written', () => {
  const shared = VALID.replace('command: [node, ingest.js]', 'command: &run [node, ingest.js]').replace('[node, gateway.js]', '*run');
  expect(read(shared).nodes.gateway!.command).toEqual(['node', 'ingest.js']);
  const merged = VALID.replace('  field: { from: gateway, to: plant }', '  field: &hop { from: gateway, to: plant }\n  second: { <<: *hop, to: broker }');
  expect(read(merged).links.second).toEqual({ from: 'gateway', to: 'broker' });
  expect(problemsOf(merged.replace('from: gateway', 'from: gatway')).map((it) => it.split(': ')[0])).toEqual(['p.yaml:18:23', 'p.yaml:18:23']);
});

test('a file cannot write to the terminal of the person who checks it', () => {
  expect(problemsOf(VALID.replace('to: plant', 'to: "\\e[31mred"')).join('')).not.toMatch(/[\u001b\u009b]/); // eslint-disable-line no-control-regex
  expect(problemsOf(VALID.replace('name: plain', 'name: plain \u001b]0;x')).join('')).not.toMatch(/[\u001b\u009b]/); // eslint-disable-line no-control-regex
});

test('what is nested or aliased without end is refused in a moment', () => {
  expect(problemsOf('['.repeat(50_000))[0]).toContain('nested too deeply');
  const bomb = [...'bcdefghijk'].map((it, index) => `${it}: &${it} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`);
  expect(problemsOf(['a: &a [x, x, x, x]', ...bomb].join('\n'))).toEqual(['p.yaml: too many aliases of aliases']);
});

test('a pipeline that claims no gap-after gets one that its period leaves room for', () => {
  expect(read(VALID).claims['gap-after']).toBe(500);
  expect(read(VALID.replace('period: 100ms', 'period: 2s')).claims['gap-after']).toBe(10_000);
  expect(read(VALID.replace('recovers-within: 5s', 'gap-after: 3s').replace('period: 100ms', 'period: 2s')).claims['gap-after']).toBe(3000);
});
