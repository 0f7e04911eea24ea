import { DatabaseSync } from 'node:sqlite';
import { acknowledge } from './acknowledge.ts';

/** `sqlite-victim FILE UNTIL WAL|DELETE EXTRA|FULL|NORMAL|OFF`: one row per transaction, a checkpoint every 50 pages. */
const [, , file, until, journal, synchronous] = process.argv;
const database = new DatabaseSync(file!);
database.exec(`PRAGMA journal_mode = ${journal}; PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = 50; CREATE TABLE rows (n INTEGER PRIMARY KEY, filling TEXT)`);
const insert = database.prepare('INSERT INTO rows (filling) VALUES (?)');
for (let n = 1; n <= Number(until); n++) acknowledge(insert.run('z'.repeat(200)).lastInsertRowid);
process.stdin.resume();
