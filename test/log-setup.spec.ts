import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { findBinary, projectRoot } from '@scoreboard/harness';

interface Asked {
  readonly what: string;
  readonly body: string;
}

/** Keeps what is put, as Elasticsearch does as far as the scripts can see. */
class Store {
  readonly asked: Asked[] = [];
  template = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        const what = `${request.method} ${request.url}`;
        this.asked.push({ what, body });
        const isKnown = !what.startsWith('GET') || this.template !== '';
        if (what.startsWith('PUT /_index_template')) this.template = body;
        const answer = what.startsWith('GET') ? `{"index_templates":[{"index_template":{"version":${/"version": (\d+)/.exec(this.template)?.[1]}}}]}` : '{"acknowledged":true}';
        response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end(isKnown ? answer : '{}');
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }

  /** What was changed since the last look. */
  changes(): string[] {
    return this.asked.splice(0).map(({ what }) => what).filter((what) => !what.startsWith('GET'));
  }
}

const run = (script: string, url: string) => promisify(execFile)('sh', [join(projectRoot(), 'deploy/observability', script), url]);

const NAME = 'the scripts that prepare Elasticsearch and Kibana';
if (!findBinary('curl')) describe(NAME, () => it.skip('NONE OF THIS WAS TESTED: there is no curl', () => undefined));
else describe(NAME, () => {
  let store: Store;
  let url: string;
  beforeEach(async () => {
    store = new Store();
    url = await store.listen();
  });
  afterEach(() => store.close());

  const PUTS = ['PUT /_ilm/policy/scoreboard-logs', 'PUT /_index_template/scoreboard-logs'];

  it('put retention and template, the same when run again, and begin a new index where the template is another version', async () => {
    await run('elasticsearch/setup.sh', url);
    expect(store.changes()).toEqual(PUTS);
    expect(JSON.parse(store.template)).toMatchObject({ index_patterns: ['logs-scoreboard-*'], template: { settings: { 'index.lifecycle.name': 'scoreboard-logs' } } });
    await run('elasticsearch/setup.sh', url);
    expect(store.changes()).toEqual(PUTS);
    store.template = store.template.replace('"version": 1', '"version": 0');
    await run('elasticsearch/setup.sh', url);
    expect(store.changes()).toEqual([...PUTS, 'POST /logs-scoreboard-default/_rollover?lazy=true']);
  });

  it('give Kibana its data view, again and again', async () => {
    for (let times = 0; times < 2; times++) {
      await run('kibana/setup.sh', url);
      const [{ what, body }] = store.asked.splice(0) as [Asked];
      expect(what).toBe('POST /api/data_views/data_view');
      expect(JSON.parse(body)).toMatchObject({ override: true, data_view: { title: 'logs-scoreboard-*', timeFieldName: '@timestamp' } });
    }
  });

  it('end with a failure, and say why, where the server refuses', async () => {
    store.close();
    await expect(run('kibana/setup.sh', 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 7, stderr: expect.stringContaining('127.0.0.1') });
  }, 60_000);
});
