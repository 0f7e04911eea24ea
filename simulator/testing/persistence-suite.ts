import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { DurablePersistence } from '../broker/durable-persistence.ts';
import { SessionStore } from '../broker/session-store.ts';

/** `node --test persistence-suite`, with FOLDER in the environment: the suite that aedes has for persistences, against ours. */
const suite: (options: { test: typeof test; testAsync: boolean; persistence: () => Promise<object> }) => void = createRequire(import.meta.url)('aedes-persistence/abstract.js');

const fresh = async () => new DurablePersistence(new SessionStore(path.join(mkdtempSync(path.join(process.env.FOLDER!, 'store-')), 'sessions.sqlite')));
suite({ test, testAsync: true, persistence: fresh });
