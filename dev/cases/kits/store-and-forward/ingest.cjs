'use strict';
// Stores batches in SQLite, one transaction each; answers 200 after the commit. FLAW as in gateway.js.
const http = require('node:http'), https = require('node:https'), fs = require('node:fs'), path = require('node:path');
const { DatabaseSync } = require('node:sqlite');
const FLAW = process.env.FLAW || '';
const db = new DatabaseSync(path.join(process.env.DATA, 'db.sqlite'));
db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
const unique = FLAW === 'no-identity' || FLAW === 'repeats-last-value' ? '' : ', UNIQUE(device, n)';
db.exec(`CREATE TABLE IF NOT EXISTS r(id INTEGER PRIMARY KEY, device TEXT, n INTEGER, value REAL, time INTEGER, uptimeMs INTEGER, state INTEGER, counter INTEGER, alarms INTEGER${unique});
CREATE TABLE IF NOT EXISTS g(id INTEGER PRIMARY KEY, device TEXT, a INTEGER, b INTEGER, UNIQUE(device, a, b))`);
const put = db.prepare(`INSERT ${!unique ? '' : 'OR IGNORE'} INTO r(device,n,value,time,uptimeMs,state,counter,alarms) VALUES(?,?,?,?,?,?,?,?)`);
const gap = db.prepare('INSERT OR IGNORE INTO g(device,a,b) VALUES(?,?,?)');
const newest = new Map();
for (const x of db.prepare('SELECT device, max(time) t FROM r GROUP BY device').all()) newest.set(x.device, x.t);
const rows = db.prepare('SELECT * FROM r WHERE id > ? ORDER BY id LIMIT 5000'), gaps = db.prepare('SELECT device, a, b FROM g ORDER BY id');
const handler = (req, res) => {
  const url = new URL(req.url, 'http://x'); const say = (o, s = 200) => { res.writeHead(s, { 'content-type': 'application/json' }); res.end(JSON.stringify(o)); };
  if (url.pathname === '/readings') return say(rows.all(Number(url.searchParams.get('after') || 0)));
  if (url.pathname === '/gaps') { const all = gaps.all(); if (process.env.WATCHDOG) for (const [device, t] of newest) if (Date.now() - t > 600) all.push({ device, a: t, b: Date.now() }); return say(all); }
  if (url.pathname === '/health') { const old = [...newest.values()].some((t) => Date.now() - t > 3000); return say({ status: old ? 'degraded' : 'ok' }); }
  let text = ''; req.on('data', (d) => { text += d; });
  req.on('end', () => {
    const batch = JSON.parse(text);
    try {
      db.exec('BEGIN');
      for (const r of batch) {
        if (r.k === 'g') { gap.run(r.d, r.a, r.b); continue; }
        put.run(r.d, r.n, r.v, r.t, r.up, r.st, r.c, r.al);
        newest.set(r.d, Math.max(newest.get(r.d) ?? 0, r.t));
      }
      db.exec('COMMIT'); say({});
    } catch (e) { db.exec('ROLLBACK'); say({ error: e.message }, 409); }
  });
};
http.createServer(handler).listen(Number(process.env.PORT), '127.0.0.1');
if (process.env.TLS_PORT) https.createServer({ key: fs.readFileSync(process.env.KEY), cert: fs.readFileSync(process.env.CERT) }, handler).listen(Number(process.env.TLS_PORT), '127.0.0.1');
