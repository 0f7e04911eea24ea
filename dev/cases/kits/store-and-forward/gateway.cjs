'use strict';
// A small gateway: polls Modbus TCP machines, journals each reading with fdatasync before the next poll, posts batches
// oldest first, deletes on confirmation. FLAW (one word) builds in exactly one mistake; without it, it is the control.
const net = require('node:net'), http = require('node:http'), https = require('node:https'), fs = require('node:fs'), path = require('node:path');
const FLAW = process.env.FLAW || '';
const PERIOD = Number(process.env.PERIOD_MS), UP = new URL(process.env.UPLINK), DIR = process.env.DATA;
const PORTS = process.env.MACHINES.split(';').flatMap((g) => { const [h, p] = g.split(':'); return p.split(',').map((x) => [h, Number(x)]); });
if (process.env.PICK) { const all = PORTS.splice(0); for (const i of process.env.PICK.split(',')) PORTS.push(all[i]); }
const mono = () => Number(process.hrtime.bigint() / 1000n) / 1000;
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const MODBUS_TIMEOUT = Number(process.env.MODBUS_TIMEOUT || 1000), HTTP_TIMEOUT = Number(process.env.HTTP_TIMEOUT || 1000);
let offset = Date.now() - mono();
const GAP = 400;

// ---- journal
const file = path.join(DIR, 'journal.ndjson');
let seq = 0, done = 0; const pending = []; const last = new Map();
if (fs.existsSync(file)) {
  const text = fs.readFileSync(file, 'utf8'); const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    if (!lines[i]) continue;
    let r; try { r = JSON.parse(lines[i]); } catch {
      if (FLAW === 'loops-on-torn-record') { console.log('journal: cannot decode record, trying again'); i--; const end = mono() + 50; while (mono() < end); continue; }
      continue;
    }
    if (r.k === 'c') { done = Math.max(done, r.seq); continue; }
    seq = Math.max(seq, r.seq); pending.push(r); if (r.k === 'r') last.set(r.d, r.t);
  }
  while (pending.length && pending[0].seq <= done) pending.shift();
  if (text && !text.endsWith('\n')) fs.appendFileSync(file, '\n');
}
const fd = fs.openSync(file, 'a');
const LAZY = FLAW === 'loops-on-torn-record' || FLAW === 'syncs-twice-a-second'; // as disk buffers with a sync interval do
if (LAZY) setInterval(() => fs.fdatasync(fd, () => {}), 500);
let waiting = [], writing = false;
function append(recs) { return new Promise((ok) => { waiting.push([recs, ok]); flush(); }); }
async function flush() {
  if (writing) return; writing = true;
  while (waiting.length) {
    const group = waiting; waiting = [];
    const recs = group.flatMap((g) => g[0]);
    for (const r of recs) if (!r.seq) r.seq = ++seq;
    fs.writeSync(fd, recs.map((r) => JSON.stringify(r)).join('\n') + '\n');
    if (!LAZY) await new Promise((ok) => fs.fdatasync(fd, ok));
    for (const r of recs) if (r.k !== 'c') pending.push(r);
    for (const g of group) g[1]();
  }
  writing = false;
}

// ---- machines
class Machine {
  constructor(d, [host, port]) { Object.assign(this, { d, host, port, tid: 0, sock: null, waiter: null }); }
  connect() {
    return new Promise((ok, no) => {
      const s = net.connect({ host: this.host, port: this.port, noDelay: true });
      const t = setTimeout(() => { s.destroy(); no(new Error('connect timeout')); }, 1000);
      let buf = Buffer.alloc(0);
      s.once('connect', () => { clearTimeout(t); this.sock = s; ok(); });
      s.on('error', (e) => { clearTimeout(t); no(e); });
      s.on('close', () => { if (this.sock === s) this.sock = null; this.waiter?.fail(new Error('closed')); });
      s.on('data', (x) => {
        buf = Buffer.concat([buf, x]);
        while (buf.length >= 7 && buf.length >= 6 + buf.readUInt16BE(4)) {
          const f = buf.subarray(0, 6 + buf.readUInt16BE(4)); buf = buf.subarray(f.length);
          if (this.waiter && (FLAW === 'ignores-transaction-id' || f.readUInt16BE(0) === this.waiter.tid)) this.waiter.done(f);
        }
      });
    });
  }
  async read() {
    if (!process.env.PARTS) { const b = await this.ask(0, 10); return this.decode(b.data, b.at); }
    const one = await this.ask(0, 5), two = await this.ask(5, 5);
    return this.decode(Buffer.concat([one.data.subarray(0, 10), two.data.subarray(0, 10)]), one.at);
  }
  async ask(start, count) {
    if (!this.sock) await this.connect();
    const tid = (this.tid = (this.tid + 1) & 0xffff), q = Buffer.alloc(12);
    q.writeUInt16BE(tid, 0); q.writeUInt16BE(6, 4); q[6] = 1; q[7] = 3; q.writeUInt16BE(start, 8); q.writeUInt16BE(count, 10);
    const sent = mono();
    const f = await new Promise((ok, no) => {
      const t = setTimeout(() => { this.waiter = null; no(new Error('timeout')); }, MODBUS_TIMEOUT);
      const end = (g, v) => { clearTimeout(t); this.waiter = null; g(v); };
      this.waiter = { tid, done: (x) => end(ok, x), fail: (e) => end(no, e) };
      this.sock.write(q);
    });
    if (f[7] !== 3) throw new Error('exception ' + f[8]);
    return { data: f.subarray(9), at: (sent + mono()) / 2 };
  }
  decode(b, at) {
    return { n: b.readUInt32BE(0), v: b.readFloatBE(4), up: b.readUInt32BE(8), st: b.readUInt16BE(12), c: b.readUInt32BE(14), al: b.readUInt16BE(18), at };
  }
  async once() {
    let r;
    try { r = await this.read(); } catch (e) {
      if (FLAW === 'repeats-last-value' && this.was) { const t = stamp(mono()); await append([{ ...this.was, t, seq: 0 }]); last.set(this.d, t); return; }
      throw e;
    }
    const t = stamp(r.at), was = last.get(this.d), recs = [];
    if (was && t - was > GAP && FLAW !== 'repeats-last-value') recs.push({ k: 'g', d: this.d, a: was, b: t });
    let c = r.c; if (FLAW === 'counter-in-float32') c = Math.fround(c); if (FLAW === 'number-in-u16') r.n &= 0xffff;
    if (FLAW === 'report-by-exception') { if (this.sent && Math.abs(r.v - this.sent.v) < 0.5 && t - this.sent.t < 1000) { last.set(this.d, t); return; } this.sent = { v: r.v, t }; }
    const rec = { k: 'r', d: this.d, n: r.n, v: r.v, up: r.up, st: r.st, c, al: r.al, t };
    recs.push(rec); this.was = rec;
    await append(recs); last.set(this.d, t);
  }
  async run() {
    let next = mono();
    for (;;) {
      try { await this.once(); } catch (e) {
        if (FLAW === 'poll-loop-dies' && /timeout/.test(e.message)) { console.log(this.d, 'polling ended:', e.message); return; }
        if (!this.sock) await sleep(200);
      }
      next += PERIOD; const w = next - mono(); if (w > 0) await sleep(w); else next = mono();
    }
  }
}
function stamp(m) { return Math.round(m + offset); }
const machines = PORTS.map((p, i) => new Machine(`machine-${i + 1}`, p));
async function oneAfterAnother() {
  // all machines share one loop: who does not answer makes the others wait, three tries each
  let next = mono();
  for (;;) {
    for (const m of machines) for (let i = 0; i < 3; i++) { try { await m.once(); break; } catch { if (!m.sock) await sleep(50); } }
    next += PERIOD; const w = next - mono(); if (w > 0) await sleep(w); else next = mono();
  }
}

// ---- uplink
const web = UP.protocol === 'https:' ? https : http;
const agent = new web.Agent({ keepAlive: true, maxSockets: 1, ...(process.env.CA ? { ca: fs.readFileSync(process.env.CA), servername: 'ingest.test' } : {}) });
function post(body) {
  return new Promise((ok, no) => {
    const data = Buffer.from(JSON.stringify(body));
    const req = web.request({ host: UP.hostname, port: UP.port, path: '/b', method: 'POST', agent, headers: { 'content-length': data.length } }, (res) => {
      res.resume(); res.on('end', () => { clearTimeout(t); if (res.statusCode === 200) ok(); else no(Object.assign(new Error('status ' + res.statusCode), { status: res.statusCode })); });
    });
    const t = setTimeout(() => req.destroy(new Error('timeout')), HTTP_TIMEOUT);
    req.on('error', (e) => { clearTimeout(t); no(e); });
    req.end(data);
  });
}
async function forward() {
  let first = true;
  for (;;) {
    if (FLAW === 'outbox-expires') while (pending.length && stamp(mono()) - pending[0].t > 3000) pending.shift();
    if (!pending.length) { await sleep(20); continue; }
    const batch = pending.slice(0, 300);
    try { await post(batch.map(({ seq: _seq, ...r }) => r)); first = false; }
    catch (e) {
      if (FLAW === 'gives-up-on-first-connect' && first) { console.log('uplink: ' + (e.code || e.message) + ', not configured to retry'); return; }
      await sleep(200); continue;
    }
    pending.splice(0, batch.length);
    await append([{ k: 'c', seq: batch.at(-1).seq }]);
  }
}
if (FLAW === 'one-dead-stalls-all') oneAfterAnother(); else for (const m of machines) m.run();
forward();
console.log('polling');
