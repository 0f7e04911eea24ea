import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseResult } from '../../reports/index.ts';
import { saveHistory } from '../history/create.ts';
import { DEFECTS } from '../oracle/testing/defects.ts';
import { goodStory, historyOf } from '../oracle/testing/story.ts';
import { UserPlace } from '../testing/brownout.ts';

const OPTIONS = { devices: 2, firstN: 1, outageMicros: 4_000_000, cutMicros: 1_500_000, firstOutageMicros: 2_000_000, random: () => 0.6 };

/** A folder `run` with the record of a run that lost a row, early in its window. */
function placeOfBrokenRun(): UserPlace {
  const place = new UserPlace();
  const story = goodStory(OPTIONS);
  DEFECTS['a row is dropped']!.inject(story, (from) => from[0]!, OPTIONS);
  mkdirSync(path.join(place.folder, 'run'));
  saveHistory(path.join(place.folder, 'run/history.sqlite'), historyOf(story));
  return place;
}

/** Moves the beginning of the judged window behind the loss, and makes the checksum in the file fit. */
function forge(file: string): void {
  using db = new DatabaseSync(file);
  const { id, data } = db.prepare("SELECT id, data FROM events WHERE kind = 'window'").get() as { id: number; data: string };
  const window = JSON.parse(data) as { fromMicros: number };
  db.prepare('UPDATE events SET data = ? WHERE id = ?').run(JSON.stringify({ ...window, fromMicros: window.fromMicros + 1_500_000 }), id);
  let sum = 0;
  for (const row of db.prepare('SELECT at_us, kind, data FROM events ORDER BY id').all()) {
    for (const value of [Number(row['at_us']), row['kind'], row['data']]) sum = crc32(`${value} `, sum);
  }
  db.prepare("UPDATE checksums SET crc32 = ? WHERE part = 'events'").run(sum);
}

test('a forged record judges as its forger wants, and --expect finds it out', { timeout: 60_000 }, async () => {
  using place = placeOfBrokenRun();
  const honest = await place.brownout(['report', 'run', '--json']);
  expect(honest.code, honest.stderr).toBe(1);
  const { sha256 } = parseResult(honest.stdout).record;
  expect(honest.stderr).toContain(`Record  sha256 ${sha256}`);
  for (const file of ['result.json', 'report.html', 'summary.md', 'junit.xml']) expect(place.read(`run/${file}`), file).toContain(sha256);

  cpSync(path.join(place.folder, 'run/history.sqlite'), path.join(place.folder, 'elsewhere.sqlite'));
  const expected = await place.brownout(['report', 'elsewhere.sqlite', '--expect', sha256]);
  expect(expected.stderr).toContain('The record is the one that was expected.');
  expect(expected.code).toBe(1);

  forge(path.join(place.folder, 'run/history.sqlite'));
  const before = place.read('run/result.json');
  const caught = await place.brownout(['report', 'run', '--expect', `sha256 ${sha256}`]);
  expect(caught.code).toBe(4);
  expect(caught.stderr).toMatch(new RegExp(`is not the record that was expected.*expected sha256 ${sha256}.*found    sha256 [0-9a-f]{64}`, 's'));
  expect(place.read('run/result.json')).toBe(before);
  const fooled = await place.brownout(['report', 'run']);
  expect(fooled.stderr).not.toContain('BROKEN');
  expect(fooled.code).not.toBe(1);
});

test('a digest that is none is a mistake on the command line', async () => {
  using place = new UserPlace();
  const { code, stderr } = await place.brownout(['report', 'run', '--expect', 'abc']);
  expect(stderr).toContain('expected the 64 hexadecimal digits of a SHA-256');
  expect(code).toBe(4);
});
