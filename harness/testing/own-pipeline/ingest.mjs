// Keeps each reading once and serves them in the order of their arrival.
import http from 'node:http';

const rows = [];
const known = new Set();

http
  .createServer((request, response) => {
    const url = new URL(request.url, 'http://ingest');
    if (request.method === 'GET') {
      const after = Number(url.searchParams.get('after') ?? 0);
      response.end(JSON.stringify(rows.slice(after, after + 1000)));
      return;
    }
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      for (const reading of JSON.parse(body)) {
        const identity = `${reading.machine}/${reading.number}`;
        if (known.has(identity)) continue;
        known.add(identity);
        rows.push({ row: rows.length + 1, ...reading });
      }
      response.end();
    });
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
